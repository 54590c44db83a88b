use clap::Arg;

use super::*;

const POOL: [Lacking; 1] = [Lacking {
    flags: "local-pool",
    part: "local pool",
}];

fn command() -> Command {
    let arg = |flag, variable| Arg::new(flag).long(flag).env(variable);
    Command::new("server")
        .arg(arg("grpc-addr", "USER_ATTRIBUTES_GRPC_ADDR"))
        .arg(arg("reflection", "USER_ATTRIBUTES_REFLECTION"))
        .arg(arg("region", "AWS_REGION"))
        .arg(arg("default-region", "AWS_DEFAULT_REGION").hide(true))
}

#[track_caller]
fn check(name: &str, value: &str, lacking: &[Lacking], said: Option<&str>) {
    let environment = Environment::from_iter([(name, value)]);
    let all = unknown_variables(&environment, &command(), lacking);
    match said {
        None => assert_eq!(all, [""; 0], "{name}={value}"),
        Some(said) => {
            let [one] = &all[..] else {
                panic!("{name}={value}: {all:?}");
            };
            assert!(one.starts_with(&format!("{name} ")), "{one}");
            assert!(one.contains(said), "{one}");
        }
    }
}

#[test]
fn an_unknown_variable_is_told_with_the_nearest_known_one() {
    for (name, nearest) in [
        ("USER_ATTRIBUTES_GRPC_ADR", "USER_ATTRIBUTES_GRPC_ADDR"),
        ("USER_ATTRIBUTES_REFLEXION", "USER_ATTRIBUTES_REFLECTION"),
        ("USER_ATTRIBUTES_REGION", "AWS_REGION"),
        ("USER_ATTRIBUTES_REGIONS", "AWS_REGION"),
    ] {
        check(name, "secret", &[], Some(&format!("nearest is {nearest}")));
    }
    let far_off = Environment::from_iter([("USER_ATTRIBUTES_MAXIMUM", "secret")]);
    assert_eq!(
        unknown_variables(&far_off, &command(), &[]),
        ["USER_ATTRIBUTES_MAXIMUM is set in the environment, but there is no such setting"]
    );
}

#[test]
fn a_setting_of_other_builds_is_told_as_such() {
    for name in [
        "USER_ATTRIBUTES_LOCAL_POOL",
        "USER_ATTRIBUTES_LOCAL_POOL_ADDR",
    ] {
        check(name, "true", &POOL, Some("this build has no local pool"));
        check(name, "true", &[], Some("no such setting"));
    }
    assert!(POOL[0].has_flag("--local-pool-addr"));
    assert!(!POOL[0].has_flag("--locality"));
}

#[test]
fn kubernetes_service_links_are_left_alone() {
    for (name, value) in [
        ("USER_ATTRIBUTES_SERVICE_HOST", "10.0.0.1"),
        ("USER_ATTRIBUTES_SERVICE_PORT", "50051"),
        ("USER_ATTRIBUTES_SERVICE_PORT_GRPC", "50051"),
        ("USER_ATTRIBUTES_PORT", "tcp://10.0.0.1:50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP", "tcp://10.0.0.1:50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_PROTO", "tcp"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_PORT", "50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_ADDR", "10.0.0.1"),
        ("USER_ATTRIBUTES_HEADLESS_SERVICE_HOST", "10.0.0.1"),
        ("USER_ATTRIBUTES_HEADLESS_SERVICE_PORT_GRPC", "50051"),
        ("USER_ATTRIBUTES_HEADLESS_PORT", "udp://10.0.0.1:50051"),
        ("USER_ATTRIBUTES_LOCAL_POOL_PORT_9229_TCP_PORT", "9229"),
    ] {
        check(name, value, &POOL, None);
    }
}

#[test]
fn what_only_resembles_a_service_link_is_unknown() {
    for (name, value) in [
        ("USER_ATTRIBUTES_GRPC_PORT", "50051"),
        ("USER_ATTRIBUTES_PORT", "50051"),
        ("USER_ATTRIBUTES_PORT_GRPC", "50051"),
        ("USER_ATTRIBUTES_PORT_50051_HTTP", "50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_ADDR_FAMILY", "4"),
        ("USER_ATTRIBUTES_SERVICE_HOSTS", "10.0.0.1"),
    ] {
        check(name, value, &[], Some("no such setting"));
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    for name in [
        "PATH",
        "AWS_REGIONS",
        "USER_ATTRIBUTES",
        "MY_USER_ATTRIBUTES_X",
        "USER_ATTRIBUTES_ENDPOINT",
        "USER_ATTRIBUTES_GRPC_ADDR",
    ] {
        check(name, "", &POOL, None);
    }
}
