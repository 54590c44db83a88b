//! The schema of a pool.

use num_bigint::BigInt;

use super::*;

#[tokio::test]
async fn custom_attributes_get_their_prefix_and_keep_their_constraints() {
    let server = Server::start().await;
    let pool = create_pool(
        &server,
        json!({ "Schema": [
            { "Name": "dept", "AttributeDataType": "String",
              "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "9" } },
            { "Name": "level", "AttributeDataType": "Number", "Mutable": false,
              "NumberAttributeConstraints": { "MinValue": "-1", "MaxValue": "10" } },
            { "Name": "since", "AttributeDataType": "DateTime" },
            { "Name": "boss", "AttributeDataType": "Boolean" },
            { "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true },
        ]}),
    )
    .await;
    assert_eq!(
        *attribute(&pool, "custom:dept"),
        json!({
            "Name": "custom:dept", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
            "Mutable": true, "Required": false,
            "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "9" },
        })
    );
    let level = attribute(&pool, "custom:level");
    assert_eq!(level["Mutable"], false);
    assert_eq!(
        level["NumberAttributeConstraints"],
        json!({ "MinValue": "-1", "MaxValue": "10" })
    );
    assert_eq!(
        attribute(&pool, "custom:since")["AttributeDataType"],
        "DateTime"
    );
    assert_eq!(
        attribute(&pool, "custom:boss")["AttributeDataType"],
        "Boolean"
    );
    assert_eq!(
        attribute(&pool, "dev:custom:note")["DeveloperOnlyAttribute"],
        true
    );
    server.stop().await;
}

#[tokio::test]
async fn the_schema_of_a_pool_rules_its_users() {
    let server = Server::start().await;
    let members = json!({ "Schema": [
        { "Name": "level", "AttributeDataType": "Number",
          "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "10" } },
        { "Name": "tenant", "AttributeDataType": "String", "Mutable": false },
        { "Name": "boss", "AttributeDataType": "Boolean" },
        { "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true },
        { "Name": "nickname", "AttributeDataType": "String", "Required": true },
        { "Name": "name", "AttributeDataType": "String",
          "StringAttributeConstraints": { "MinLength": "3", "MaxLength": "5" } },
    ]});
    let pool = text(&create_pool(&server, members).await["Id"]);
    let all = [
        "custom:level",
        "custom:tenant",
        "custom:boss",
        "name",
        "nickname",
    ];
    let lists = json!({ "ReadAttributes": all, "WriteAttributes": all });
    let client = text(&create_client(&server, &pool, lists).await["ClientId"]);
    let first = attributes(&[
        ("custom:tenant", "a"),
        ("nickname", "D"),
        ("dev:custom:note", "x"),
    ]);
    create_user(&server, &pool, "dan", first).await;
    let Tokens { access, .. } = sign_in(&server, &client, "dan").await;

    let changes = [
        ("custom:level", "11", "Number must be no greater than 10"),
        ("custom:tenant", "b", "Attribute cannot be updated."),
        ("custom:boss", "maybe", "Boolean expected"),
        ("nickname", "", "Required attribute cannot be deleted."),
        ("name", "Da", "String must be no shorter than 3 characters"),
        (
            "name",
            "Daniel",
            "String must be no longer than 5 characters",
        ),
    ];
    for (name, value, complaint) in changes {
        let body = json!({ "AccessToken": access, "UserAttributes": attributes(&[(name, value)]) });
        let message = format!("user.{name}: {complaint}\n");
        check_refused(&server, "UpdateUserAttributes", body, (INVALID, &message)).await;
    }
    let good = attributes(&[
        ("custom:level", "10"),
        ("custom:boss", "true"),
        ("name", "Dan"),
    ]);
    let body = json!({ "AccessToken": access, "UserAttributes": good });
    done(&server, "UpdateUserAttributes", body).await;
    let note =
        json!({ "AccessToken": access, "UserAttributes": attributes(&[("dev:custom:note", "y")]) });
    let unauthorized = "A client attempted to write unauthorized attribute";
    let refusal = ("NotAuthorizedException", unauthorized);
    check_refused(&server, "UpdateUserAttributes", note, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn the_limits_of_a_number_go_as_far_as_2_to_the_1023() {
    let server = Server::start().await;
    let farthest = (BigInt::from(1) << 1023_u16).to_string();
    let schema = |least: &str, most: &str| {
        json!({ "Schema": [{ "Name": "stars", "AttributeDataType": "Number",
            "NumberAttributeConstraints": { "MinValue": least, "MaxValue": most } }] })
    };
    let least = format!("-{farthest}");
    let pool = create_pool(&server, schema(&least, &farthest)).await;
    let limits = json!({ "MinValue": least, "MaxValue": farthest });
    let stars = attribute(&pool, "custom:stars");
    assert_eq!(stars["NumberAttributeConstraints"], limits);

    let pool = text(&pool["Id"]);
    let stars = |value: &str| json!({ "UserAttributes": attributes(&[("custom:stars", value)]) });
    let beyond: BigInt = (BigInt::from(1) << 1023_u16) + 1;
    for (than, value, further) in [
        ("less", &least, -beyond.clone()),
        ("greater", &farthest, beyond.clone()),
    ] {
        let user = |name| json!({ "UserPoolId": pool, "Username": name });
        done(&server, "AdminCreateUser", with(user(than), stars(value))).await;
        let message = format!(
            "Attributes did not conform to the schema: custom:stars: Number must be no {than} than {value}\n"
        );
        let body = with(user("nobody"), stars(&further.to_string()));
        check_refused(&server, "AdminCreateUser", body, (INVALID, &message)).await;
    }

    let beyond = beyond.to_string();
    for (least, most) in [
        ("0", &*beyond),
        (&*format!("-{beyond}"), "0"),
        ("1", "0"),
        ("0", "x"),
    ] {
        let body = with(json!({ "PoolName": "p" }), schema(least, most));
        let message = "Invalid constraints of attribute stars";
        check_refused(&server, "CreateUserPool", body, (INVALID, message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_standard_attribute_keeps_its_type_and_the_limits_that_arent_named() {
    let server = Server::start().await;
    let schema = json!([
        { "Name": "birthdate", "Required": true },
        { "Name": "email", "AttributeDataType": "String", "Mutable": false, "Required": true },
        { "Name": "updated_at", "NumberAttributeConstraints": { "MaxValue": "9" } },
    ]);
    let pool = create_pool(&server, json!({ "Schema": schema })).await;
    let birthdate = attribute(&pool, "birthdate");
    assert_eq!(birthdate["Required"], true);
    assert_eq!(
        birthdate["StringAttributeConstraints"],
        json!({ "MinLength": "10", "MaxLength": "10" })
    );
    assert_eq!(attribute(&pool, "email")["Mutable"], false);
    let updated_at = attribute(&pool, "updated_at");
    assert_eq!(updated_at["AttributeDataType"], "Number");
    assert_eq!(
        updated_at["NumberAttributeConstraints"],
        json!({ "MinValue": "0", "MaxValue": "9" })
    );
    server.stop().await;
}

#[tokio::test]
async fn an_attribute_that_no_pool_can_have_is_refused() {
    let server = Server::start().await;
    let standard = "You can not change AttributeDataType or set developerOnlyAttribute for \
                    standard schema attribute email";
    let string = |members| {
        with(
            json!({ "Name": "x", "AttributeDataType": "String" }),
            members,
        )
    };
    let limits = |min: &str, max: &str| {
        string(json!({ "StringAttributeConstraints": { "MinLength": min, "MaxLength": max } }))
    };
    for (attribute, message) in [
        (
            string(json!({ "Required": true })),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!({ "Name": "x" }),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            json!({ "Name": "email", "AttributeDataType": "Number" }),
            standard,
        ),
        (
            json!({ "Name": "email", "DeveloperOnlyAttribute": true }),
            standard,
        ),
        (limits("2", "1"), "Invalid constraints of attribute x"),
        (limits("-1", "1"), "Invalid constraints of attribute x"),
        (limits("0", "2049"), "Invalid constraints of attribute x"),
        (limits("a", "1"), "Invalid constraints of attribute x"),
    ] {
        let body = json!({ "PoolName": "p", "Schema": [attribute] });
        check_refused(&server, "CreateUserPool", body, (INVALID, message)).await;
    }
    server.stop().await;
}
