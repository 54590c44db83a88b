//! The attributes of a pool that a file has.

use super::*;

#[tokio::test]
async fn an_attribute_in_the_place_of_a_standard_one_keeps_what_isnt_said_of_it() {
    let file = "[[pools]]\nid = \"us-east-1_Small\"\n\
                [[pools.schema]]\nname = \"birthdate\"\nattribute_data_type = \"String\"\nrequired = true\n\
                [[pools.schema]]\nname = \"nickname\"\nmin_length = 3\n\
                [[pools.schema]]\nname = \"updated_at\"\nmax_value = 9\n";
    let server = Server::with_pools(file).await;
    let body = json!({ "UserPoolId": "us-east-1_Small" });
    let pool = done(&server, "DescribeUserPool", body).await;
    let schema = pool["UserPool"]["SchemaAttributes"]
        .as_array()
        .expect("a list");
    for (name, kind, limits) in [
        (
            "birthdate",
            "String",
            json!({ "MinLength": "10", "MaxLength": "10" }),
        ),
        (
            "nickname",
            "String",
            json!({ "MinLength": "3", "MaxLength": "2048" }),
        ),
        (
            "updated_at",
            "Number",
            json!({ "MinValue": "0", "MaxValue": "9" }),
        ),
    ] {
        let attribute = schema
            .iter()
            .find(|it| it["Name"] == name)
            .expect("it is there");
        assert_eq!(attribute["AttributeDataType"], kind);
        assert_eq!(
            attribute[format!("{kind}AttributeConstraints")],
            limits,
            "{name}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_number_too_large_for_toml_stands_there_as_a_text() {
    let file = r#"
        [[pools]]
        id = "us-east-1_Numbers"
        [[pools.schema]]
        name = "custom:stars"
        attribute_data_type = "Number"
        min_value = -1
        max_value = "18446744073709551616""#;
    let server = Server::with_pools(file).await;
    let body = json!({ "UserPoolId": "us-east-1_Numbers" });
    let answer = done(&server, "DescribeUserPool", body).await;
    let schema = answer["UserPool"]["SchemaAttributes"].as_array();
    let stars = schema
        .expect("a list")
        .iter()
        .find(|it| it["Name"] == "custom:stars");
    assert_eq!(
        stars.expect("it")["NumberAttributeConstraints"],
        json!({ "MinValue": "-1", "MaxValue": "18446744073709551616" })
    );
    server.stop().await;
}
