//! The local pool over its own wire, as an AWS SDK or the AWS CLI meets it.

use std::net::SocketAddr;

use http::Request;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};

use crate::support::{PoolAnswer, Server};

const PREFIX: &str = "AWSCognitoIdentityProviderService.";

fn sign_in_with(password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "localclient",
        "AuthParameters": { "USERNAME": "dan", "PASSWORD": password }
    })
}

#[track_caller]
fn check_exception(answer: &PoolAnswer, code: &str, message: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.body, json!({ "__type": code, "message": message }));
    assert_eq!(answer.headers["x-amzn-errortype"], format!("{code}:"));
    assert_eq!(answer.headers["x-amzn-errormessage"], message.trim_end());
    assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
}

#[tokio::test]
async fn a_sign_in_gives_a_token_that_the_published_keys_verify() {
    let server = Server::start().await;
    let answer = server.pool("InitiateAuth", sign_in_with("Passw0rd!")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
    assert_eq!(answer.body["ChallengeParameters"], json!({}));
    let result = &answer.body["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 3600);
    assert_eq!(result["TokenType"], "Bearer");

    let issuer = format!("{}/us-east-1_localpool", server.pool_url());
    let keys = Request::get("/us-east-1_localpool/.well-known/jwks.json");
    let keys = server
        .pool_raw(keys.body(String::new()).expect("a request"))
        .await;
    let keys: JwkSet = serde_json::from_value(keys.body).expect("a key set");
    assert_eq!(keys.keys.len(), 2);
    let mut used = Vec::new();
    for (name, token_use) in [("AccessToken", "access"), ("IdToken", "id")] {
        let token = result[name].as_str().expect("a token");
        let id = jsonwebtoken::decode_header(token)
            .expect("a header")
            .kid
            .expect("a kid");
        let key = DecodingKey::from_jwk(keys.find(&id).expect("published")).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&["localclient"]);
        let claims = jsonwebtoken::decode::<Value>(token, &key, &validation)
            .expect("verified")
            .claims;
        assert_eq!(claims["token_use"], token_use);
        used.push(id);
    }
    assert_ne!(used[0], used[1]);

    let unknown = Request::get("/us-east-1_other/.well-known/jwks.json");
    let unknown = unknown.body(String::new()).expect("a request");
    assert_eq!(server.pool_raw(unknown).await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_bad_sign_in_is_refused_in_cognitos_words() {
    let server = Server::start().await;
    let wrong = "Incorrect username or password.";
    let with = |key: &str, value: Value| {
        let mut body = sign_in_with("Passw0rd!");
        body[key] = value;
        body
    };
    for (body, code, message) in [
        (sign_in_with("wrong"), "NotAuthorizedException", wrong),
        (
            with(
                "AuthParameters",
                json!({"USERNAME": "nobody", "PASSWORD": "x"}),
            ),
            "NotAuthorizedException",
            wrong,
        ),
        (
            with("AuthParameters", json!({"USERNAME": "dan"})),
            "InvalidParameterException",
            "Missing required parameter PASSWORD",
        ),
        (
            with("ClientId", json!("other")),
            "ResourceNotFoundException",
            "User pool client other does not exist.",
        ),
        (
            with("AuthFlow", json!("USER_SRP_AUTH")),
            "InvalidParameterException",
            "USER_SRP_AUTH flow not enabled for this client",
        ),
        (
            json!({"AuthFlow": "x"}),
            "InvalidParameterException",
            "2 validation errors detected: Value 'x' at 'authFlow' failed to satisfy constraint: \
             Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, \
             CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, \
             USER_AUTH]; Value at 'clientId' failed to satisfy constraint: Member must not be null",
        ),
    ] {
        check_exception(&server.pool("InitiateAuth", body).await, code, message);
    }
    server.stop().await;
}

#[tokio::test]
async fn get_user_shows_the_seed() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["Username"], "dan");
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["email"], "dan@example.com");
    assert_eq!(attributes["email_verified"], "true");
    assert_eq!(attributes["phone_number"], "+15555550100");
    assert_eq!(attributes["phone_number_verified"], "true");
    assert_eq!(attributes["sub"].len(), 36);
    assert!(attributes.contains_key("custom:department"));
    server.stop().await;
}

