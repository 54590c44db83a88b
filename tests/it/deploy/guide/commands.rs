//! What the guide has a person type.

use prost_reflect::DescriptorPool;
use user_attributes::proto::{
    FILE_DESCRIPTOR_SET, GetUserRequest, Operation, user_attributes_service_server::SERVICE_NAME,
};

use super::*;
use crate::support::Failure;

fn of(path: &str) -> Value {
    serde_saphyr::from_str(&text(path)).expect("YAML")
}

#[test]
fn the_commands_are_for_namespaces_and_objects_that_the_overlays_have() {
    let guide = guide();
    let overlays = ["production", "local"].map(|name| {
        let overlay = of(&format!("overlays/{name}/kustomization.yaml"));
        overlay["namespace"].as_str().expect("a name").to_owned()
    });
    let named = found(r"kubectl -n ([\w-]+)", &guide);
    assert_eq!(named, overlays.iter().map(String::as_str).collect());

    let deployment = manifest("deployment")["metadata"]["name"].clone();
    for name in found(r"deployment/([\w-]+)", &guide) {
        assert_eq!(deployment, name);
    }
    let labels = of("base/kustomization.yaml")["labels"][0]["pairs"].clone();
    for label in found(r"-l ([\w./=-]+)", &guide) {
        let (name, value) = label.split_once('=').expect("a pair");
        assert_eq!(labels[name], value);
    }
    let policy = of("components/network-policy/networkpolicy.yaml");
    let callers = &policy["spec"]["ingress"][0]["from"][0]["namespaceSelector"]["matchLabels"];
    for label in found(r"kubectl label namespace \w+ ([\w=-]+)", &guide) {
        let (name, value) = label.split_once('=').expect("a pair");
        assert_eq!(callers[name], value);
    }
}

#[test]
fn the_target_of_callers_is_the_headless_service_by_a_name_of_its_certificate() {
    let service = manifest("service-headless");
    let namespace = of("overlays/production/kustomization.yaml")["namespace"].clone();
    let (name, port) = (
        &service["metadata"]["name"],
        &service["spec"]["ports"][0]["port"],
    );
    let host = format!(
        "{}.{}.svc",
        name.as_str().unwrap(),
        namespace.as_str().unwrap()
    );
    let guide = guide();
    let targets: Vec<_> = found("(dns:///[^`]+)", &guide).into_iter().collect();
    assert_eq!(targets, [format!("dns:///{host}:{port}")]);
    let names = &of("components/tls/certificate.yaml")["spec"]["dnsNames"];
    assert!(names.as_array().expect("a list").contains(&host.into()));
}

#[test]
fn what_a_team_changes_first_stands_in_the_overlay_of_production() {
    let guide = guide();
    let overlay = of("overlays/production/kustomization.yaml");
    let mut values: Vec<_> = ["newName", "digest"]
        .into_iter()
        .filter(|name| overlay["images"][0][name].is_string())
        .map(str::to_owned)
        .collect();
    let settings = settings("overlays/production/kustomization.yaml");
    values.extend(settings.into_iter().map(|(name, _)| name));
    let rows = table("| Value | |", &guide);
    let documented: Vec<_> = rows.iter().map(|row| code_spans(row[0])[0]).collect();
    assert_eq!(documented, values);
}

#[tokio::test]
async fn the_first_call_is_answered_as_it_says() {
    let guide = guide();
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    let method = format!("{SERVICE_NAME}/GetUser");
    assert!(guide.contains(&format!(
        "localhost:{} \\\n    {method}",
        container_ports()["grpc"]
    )));
    let data = found("grpcurl -plaintext -d '([^']+)'", &guide);
    let data: Value = serde_json::from_str(data.first().expect("one")).expect("JSON");
    let request = pool.get_message_by_name("cognito.userattributes.v1.GetUserRequest");
    let request = request.expect("the contract's");
    for field in data.as_object().expect("an object").keys() {
        assert!(request.get_field_by_json_name(field).is_some(), "{field}");
    }

    let server = Server::start().await;
    let request = GetUserRequest {
        access_token: data["accessToken"].as_str().expect("a text").to_owned(),
    };
    let answer = server.client().await.get_user(request).await;
    let failure = Failure::of(&answer.expect_err("it is no token"));
    let rows = table("| Its `reason` | |", &guide);
    assert_eq!(code_spans(rows[0][0])[0], failure.reason);
    assert!(failure.aws_request_id.is_some());
    server.stop().await;
}

#[test]
fn the_endpoints_policy_allows_what_the_service_calls_to_everybody_and_nothing_else() {
    let guide = guide();
    let (_, policy) = guide.split_once("```json\n").expect("a block");
    let (policy, _) = policy.split_once("```").expect("its end");
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list");
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0]["Effect"], "Allow");
    assert_eq!(statements[0]["Principal"], "*");
    let actions = statements[0]["Action"].as_array().expect("a list").iter();
    let actions: BTreeSet<_> = actions.map(|it| it.as_str().expect("a text")).collect();
    let calls = Operation::ALL.map(|it| format!("cognito-idp:{}", it.name()));
    assert_eq!(actions, calls.iter().map(String::as_str).collect());
}
