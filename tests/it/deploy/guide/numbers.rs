//! The numbers of the guide are those of the manifests and of the settings' defaults.

use super::*;

fn seconds(env: &str) -> u64 {
    let default = default_of(env).expect("a default");
    humantime::parse_duration(&default)
        .expect("a time")
        .as_secs()
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[test]
fn the_table_of_a_rollout_is_the_deployments() {
    let deployment = &manifest("deployment")["spec"];
    let rolling = &deployment["strategy"]["rollingUpdate"];
    let pod = &deployment["template"]["spec"];
    let real = BTreeMap::from([
        ("maxSurge", number(&rolling["maxSurge"])),
        ("maxUnavailable", number(&rolling["maxUnavailable"])),
        ("minReadySeconds", number(&deployment["minReadySeconds"])),
        ("--drain-delay", drain_delay()),
        ("--drain-timeout", drain_timeout().as_secs()),
        (
            "terminationGracePeriodSeconds",
            number(&pod["terminationGracePeriodSeconds"]),
        ),
    ]);
    let guide = guide();
    let rows = table("| In an upgrade | | |", &guide);
    let documented: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (code_spans(row[0])[0], row[1].parse().expect("a number")))
        .collect();
    assert_eq!(documented, real);

    let spare = real["terminationGracePeriodSeconds"] - real["--drain-timeout"];
    assert!(guide.contains(&format!("which is {spare} seconds more")));
    let production: Value =
        serde_saphyr::from_str(&text("overlays/production/kustomization.yaml")).expect("YAML");
    let replicas = &production["replicas"][0]["count"];
    assert!(guide.contains(&format!("one a zone, so {replicas}.")));
    assert_eq!(manifest("poddisruptionbudget")["spec"]["maxUnavailable"], 1);
}

/// It depends on the other settings, so the README has it and clap doesn't.
fn drain_delay() -> u64 {
    let readme = include_str!("../../../../README.md");
    let delay = found(r"how long calls are still taken; `(\d+)s`", readme);
    delay.first().expect("one").parse().expect("a number")
}

#[test]
fn what_it_says_of_room_and_of_the_autoscaler_is_theirs() {
    let guide = guide();
    let resources = &container()["resources"];
    let cpu = resources["requests"]["cpu"].as_str().expect("a text");
    let memory = resources["limits"]["memory"].as_str().expect("a text");
    assert_eq!(resources["requests"]["memory"], memory);
    assert_eq!(resources["limits"]["cpu"], Value::Null);
    let (cpu, memory) = (
        cpu.strip_suffix('m').expect("millicores"),
        memory.strip_suffix("Mi").expect("mebibytes"),
    );
    let autoscaler: Value =
        serde_saphyr::from_str(&text("components/autoscaling/horizontalpodautoscaler.yaml"))
            .expect("YAML");
    let autoscaler = &autoscaler["spec"];
    let (least, most) = (&autoscaler["minReplicas"], &autoscaler["maxReplicas"]);
    let share = &autoscaler["metrics"][0]["containerResource"]["target"]["averageUtilization"];
    for said in [
        format!("{cpu} millicores and {memory} MiB for each of three pods"),
        format!("**The memory limit of {memory} MiB**"),
        format!("{least} to {most} pods by CPU"),
        format!("{share} % of the request, from {least} to {most} pods"),
        format!(
            "counts within {} seconds of being in the pod",
            seconds("USER_ATTRIBUTES_TLS_RELOAD_INTERVAL")
        ),
    ] {
        assert!(guide.contains(&said), "{said}");
    }
    assert_eq!(seconds("USER_ATTRIBUTES_MAX_CONNECTION_AGE"), 10 * 60);
    assert!(guide.contains("`--max-connection-age`, ten minutes"));
}

#[test]
fn every_port_it_names_is_one() {
    let mut known: BTreeSet<_> = container_ports().into_values().collect();
    let pool = default_of("USER_ATTRIBUTES_LOCAL_POOL_ADDR").expect("a default");
    let pool: SocketAddr = pool.parse().expect("an address");
    known.insert(u64::from(pool.port()));
    // A proxy's, as an example, and Istio's.
    known.extend([3128, 15008]);
    for port in found(r"(?:port |:|\(|50051 )(\d{4,5})\b", &guide()) {
        assert!(known.contains(&port.parse().expect("a number")), "{port}");
    }
}

#[test]
fn the_oldest_kubernetes_it_is_for_is_the_one_that_is_checked() {
    let namespace: Value =
        serde_saphyr::from_str(&text("components/namespace/namespace.yaml")).expect("YAML");
    let labels = &namespace["metadata"]["labels"];
    let version = labels["pod-security.kubernetes.io/enforce-version"].as_str();
    let version = version
        .and_then(|it| it.strip_prefix('v'))
        .expect("a version");
    for of in ["Kubernetes", "kubectl"] {
        let said = format!("{of} {version} or later");
        assert!(guide().contains(&said), "{said}");
    }
    let schemas = text("../.ci/manifests/schemas.py");
    assert!(schemas.contains(&format!("VERSIONS = (\"{version}\", ")));
}
