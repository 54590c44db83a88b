//! What may be an id, and whose it is.

use std::collections::HashMap;

use tonic::Status;
use user_attributes::proto::{
    DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest,
    UpdateUserAttributesRequest, VerifyUserAttributeRequest,
};

use super::change::{ALL, CODE, Change, UPDATE};
use crate::support::{
    Failure,
    calls::{code_request, deletion, good, held, nickname, verification},
    front::Front,
    update,
};

/// The answer to an id that belongs to another change.
pub async fn reused() -> Status {
    let front = Front::new([good()]).await;
    let first = UPDATE.named("id");
    first.call(front.client.clone()).await.expect("updated");
    let second = first.to("other").call(front.client.clone()).await;
    front.stop().await;
    second.unwrap_err()
}

#[track_caller]
fn check_reused<T: std::fmt::Debug>(result: Result<T, Status>) {
    let failure = Failure::of(&result.unwrap_err());
    assert_eq!(failure.reason, "REQUEST_ID_REUSED");
    assert_eq!(failure.outcome, "not_applied");
    assert_eq!(failure.field_paths(), ["request_id"]);
}

/// Another value or attribute, other metadata, another code, another name: all under the same id.
fn others(change: Change) -> [Change; 4] {
    [
        change.to("phone_number"),
        change.with("x"),
        change.with("y"),
        change.with("x").to("phone_number"),
    ]
}

#[tokio::test]
async fn an_id_of_another_change_is_refused_and_nothing_is_sent() {
    for change in ALL.map(|change| change.named("id")) {
        let front = Front::new([good()]).await;
        let first = change.call(front.client.clone());
        first.await.expect("a good answer");
        for other in others(change) {
            check_reused(other.call(front.client.clone()).await);
        }
        assert_eq!(front.cognito.hits(), 1);
        front.stop().await;
    }
}

#[tokio::test]
async fn an_id_of_another_change_is_refused_while_that_is_under_way() {
    for change in ALL.map(|change| change.named("id")) {
        let front = Front::new([held(), good()]).await;
        let first = front.begin(change);
        front.cognito.arrived().await;
        for other in others(change) {
            check_reused(other.call(front.client.clone()).await);
        }
        front.cognito.release();
        first.await.expect("no panic").expect("a good answer");
        assert_eq!(front.cognito.hits(), 1);
        front.stop().await;
    }
}

#[tokio::test]
async fn metadata_with_a_blank_value_isnt_no_metadata() {
    for change in [UPDATE.named("id"), CODE.named("id")] {
        let front = Front::new([good()]).await;
        let first = change.call(front.client.clone());
        first.await.expect("a good answer");
        check_reused(change.with("").call(front.client.clone()).await);
        front.stop().await;
    }
}

#[tokio::test]
async fn order_and_number_of_the_names_to_delete_make_another_change() {
    let front = Front::new([good()]).await;
    let mut client = front.client.clone();
    let named = |names: &[&str]| DeleteUserAttributesRequest {
        request_id: "id".to_owned(),
        ..deletion(names)
    };
    let first = client.delete_user_attributes(named(&["name", "nickname"]));
    first.await.expect("deleted");
    for other in [
        &["nickname", "name"][..],
        &["name"],
        &["name", "nickname", "locale"],
        &["namenickname"],
        &["namen", "ickname"],
    ] {
        check_reused(client.delete_user_attributes(named(other)).await);
    }
    assert_eq!(front.cognito.hits(), 1);
    front.stop().await;
}

#[tokio::test]
async fn order_names_and_missing_values_make_another_change() {
    let front = Front::new([good()]).await;
    let mut client = front.client.clone();
    let named = |attributes: &[(&str, Option<&str>)]| UpdateUserAttributesRequest {
        request_id: "id".to_owned(),
        ..update("token", attributes)
    };
    let first = named(&[("name", Some("Dan")), ("nickname", Some(""))]);
    let call = client.update_user_attributes(first);
    call.await.expect("updated");
    for other in [
        named(&[("nickname", Some("")), ("name", Some("Dan"))]),
        named(&[("name", Some("Dan")), ("nickname", None)]),
        named(&[("name", Some("Dan")), ("locale", Some(""))]),
        named(&[("name", Some("Dan"))]),
    ] {
        check_reused(client.update_user_attributes(other).await);
    }
    assert_eq!(front.cognito.hits(), 1);
    front.stop().await;
}

