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
    let probes = ["startupProbe", "readinessProbe"];
    let mut asked: Vec<_> = probes.map(|name| container[name]["httpGet"].clone()).into();
    let monitor = of_component("prometheus-operator/podmonitor.yaml");
    asked.push(monitor["spec"]["podMetricsEndpoints"][0].clone());
    for asked in asked {
        assert_eq!(asked["port"], "admin");
        let path = asked["path"].as_str().expect("a path");
        let answer = server.admin(path).await;
        assert_eq!(answer, 200, "{path}");
    }
    server.stop().await;
}

#[test]
fn the_gateway_leads_to_the_service_of_the_contract_alone() {
    use user_attributes::proto::user_attributes_service_server::SERVICE_NAME;

    let route = of_component("gateway-api/grpcroute.yaml");
    let rules = route["spec"]["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), 1);
    let matches = rules[0]["matches"].as_array().expect("a list");
    assert_eq!(matches.len(), 1);
    assert_eq!(matches[0]["method"]["type"], "Exact");
    assert_eq!(matches[0]["method"]["service"], SERVICE_NAME);
    assert_eq!(
        matches[0]["method"]["method"],
        Value::Null,
        "all of its methods"
    );
}

#[test]
fn who_may_call_and_who_may_scrape_are_told_apart_by_port() {
    let policy = of_component("network-policy/networkpolicy.yaml");
    let rules = policy["spec"]["ingress"].as_array().expect("a list");
    let ports: Vec<_> = rules
        .iter()
        .map(|rule| rule["ports"][0]["port"].as_str().expect("a name"))
        .collect();
    assert_eq!(ports, ["grpc", "admin"]);
    for (rule, port) in rules.iter().zip(ports) {
        assert!(container_ports().contains_key(port), "{port}");
        assert_eq!(rule["ports"].as_array().map(Vec::len), Some(1), "{port}");
        assert!(
            rule["from"][0]["namespaceSelector"]["matchLabels"].is_object(),
            "{port}: not everybody"
        );
    }
}

#[test]
fn no_way_to_cognito_leads_to_the_nodes_metadata_or_a_private_address() {
    let policy = of_component("egress-internet/networkpolicy.yaml");
    let blocks = policy["spec"]["egress"][0]["to"]
        .as_array()
        .expect("a list");
    let except: Vec<_> = blocks
        .iter()
        .flat_map(|to| to["ipBlock"]["except"].as_array().expect("a list"))
        .collect();
    for private in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "198.18.0.0/15",
        "fc00::/7",
        "fe80::/10",
    ] {
        assert!(except.iter().any(|it| **it == private), "{private}");
    }
    for component in ["egress-internet", "egress-vpc-endpoint"] {
        let policy = of_component(&format!("{component}/networkpolicy.yaml"));
        let rules = policy["spec"]["egress"].as_array().expect("a list");
        for rule in rules {
            assert_eq!(
                rule["ports"].as_array().map(Vec::len),
                Some(1),
                "{component}"
            );
            assert_eq!(rule["ports"][0]["port"], 443, "{component}");
        }
    }
}
