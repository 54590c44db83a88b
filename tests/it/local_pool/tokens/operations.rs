//! The five operations on one's own attributes.

use tonic::Status;
use user_attributes::proto::{
    DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest, GetUserRequest,
    VerifyUserAttributeRequest,
};

use super::*;
use crate::support::{
    calls::{code_request, deletion, verification},
    update,
};

/// The five operations, as they would succeed but for the token.
pub fn operations(token: &str) -> [(&'static str, Value); 5] {
    let own = |members| with(json!({ "AccessToken": token }), members);
    let attribute = json!([{ "Name": "nickname", "Value": "Dan" }]);
    [
        (
            "UpdateUserAttributes",
            own(json!({ "UserAttributes": attribute })),
        ),
        (
            "VerifyUserAttribute",
            own(json!({ "AttributeName": "email", "Code": "123456" })),
        ),
        (
            "GetUserAttributeVerificationCode",
            own(json!({ "AttributeName": "email" })),
        ),
        (
            "DeleteUserAttributes",
            own(json!({ "UserAttributeNames": ["nickname"] })),
        ),
        ("GetUser", own(json!({}))),
    ]
}

/// What the service answers to them.
pub async fn refusals(server: &Server, token: &str) -> [(&'static str, Status); 5] {
    let mut client = server.client().await;
    let access_token = || token.to_owned();
    let update = client.update_user_attributes(update(token, &[("nickname", Some("Dan"))]));
    let update = update.await.expect_err("refused");
    let verify = client.verify_user_attribute(VerifyUserAttributeRequest {
        access_token: access_token(),
        ..verification("email", "123456")
    });
    let verify = verify.await.expect_err("refused");
    let request = GetUserAttributeVerificationCodeRequest {
        access_token: access_token(),
        ..code_request("email")
    };
    let get_code = client.get_user_attribute_verification_code(request);
    let get_code = get_code.await.expect_err("refused");
    let delete = client.delete_user_attributes(DeleteUserAttributesRequest {
        access_token: access_token(),
        ..deletion(&["nickname"])
    });
    let delete = delete.await.expect_err("refused");
    let get = client.get_user(GetUserRequest {
        access_token: access_token(),
    });
    let get = get.await.expect_err("refused");
    [
        ("UpdateUserAttributes", update),
        ("VerifyUserAttribute", verify),
        ("GetUserAttributeVerificationCode", get_code),
        ("DeleteUserAttributes", delete),
        ("GetUser", get),
    ]
}
