//! The `Debug` of what holds secrets.

use std::time::Instant;

use clap::Parser as _;
use user_attributes::{
    attributes::Update,
    call::Progress,
    cognito::{self, Client},
    proto::CodeDeliveryDetailsType,
    telemetry::Metrics,
};

use super::*;

#[tokio::test]
async fn debug_output_of_our_own_types_shows_no_secret() {
    let request = marked_request();
    check_clean("a request", &format!("{request:?} {request:#?}"));
    let update = Update::try_from(request).expect("valid");
    check_clean("an update", &format!("{update:?} {update:#?}"));
    let delivery = CodeDeliveryDetailsType {
        destination: EMAIL.to_owned(),
        ..CodeDeliveryDetailsType::default()
    };
    check_clean("a delivery", &format!("{delivery:?} {delivery:#?}"));

    let echo = format!("{TOKEN} {EMAIL} marked one");
    for answer in [
        scripted::exception(400, "InvalidParameterException", &echo),
        scripted::exception(400, "NotAuthorizedException", &echo),
        scripted::json(200, &echo),
    ] {
        let cognito = Scripted::new([Answer::Bytes(answer)]).await;
        let settings = Settings::parse_from(["", "--endpoint-url", &cognito.url]).cognito;
        let upstream = settings.upstream().await.expect("a URL");
        let client = Client::new(&upstream, &settings.limits, Metrics::new([]));
        let update = Update::try_from(marked_request()).expect("valid");
        let result = client
            .update_user_attributes(update, &Progress::new(Instant::now()))
            .await;
        let error = result.err().expect("an error");
        check_clean(
            "an error",
            &format!("{error} {error:?} {error:#?} {client:?}"),
        );
    }
}

#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    cognito: cognito::Args,
}
