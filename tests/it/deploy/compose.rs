//! What the compose file says of the binary and the image.

use super::*;

fn service() -> Value {
    let file: Value = serde_saphyr::from_str(&text("compose.yaml")).expect("YAML");
    file["services"]["user-attributes"].clone()
}

#[test]
fn it_has_settings_that_the_server_knows_and_publishes_their_ports_to_this_machine_alone() {
    let service = service();
    let mut ports = Vec::new();
    for (name, value) in service["environment"].as_object().expect("settings") {
        let mut known = Args::command();
        known.build();
        let is_known = known.get_arguments().any(|arg| {
            arg.get_env()
                .is_some_and(|env| env.to_str() == Some(name.as_str()))
        });
        assert!(is_known, "{name}");
        if name.ends_with("_ADDR") {
            let addr: SocketAddr = value.as_str().and_then(|it| it.parse().ok()).expect(name);
            assert!(addr.ip().is_unspecified(), "{name} is reached from outside");
            ports.push(addr.port());
        }
    }
    let mut published: Vec<_> = service["ports"].as_array().expect("a list").clone();
    let mut expected: Vec<_> = ports
        .iter()
        .map(|port| Value::from(format!("127.0.0.1:{port}:{port}")))
        .collect();
    let text = |it: &Value| it.as_str().map(str::to_owned);
    published.sort_by_key(text);
    expected.sort_by_key(text);
    assert_eq!(published, expected);
}

#[test]
fn it_lets_other_containers_call_the_pool_by_the_name_of_the_service() {
    let environment = &service()["environment"];
    assert_eq!(
        environment["USER_ATTRIBUTES_LOCAL_POOL_ALLOW_HOST"],
        "user-attributes"
    );
}

#[test]
fn it_holds_the_server_to_what_the_pod_is_held_to() {
    let service = service();
    assert_eq!(service["read_only"], true);
    assert_eq!(service["cap_drop"][0], "ALL");
    assert_eq!(service["security_opt"][0], "no-new-privileges:true");
    let memory = container()["resources"]["limits"]["memory"].clone();
    let memory = memory.as_str().and_then(|it| it.strip_suffix("Mi"));
    let limit = service["mem_limit"]
        .as_str()
        .and_then(|it| it.strip_suffix('m'));
    assert_eq!(limit, memory);
}

#[test]
fn it_gives_the_server_the_time_that_a_drain_takes() {
    let grace = service()["stop_grace_period"].clone();
    let grace = humantime::parse_duration(grace.as_str().expect("a time")).expect("a time");
    assert!(grace > drain_timeout() + Duration::from_secs(2));
}

#[test]
fn it_builds_a_stage_of_the_dockerfile_from_the_top_of_the_repository() {
    let build = &service()["build"];
    assert_eq!(build["context"], "..");
    assert_eq!(build["dockerfile"], "deploy/Dockerfile");
    let stage = format!(" AS {}", build["target"].as_str().expect("a stage"));
    assert!(
        text("Dockerfile")
            .lines()
            .any(|line| line.ends_with(&stage))
    );
}
