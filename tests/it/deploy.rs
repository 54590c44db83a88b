//! What `deploy/` says of the binary is so: ports, names of the environment, probes, times.

mod alerts;
mod components;
mod compose;
mod guide;
mod image;
mod overlays;
mod start;

use std::{collections::BTreeMap, fs, net::SocketAddr, path::PathBuf, time::Duration};

use clap::CommandFactory as _;
use serde_json::Value;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use user_attributes::app::Args;

use crate::support::{
    Server,
    process::{self, Process},
};

fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn manifest(name: &str) -> Value {
    serde_saphyr::from_str(&text(&format!("base/{name}.yaml"))).expect("YAML")
}

fn container() -> Value {
    manifest("deployment")["spec"]["template"]["spec"]["containers"][0].clone()
}

/// The ports of the container, by name.
fn container_ports() -> BTreeMap<String, u64> {
    let container = container();
    let ports = container["ports"].as_array().expect("a list").iter();
    ports
        .map(|port| {
            let name = port["name"].as_str().expect("a name").to_owned();
            (name, port["containerPort"].as_u64().expect("a number"))
        })
        .collect()
}

/// The settings that a generated ConfigMap holds.
fn settings(kustomization: &str) -> Vec<(String, String)> {
    let kustomization: Value = serde_saphyr::from_str(&text(kustomization)).expect("YAML");
    let literals = &kustomization["configMapGenerator"][0]["literals"];
    let literals = literals.as_array().expect("a list").iter();
    literals
        .map(|literal| {
            let (name, value) = literal
                .as_str()
                .and_then(|it| it.split_once('='))
                .expect("a pair");
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// The default of the flag that has this name in the environment.
fn default_of(env: &str) -> Option<String> {
    let command = Args::command();
    let mut args = command.get_arguments();
    let arg = args.find(|arg| arg.get_env().is_some_and(|it| it == env))?;
    Some(arg.get_default_values().first()?.to_str()?.to_owned())
}

#[test]
fn every_setting_is_one_that_the_server_knows() {
    let known: Vec<_> = Args::command()
        .get_arguments()
        .filter_map(|arg| arg.get_env()?.to_str().map(str::to_owned))
        .collect();
    for file in [
        "base/kustomization.yaml",
        "overlays/local/kustomization.yaml",
        "overlays/production/kustomization.yaml",
        "components/tls/kustomization.yaml",
    ] {
        for (name, _) in settings(file) {
            assert!(known.contains(&name), "{file}: {name}");
        }
    }
    assert_eq!(
        container()["args"],
        Value::Null,
        "settings stand in the ConfigMap"
    );
    assert_eq!(
        container()["env"],
        Value::Null,
        "settings stand in the ConfigMap"
    );
}

#[test]
fn the_containers_ports_are_those_of_the_settings_and_of_the_defaults() {
    let ports = container_ports();
    for (name, env) in [
        ("grpc", "USER_ATTRIBUTES_GRPC_ADDR"),
        ("admin", "USER_ATTRIBUTES_ADMIN_ADDR"),
    ] {
        let settings = settings("base/kustomization.yaml");
        let (_, addr) = settings
            .iter()
            .find(|(name, _)| name == env)
            .expect("a setting");
        let addr: SocketAddr = addr.parse().expect("an address");
        assert!(
            addr.ip().is_unspecified(),
            "the pod is reached from outside it"
        );
        assert_eq!(u64::from(addr.port()), ports[name]);

        let default = default_of(env).expect("a flag");
        let default: SocketAddr = default.parse().expect("an address");
        assert_eq!(
            default.port(),
            addr.port(),
            "the README's port is the cluster's"
        );
    }
}

#[test]
fn both_services_lead_to_the_grpc_port() {
    for name in ["service", "service-headless"] {
        let service = manifest(name);
        let port = &service["spec"]["ports"][0];
        assert_eq!(
            port["port"].as_u64(),
            Some(container_ports()["grpc"]),
            "{name}"
        );
        assert_eq!(port["targetPort"], "grpc", "{name}");
        assert_eq!(port["appProtocol"], "kubernetes.io/h2c", "{name}");
    }
    assert_eq!(manifest("service-headless")["spec"]["clusterIP"], "None");
}

#[tokio::test]
async fn each_probe_asks_for_what_the_server_reports() {
    let server = Server::start().await;
    let container = container();
    for name in ["startupProbe", "readinessProbe"] {
        let probe = &container[name]["grpc"];
        assert_eq!(
            probe["port"].as_u64(),
            Some(container_ports()["grpc"]),
            "{name}"
        );
        let request = HealthCheckRequest {
            service: probe["service"].as_str().unwrap_or_default().to_owned(),
        };
        let mut client = HealthClient::new(server.channel().await);
        let answer = client.check(request).await.expect(name).into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{name}");
    }
    let asked = &container["livenessProbe"]["httpGet"];
    assert_eq!(asked["port"], "admin", "callers don't reach it");
    let path = asked["path"].as_str().expect("a path");
    assert_eq!(server.admin(path).await, 200, "{path}");
    server.stop().await;
}

#[test]
fn the_pod_has_time_to_drain() {
    let pod = &manifest("deployment")["spec"]["template"]["spec"];
    let grace = pod["terminationGracePeriodSeconds"]
        .as_u64()
        .expect("a number");
    assert_eq!(
        container()["lifecycle"],
        Value::Null,
        "the grace period begins with the signal"
    );
    // The spans that are left have two seconds more.
    assert!(Duration::from_secs(grace) > drain_timeout() + Duration::from_secs(2));
}

#[test]
fn the_check_of_rendered_pods_knows_how_long_a_drain_takes_by_default() {
    let check = text("../.ci/manifests/pods.py");
    let default = default_of("USER_ATTRIBUTES_DRAIN_TIMEOUT").expect("a default");
    let line = format!("DRAIN_TIMEOUT = {default:?}");
    assert!(check.lines().any(|it| it == line), "no {line}");
}

/// From the first signal to the end of the process, at most: what the ConfigMap says, or else the
/// flag's default.
fn drain_timeout() -> Duration {
    const NAME: &str = "USER_ATTRIBUTES_DRAIN_TIMEOUT";
    let mut settings = settings("base/kustomization.yaml").into_iter();
    let set = settings.find(|(name, _)| name == NAME);
    let timeout = set.map(|(_, value)| value).or_else(|| default_of(NAME));
    humantime::parse_duration(timeout.as_deref().expect("the flag has a default"))
        .expect("a duration")
}

#[test]
fn nothing_hands_the_pod_a_credential_or_a_right() {
    let pod = &manifest("deployment")["spec"]["template"]["spec"];
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(
        manifest("serviceaccount")["automountServiceAccountToken"],
        false
    );
    assert_eq!(
        manifest("serviceaccount")["metadata"]["annotations"],
        Value::Null
    );
    assert_eq!(
        pod["serviceAccountName"],
        manifest("serviceaccount")["metadata"]["name"]
    );
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        pod["securityContext"]["seccompProfile"]["type"],
        "RuntimeDefault"
    );
    let context = &container()["securityContext"];
    assert_eq!(context["allowPrivilegeEscalation"], false);
    assert_eq!(context["readOnlyRootFilesystem"], true);
    assert_eq!(context["capabilities"]["drop"][0], "ALL");
}
