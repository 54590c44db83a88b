//! What the components say of the binary.

use super::*;

/// A file of a component.
fn of_component(path: &str) -> Value {
    serde_saphyr::from_str(&text(&format!("components/{path}"))).expect("YAML")
}

#[test]
fn the_tls_files_are_those_of_the_certificates_secret() {
    let pod = of_component("tls/deployment.yaml")["spec"]["template"]["spec"].clone();
    let mount = &pod["containers"][0]["volumeMounts"][0];
    let folder = mount["mountPath"].as_str().expect("a path");
    assert_eq!(mount["name"], pod["volumes"][0]["name"]);
    assert_eq!(
        mount["subPath"],
        Value::Null,
        "such a file is never replaced"
    );
    let secret = &pod["volumes"][0]["secret"]["secretName"];
    assert_eq!(
        *secret,
        of_component("tls/certificate.yaml")["spec"]["secretName"]
    );
    for (name, path) in settings("components/tls/kustomization.yaml") {
        let key = path
            .strip_prefix(&format!("{folder}/"))
            .expect("it is in there");
        // Source: https://cert-manager.io/docs/usage/certificate/#target-secret
        assert!(["tls.crt", "tls.key", "ca.crt"].contains(&key), "{name}");
    }
}

#[tokio::test]
async fn the_components_ask_the_admin_port_for_what_it_has() {
    let server = Server::start().await;
    let container =
        of_component("tls/deployment.yaml")["spec"]["template"]["spec"]["containers"][0].clone();
    let probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    let mut asked: Vec<_> = probes.map(|name| container[name]["httpGet"].clone()).into();
    let monitor = of_component("podmonitor/podmonitor.yaml");
    asked.push(monitor["spec"]["podMetricsEndpoints"][0].clone());
    for asked in asked {
        assert_eq!(asked["port"], "admin");
        let path = asked["path"].as_str().expect("a path");
        let answer = server.admin(path).await;
        assert_eq!(answer, 200, "{path}");
    }
    server.stop().await;
}
