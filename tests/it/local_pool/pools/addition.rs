//! Custom attributes that a pool gets later.

use super::*;

#[tokio::test]
async fn custom_attributes_can_be_added_and_are_in_force_at_once() {
    let server = Server::start().await;
    let (pool, client) = create_pool_and_client(&server, json!({})).await;
    create_user(&server, &pool, "dan", json!([])).await;
    let add = |attributes: Value| json!({ "UserPoolId": pool, "CustomAttributes": attributes });
    let level = json!({ "Name": "level", "AttributeDataType": "Number",
        "NumberAttributeConstraints": { "MinValue": "1" } });
    // A custom attribute may have a standard one's name.
    let name = json!({ "Name": "name", "AttributeDataType": "String", "Mutable": false });
    let answer = done(&server, "AddCustomAttributes", add(json!([level, name]))).await;
    assert_eq!(answer, json!({}));

    let described = done(&server, "DescribeUserPool", json!({ "UserPoolId": pool })).await;
    let described = &described["UserPool"];
    let limits = json!({ "MinValue": "1" });
    assert_eq!(
        attribute(described, "custom:level")["NumberAttributeConstraints"],
        limits
    );
    assert_eq!(attribute(described, "custom:name")["Mutable"], false);
    let token = sign_in(&server, &client, "dan").await.access;
    let set = |value: &str| {
        let change = attributes(&[("custom:level", value)]);
        json!({ "AccessToken": token, "UserAttributes": change })
    };
    done(&server, "UpdateUserAttributes", set("1")).await;
    let message = "user.custom:level: Number must be no less than 1\n";
    check_refused(
        &server,
        "UpdateUserAttributes",
        set("0"),
        (INVALID, message),
    )
    .await;

    let string = |name: &str| json!({ "Name": name, "AttributeDataType": "String" });
    let many: Vec<_> = (0..25)
        .map(|number| string(&format!("a{number}")))
        .collect();
    done(&server, "AddCustomAttributes", add(many.into())).await;
    let too_many: Vec<_> = (25..49)
        .map(|number| string(&format!("a{number}")))
        .collect();
    for (attributes, message) in [
        (
            json!([string("new"), string("level")]),
            "custom:level: Existing attribute already has name custom:level.",
        ),
        (
            json!([string("new"), string("new")]),
            "custom:new: Existing attribute already has name custom:new.",
        ),
        (
            json!([{ "Name": "new" }]),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            too_many.into(),
            "A user pool has at most 50 custom attributes.",
        ),
        (
            json!([]),
            "1 validation error detected: Value '[]' at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
    ] {
        check_refused(
            &server,
            "AddCustomAttributes",
            add(attributes),
            (INVALID, message),
        )
        .await;
    }
    let described = done(&server, "DescribeUserPool", json!({ "UserPoolId": pool })).await;
    let all = described["UserPool"]["SchemaAttributes"]
        .as_array()
        .expect("a list");
    assert!(
        all.iter().all(|it| it["Name"] != "custom:new"),
        "all or none"
    );
    server.stop().await;
}
