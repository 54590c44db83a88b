use std::ffi::OsStr;

use opentelemetry::Key;

use super::*;

const ON: (&str, &str) = (ENDPOINT, "http://127.0.0.1:4317");

fn read(variables: &[(&str, &str)]) -> (Option<Settings>, Vec<String>) {
    let mut problems = Vec::new();
    let environment: Environment = variables.iter().copied().collect();
    let settings = Settings::of_environment(&environment, &mut problems);
    (settings, problems)
}

fn good(more: &[(&str, &str)]) -> Settings {
    let (settings, problems) = read(&[&[ON], more].concat());
    assert_eq!(problems, Vec::<String>::new());
    settings.expect("it is on")
}

/// What is said of one bad variable.
fn bad(more: &[(&str, &str)]) -> String {
    let (settings, problems) = read(&[&[ON], more].concat());
    assert!(settings.is_none());
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

#[test]
fn it_is_off_without_an_endpoint_and_where_it_is_turned_off() {
    for variables in [
        &[][..],
        &[(ENDPOINT, "")],
        &[(ENDPOINT, "  ")],
        &[(TRACES_ENDPOINT, ON.1)],
        &[ON, ("OTEL_SDK_DISABLED", "true")],
        &[ON, ("OTEL_SDK_DISABLED", " TRUE "), (SAMPLER, "nonsense")],
        &[ON, ("OTEL_TRACES_EXPORTER", "none"), (PROTOCOL[1], "x")],
    ] {
        let (settings, problems) = read(variables);
        assert!(settings.is_none(), "{variables:?}");
        assert_eq!(problems, Vec::<String>::new(), "{variables:?}");
    }
    for variables in [
        &[][..],
        &[("OTEL_SDK_DISABLED", "false")],
        &[("OTEL_SDK_DISABLED", "1")],
        &[("OTEL_TRACES_EXPORTER", "otlp")],
        &[("OTEL_TRACES_EXPORTER", "")],
        &[(PROTOCOL[1], "grpc")],
        &[(PROTOCOL[0], "grpc"), (PROTOCOL[1], "http/protobuf")],
        &[(PROTOCOL[1], " ")],
    ] {
        good(variables);
    }
}

#[test]
fn the_defaults_are_the_specifications() {
    let settings = good(&[]);
    let sampler = format!("{:?}", settings.sampler);
    assert_eq!(sampler, "ParentBased(AlwaysOn)");
    let Batches {
        queue,
        batch,
        delay,
    } = settings.batches;
    assert_eq!((queue, batch, delay), (2048, 512, Duration::from_secs(5)));
    assert_eq!(settings.collector.timeout, Duration::from_secs(10));
    assert!(settings.collector.headers.is_empty());
}

#[test]
fn what_is_said_of_traces_alone_goes_before_what_is_said_of_all() {
    let Collector {
        url,
        is_tls,
        variable,
        headers,
        timeout,
    } = good(&[
        (TRACES_ENDPOINT, "https://traces.example.com"),
        (HEADERS[0], "a=1"),
        (HEADERS[1], "a=2,b=3"),
        (TIMEOUT[0], "7"),
        (TIMEOUT[1], "9"),
    ])
    .collector;
    assert_eq!(url, "https://traces.example.com");
    assert!(is_tls);
    assert_eq!(variable, TRACES_ENDPOINT);
    assert_eq!((headers.len(), &headers["a"]), (1, &"1".parse().unwrap()));
    assert_eq!(timeout, Duration::from_millis(7));
}

#[test]
fn the_shorter_of_the_two_times_of_an_export_is_its_bound() {
    let export = "OTEL_BSP_EXPORT_TIMEOUT";
    let timeout = |more: &[(&str, &str)]| good(more).collector.timeout;
    assert_eq!(timeout(&[(export, "40")]), Duration::from_millis(40));
    let both = [(export, "40"), (TIMEOUT[1], "30")];
    assert_eq!(timeout(&both), Duration::from_millis(30));
}

#[test]
fn an_endpoint_is_an_address_of_http_without_a_password() {
    for good_one in ["http://[::1]:4317", "https://host", "http://host/v1/traces"] {
        assert_eq!(good(&[(ENDPOINT, good_one)]).collector.url, good_one);
    }
    for bad_one in [
        "host:4317",
        "unix:///run/x",
        "ftp://host",
        "http://",
        "http://a:b@host",
        "http://host with space",
    ] {
        assert!(
            bad(&[(ENDPOINT, bad_one)]).starts_with(ENDPOINT),
            "{bad_one}"
        );
    }
}

#[test]
fn headers_are_percent_decoded_and_no_debug_output_shows_them() {
    let headers = "authorization=Bearer%20secret, x=a=b ,";
    let collector = good(&[(HEADERS[1], headers)]).collector;
    assert_eq!(collector.headers["authorization"], "Bearer secret");
    assert_eq!(collector.headers["x"], "a=b");
    assert!(!format!("{collector:?}").contains("secret"));
    for bad_one in [
        "secret",
        "=secret",
        "a b=secret",
        "a=%zz",
        "a=%2",
        "a=%0a",
        "a=%ff",
    ] {
        let problem = bad(&[(HEADERS[1], bad_one)]);
        assert!(problem.starts_with(HEADERS[1]), "{problem}");
        assert!(!problem.contains(bad_one), "{problem}");
    }
}

#[test]
fn a_number_is_within_its_bounds() {
    let batches = good(&[(QUEUE, "100")]).batches;
    assert_eq!((batches.queue, batches.batch), (100, 100));
    let delay = "OTEL_BSP_SCHEDULE_DELAY";
    for (name, value) in [
        (QUEUE, "0"),
        (QUEUE, "65537"),
        (BATCH, "2049"),
        (BATCH, "many"),
        (delay, "0"),
        (delay, "-1"),
        (delay, "1s"),
        (TIMEOUT[1], "86400001"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "1.5"),
    ] {
        assert!(bad(&[(name, value)]).starts_with(name), "{name}={value}");
    }
}

#[test]
fn a_sampler_is_one_of_the_sdks_and_its_argument_a_part() {
    for (sampler, argument, expected) in [
        ("always_on", "", "AlwaysOn"),
        ("always_off", "ignored", "AlwaysOff"),
        ("traceidratio", "", "TraceIdRatioBased(1.0)"),
        ("traceidratio", "0.25", "TraceIdRatioBased(0.25)"),
        ("parentbased_always_on", "", "ParentBased(AlwaysOn)"),
        ("parentbased_always_off", "", "ParentBased(AlwaysOff)"),
        (
            "parentbased_traceidratio",
            "0",
            "ParentBased(TraceIdRatioBased(0.0))",
        ),
    ] {
        let settings = good(&[(SAMPLER, sampler), (SAMPLER_ARG, argument)]);
        assert_eq!(format!("{:?}", settings.sampler), expected);
    }
    for unknown in ["xray", "jaeger_remote", "ALWAYS_ON"] {
        assert!(bad(&[(SAMPLER, unknown)]).starts_with(SAMPLER), "{unknown}");
    }
    for argument in ["1.1", "-0.1", "NaN", "inf", "half"] {
        let problem = bad(&[(SAMPLER, "traceidratio"), (SAMPLER_ARG, argument)]);
        assert!(problem.starts_with(SAMPLER_ARG), "{problem}");
    }
}

#[test]
fn the_resource_has_a_name_of_its_own_unless_it_is_given_one() {
    let named = |more: &[(&str, &str)], name: &'static str| {
        let resource = good(more).resource;
        resource
            .get(&Key::from_static_str(name))
            .map(|it| it.to_string())
    };
    let name = |more: &[(&str, &str)]| named(more, SERVICE_NAME).expect("a name");
    assert_eq!(name(&[]), DEFAULT_SERVICE_NAME);
    assert_eq!(name(&[(RESOURCE, "service.name=")]), DEFAULT_SERVICE_NAME);
    let attributes = (RESOURCE, "service.name=a%2Cb,service.version=7,x=%C3%A9");
    assert_eq!(name(&[attributes]), "a,b");
    assert_eq!(name(&[attributes, ("OTEL_SERVICE_NAME", "c")]), "c");
    assert_eq!(
        named(&[attributes], "service.version").as_deref(),
        Some("7")
    );
    assert_eq!(named(&[attributes], "x").as_deref(), Some("é"));
    for bad_one in ["x", "=x", "x=%", "x=%+1", "x=%ff"] {
        assert!(
            bad(&[(RESOURCE, bad_one)]).starts_with(RESOURCE),
            "{bad_one}"
        );
    }
}

#[test]
fn all_that_is_bad_is_told_at_once_and_once() {
    let (settings, problems) = read(&[
        ON,
        (PROTOCOL[1], "http/protobuf"),
        (SAMPLER, "x"),
        (QUEUE, "x"),
        (RESOURCE, "x"),
    ]);
    assert!(settings.is_none());
    let names: Vec<_> = problems
        .iter()
        .filter_map(|problem| problem.split(' ').next())
        .collect();
    assert_eq!(names, [PROTOCOL[1], QUEUE, SAMPLER, RESOURCE]);
}

#[cfg(unix)]
#[test]
fn what_is_not_utf_8_is_bad() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut problems = Vec::new();
    let environment = Environment::from_iter([(ENDPOINT, OsStr::from_bytes(b"http://\xff"))]);
    let settings = Settings::of_environment(&environment, &mut problems);
    assert!(settings.is_none());
    assert_eq!(problems.len(), 1, "{problems:?}");
}