#[tokio::test]
async fn the_models_constraints_come_before_the_token_and_are_told_all_at_once() {
    let server = Server::start().await;
    let pattern = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+";
    let name = |number: u32| {
        format!(
            "at 'userAttributes.{number}.member.name' failed to satisfy constraint: Member must"
        )
    };
    let long = "x".repeat(33);
    for (body, message) in [
        (
            json!({"UserAttributes": [], "AccessToken": ""}),
            "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"
                .to_owned(),
        ),
        (
            json!({"UserAttributes": [], "AccessToken": null}),
            "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: \
             Member must not be null"
                .to_owned(),
        ),
        (
            json!({"UserAttributes": [{"Name": "", "Value": "x"}], "AccessToken": "t"}),
            format!(
                "2 validation errors detected: Value '' {0} have length greater than or equal to \
                 1; Value '' {0} satisfy regular expression pattern: {pattern}",
                name(1)
            ),
        ),
        (
            json!({"UserAttributes": [{"Value": "x"}, {"Name": long}], "AccessToken": "t"}),
            format!(
                "2 validation errors detected: Value null {} not be null; Value '{long}' {} have \
                 length less than or equal to 32",
                name(1),
                name(2)
            ),
        ),
        (
            json!({"UserAttributes": [{"Name": "name", "Value": "x".repeat(2049)}], "AccessToken": "t"}),
            "1 validation error detected: Value at 'userAttributes.1.member.value' failed to \
             satisfy constraint: Member must have length less than or equal to 2048"
                .to_owned(),
        ),
        (
            json!({"UserAttributes": [], "AccessToken": "t", "ClientMetadata": {"k": "x".repeat(131_073)}}),
            "1 validation error detected: Value at 'clientMetadata' failed to satisfy constraint: \
             Map value must satisfy constraint: [Member must have length less than or equal to \
             131072]"
                .to_owned(),
        ),
        (
            json!({}),
            "2 validation errors detected: Value null at 'userAttributes' failed to satisfy \
             constraint: Member must not be null; Value at 'accessToken' failed to satisfy \
             constraint: Member must not be null"
                .to_owned(),
        ),
    ] {
        let answer = server.pool("UpdateUserAttributes", body).await;
        check_exception(&answer, "InvalidParameterException", &message);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_bad_token_is_refused_before_a_bad_attribute_is() {
    let server = Server::start().await;
    let body =
        json!({"UserAttributes": [{"Name": "nope", "Value": "x"}], "AccessToken": "garbage"});
    let answer = server.pool("UpdateUserAttributes", body).await;
    check_exception(&answer, "NotAuthorizedException", "Invalid Access Token");
    server.stop().await;
}

#[tokio::test]
async fn a_member_of_another_type_is_a_serialization_exception() {
    let server = Server::start().await;
    let number = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String";
    let attribute = |value: Value| json!({"UserAttributes": [{"Name": "name", "Value": value}]});
    for (body, message) in [
        (attribute(json!(7)), number),
        (
            attribute(json!(true)),
            "class java.lang.Boolean can not be converted to an String",
        ),
        (
            attribute(json!([])),
            "Start of list found where not expected.",
        ),
        (
            attribute(json!({})),
            "Start of structure or map found where not expected.",
        ),
        (
            json!({"UserAttributes": {}}),
            "Start of structure or map found where not expected.",
        ),
        (json!({"UserAttributes": "x"}), "Expected list or null"),
        (json!({"UserAttributes": [7]}), "Expected structure or null"),
        (json!({"AccessToken": 7}), number),
    ] {
        let answer = server.pool("UpdateUserAttributes", body).await;
        check_exception(&answer, "SerializationException", message);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_known_operation_or_no_json_is_refused() {
    let server = Server::start().await;
    let unknown = "UnknownOperationException";
    let answer = server.pool("ForgotPassword", json!({})).await;
    check_exception(&answer, unknown, "Unknown operation: ForgotPassword");
    let request = Request::post("/").body("{}".to_owned()).expect("a request");
    check_exception(
        &server.pool_raw(request).await,
        unknown,
        "X-Amz-Target is missing",
    );
    for body in ["", "nope", "[]", "\"x\"", "{\"AccessToken\":"] {
        let request = Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
        let request = request.body(body.to_owned()).expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body,
            json!({ "__type": "SerializationException" }),
            "{body}"
        );
    }
    let huge = "x".repeat(5 << 20);
    let request = Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
    let answer = server
        .pool_raw(request.body(huge).expect("a request"))
        .await;
    assert_eq!(answer.status, 413);
    server.stop().await;
}

#[tokio::test]
async fn members_that_the_model_lacks_are_ignored_and_a_signature_is_not_looked_at() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let body = json!({"AccessToken": token, "More": [1, 2]}).to_string();
    let request = Request::post("/")
        .header("x-amz-target", format!("{PREFIX}GetUser"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=x")
        .body(body)
        .expect("a request");
    assert_eq!(server.pool_raw(request).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_web_page_from_elsewhere_is_refused_under_any_name_for_this_address() {
    let server = Server::start().await;
    let body = sign_in_with("Passw0rd!").to_string();
    for (header, value, status) in [
        ("host", "evil.example", 403),
        ("host", "evil.example:9229", 403),
        ("host", "127.0.0.1.evil.example", 403),
        ("host", "localhost:1", 200),
        ("host", "[::1]:9229", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:3000", 200),
    ] {
        let request = Request::post("/")
            .header("x-amz-target", format!("{PREFIX}InitiateAuth"))
            .header(header, value)
            .body(body.clone())
            .expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, status, "{header}: {value}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_banner_tells_how_to_try_it_and_its_token_works() {
    use clap::Parser as _;
    use user_attributes::app::Args;

    let flags = [
        "server",
        "--local-pool",
        "--local-pool-addr=127.0.0.1:0",
        "--grpc-addr=127.0.0.1:0",
        "--admin-addr=127.0.0.1:0",
    ];
    let app = Args::try_parse_from(flags)
        .expect("good flags")
        .bind()
        .await
        .expect("free ports");
    let pool = app.local_pool().expect("asked for");
    let addr: SocketAddr = "127.0.0.1:50051".parse().expect("an address");

    let banner = pool.banner(addr);
    assert!(banner.contains(&pool.endpoint_url()));
    assert!(banner.contains("us-east-1_localpool"));
    assert!(banner.contains("\ncargo run --bin user-attributes -- update-user-attributes "));
    assert!(
        !banner.contains("--endpoint "),
        "the client's default will do"
    );
    assert!(banner.contains(&format!("\ncurl {} ", pool.endpoint_url())));
    let elsewhere = pool.banner(app.grpc_addr());
    assert!(elsewhere.contains(&format!(" --endpoint http://{}\n", app.grpc_addr())));
    let token = "\nexport USER_ATTRIBUTES_ACCESS_TOKEN=eyJ";
    assert!(banner.contains(token));
    assert!(!format!("{app:?}").contains("eyJ"), "Debug shows no token");
}
