//! Labels are of closed lists: nothing that somebody makes up is in them.

use std::collections::BTreeSet;

use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::{v1, v1alpha};
use user_attributes::proto::Operation::UpdateUserAttributes;

use super::{ATTEMPTS, CALLS, attempts, calls, own};
use crate::{
    refusals::{framed, send},
    support::{
        calls::{call, client, refusal},
        front::Front,
        scrape::{scrape, settles},
        scripted::{self, Answer},
        unread::{End, Peer},
        update,
    },
};

#[tokio::test]
async fn a_thousand_unknown_methods_have_one_series() {
    let front = Front::new([]).await;
    let before = scrape(front.server.admin_addr).await;
    let made_up: Vec<_> = (0..1000)
        .map(|number| match number % 3 {
            0 => format!("/made.up.v1.Service/Method{number}"),
            1 => format!("{}{number}", UpdateUserAttributes.path()),
            _ => format!("/marked{number}"),
        })
        .collect();
    let peer = Peer::of(front.server.grpc_addr).await;
    let call = |path: &String| peer.call(path, "", framed(0, b""), End::Usual);
    let answers: Vec<_> = made_up.iter().map(call).collect();
    for answer in answers {
        answer.await.expect("no panic").expect("headers");
    }
    let other = calls("_OTHER", "UNIMPLEMENTED");
    let after = settles(front.server.admin_addr, &[(&other, 1000.0)]).await;
    let added: BTreeSet<_> = after.all().difference(&before.all()).copied().collect();
    let of_other =
        |it: &&str| it.contains(r#"{rpc_method="_OTHER",rpc_status_code="UNIMPLEMENTED""#);
    assert!(added.iter().all(of_other), "{added:?}");
    front.stop().await;
}

#[tokio::test]
async fn what_isnt_grpc_counts_as_an_invalid_argument_of_the_method_it_names() {
    let front = Front::new([]).await;
    let root = front.server.grpc_url();
    let page = http::Request::get(format!("{root}/"));
    assert_eq!(send(&front.server, page, Vec::new()).await.0, 405);
    let json = http::Request::post(format!("{root}{}", UpdateUserAttributes.path()));
    let json = json.header("content-type", "application/json");
    assert_eq!(send(&front.server, json, b"{}".into()).await.0, 415);
    let expected = [
        calls("_OTHER", "INVALID_ARGUMENT"),
        own(UpdateUserAttributes, "INVALID_ARGUMENT"),
    ];
    let once = expected.each_ref().map(|it| (&**it, 1.0));
    let scrape = settles(front.server.admin_addr, &once).await;
    assert_eq!(scrape.sum(CALLS), Some(2.0));
    front.stop().await;
}

#[tokio::test]
async fn health_and_reflection_are_known_methods() {
    let front = Front::new([]).await;
    let channel = front.server.channel().await;
    let mut health = HealthClient::new(channel.clone());
    let check = health.check(HealthCheckRequest::default()).await;
    check.expect("a status");
    let watch = health.watch(HealthCheckRequest::default()).await;
    drop(watch.expect("a stream"));
    let mut reflection = v1::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let request = tokio_stream::once(v1::ServerReflectionRequest::default());
    let stream = reflection.server_reflection_info(request).await;
    let mut stream = stream.expect("a stream").into_inner();
    while let Ok(Some(_)) = stream.message().await {}
    let mut alpha = v1alpha::server_reflection_client::ServerReflectionClient::new(channel);
    let request = tokio_stream::once(v1alpha::ServerReflectionRequest::default());
    let stream = alpha.server_reflection_info(request).await;
    let mut stream = stream.expect("a stream").into_inner();
    while let Ok(Some(_)) = stream.message().await {}
    drop((health, reflection, alpha));
    let check = calls("grpc.health.v1.Health/Check", "OK");
    let watch = calls("grpc.health.v1.Health/Watch", "CANCELLED");
    let admin = front.server.admin_addr;
    let scrape = settles(admin, &[(&check, 1.0), (&watch, 1.0)]).await;
    for version in ["v1", "v1alpha"] {
        let method = format!("grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let series = format!(r#"{CALLS}{{rpc_method="{method}""#);
        assert_eq!(scrape.sum(&series), Some(1.0));
    }
    front.stop().await;
}

#[tokio::test]
async fn what_isnt_a_code_that_is_known_is_counted_as_another() {
    let front = Front::new([]).await;
    let html = |status| Answer::Bytes(scripted::html(status, "<html>"));
    let made_up = ["MadeUpException", "OK", "lost", "_OTHER", "a b"];
    let made_up = made_up.map(|code| refusal(code, "x"));
    let answers = made_up.into_iter().chain([html(403), html(404), html(500)]);
    let mut count = 0.0;
    for answer in answers {
        front.cognito.script([answer]);
        let refused = call(&front.client, UpdateUserAttributes, "").await;
        refused.expect_err("refused");
        count += 1.0;
    }
    let other = attempts(UpdateUserAttributes, "_OTHER");
    let scrape = settles(front.server.admin_addr, &[(&other, count)]).await;
    assert_eq!(scrape.sum(ATTEMPTS), Some(count));
    front.stop().await;
}

#[tokio::test]
async fn nothing_of_a_callers_and_no_text_of_cognitos_is_told() {
    let front = Front::new([]).await;
    let mut client = client(front.server.grpc_addr);
    let marked = "marked-secret";
    let delivery = format!(
        r#"{{"CodeDeliveryDetailsList":[{{"AttributeName":"{marked}","DeliveryMedium":"{marked}",
            "Destination":"{marked}"}}]}}"#
    );
    for answer in [
        Answer::Bytes(scripted::json(200, &delivery)),
        refusal("MarkedException", marked),
        refusal("InvalidParameterException", marked),
        Answer::BytesThenClose(marked.into()),
    ] {
        front.cognito.script([answer]);
        let mut request = tonic::Request::new(update(marked, &[(marked, Some(marked))]));
        let metadata = request.metadata_mut();
        metadata.insert("x-marked", marked.parse().expect("ASCII"));
        let _ = client.update_user_attributes(request).await;
    }
    let peer = Peer::of(front.server.grpc_addr).await;
    let answer = peer.call("/marked/Marked", "", framed(0, b"marked"), End::Usual);
    answer.await.expect("no panic").expect("headers");
    let other = calls("_OTHER", "UNIMPLEMENTED");
    let scrape = settles(front.server.admin_addr, &[(&other, 1.0)]).await;
    assert!(
        !scrape.text.to_lowercase().contains("marked"),
        "{}",
        scrape.text
    );
    drop(peer);
    front.stop().await;
}