#[tokio::test]
async fn an_attribute_and_metadata_that_look_alike_are_two_changes() {
    let front = Front::new([good()]).await;
    let mut client = front.client.clone();
    let named = |attributes: &[(&str, Option<&str>)]| UpdateUserAttributesRequest {
        request_id: "id".to_owned(),
        ..update("token", attributes)
    };
    let first = named(&[("name", None), ("nickname", None)]);
    client.update_user_attributes(first).await.expect("updated");
    let metadata = HashMap::from([("nickname".to_owned(), "\0".to_owned())]);
    let second = UpdateUserAttributesRequest {
        client_metadata: metadata,
        ..named(&[("name", None)])
    };
    check_reused(client.update_user_attributes(second).await);
    front.stop().await;
}

#[tokio::test]
async fn an_id_is_its_users_and_its_operations_own() {
    let front = Front::new([good()]).await;
    for change in ALL {
        for change in [change.named("id"), change.named("id").of("other-token")] {
            let call = change.call(front.client.clone());
            call.await.expect("a change of its own");
        }
    }
    assert_eq!(front.cognito.hits(), 2 * ALL.len());
    front.stop().await;
}

#[tokio::test]
async fn an_id_has_1_to_128_visible_ascii_characters() {
    let front = Front::new([good()]).await;
    let longest = "~".repeat(128);
    let good = ["!", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", &longest];
    for id in good {
        for result in with_id(&front, id).await {
            result.unwrap_or_else(|status| panic!("{id:?}: {status:?}"));
        }
    }
    assert_eq!(front.cognito.hits(), ALL.len() * good.len());
    front.stop().await;
}

#[tokio::test]
async fn an_id_of_other_characters_or_too_many_is_refused_by_its_field_and_nothing_is_sent() {
    let front = Front::new([good()]).await;
    let long = "~".repeat(129);
    let huge = "x".repeat(100_000);
    for id in [
        " ",
        "a b",
        "a ",
        "\0",
        "a\n",
        "a\t",
        "\x1b[1m",
        "\x7f",
        "é",
        "a\u{200b}",
        "✓",
        &long,
        &huge,
    ] {
        for result in with_id(&front, id).await {
            let failure = Failure::of(&result.unwrap_err());
            assert_eq!(failure.reason, "INVALID_PARAMETER", "{id:?}");
            assert_eq!(failure.field_paths(), ["request_id"], "{id:?}");
        }
    }
    assert_eq!(front.cognito.hits(), 0);
    front.stop().await;
}

/// Each change with this id.
async fn with_id(front: &Front, id: &str) -> [Result<(), Status>; 4] {
    let mut client = front.client.clone();
    let request_id = || id.to_owned();
    let update = UpdateUserAttributesRequest {
        request_id: request_id(),
        ..nickname("Dan")
    };
    let verification = VerifyUserAttributeRequest {
        request_id: request_id(),
        ..verification("email", "123456")
    };
    let code = GetUserAttributeVerificationCodeRequest {
        request_id: request_id(),
        ..code_request("email")
    };
    let deletion = DeleteUserAttributesRequest {
        request_id: request_id(),
        ..deletion(&["nickname"])
    };
    let update = client.update_user_attributes(update).await;
    let verification = client.verify_user_attribute(verification).await;
    let code = client.get_user_attribute_verification_code(code).await;
    let deletion = client.delete_user_attributes(deletion).await;
    [
        update.map(drop),
        verification.map(drop),
        code.map(drop),
        deletion.map(drop),
    ]
}
