//! From start to stop: health, readiness, drain, signals.

use rustix::process::Signal;
use tokio::net::TcpStream;
use tonic::{Code, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use user_attributes::{
    app::RunError, proto::user_attributes_service_client::UserAttributesServiceClient,
};

use crate::support::{
    Server,
    process::Process,
    scripted::{self, Answer, Scripted},
    update,
};

const SERVICE: &str = "cognito.userattributes.v1.UserAttributesService";

#[tokio::test]
async fn health_is_serving_for_the_server_and_for_the_service_alone() {
    let server = Server::start().await;
    let channel = server.channel().await;

    assert_eq!(check(channel.clone(), "").await, Ok(ServingStatus::Serving));
    assert_eq!(
        check(channel.clone(), SERVICE).await,
        Ok(ServingStatus::Serving)
    );
    assert_eq!(check(channel, "nope").await, Err(Code::NotFound));
    assert_eq!(server.admin("/readyz").await, 200);
    assert_eq!(server.admin("/livez").await, 200);
    assert_eq!(server.admin("/").await, 404);
    server.stop().await;
}

#[tokio::test]
async fn health_says_so_at_once_and_calls_are_still_taken_for_a_while_on_an_idle_server_too() {
    let long = [
        "--local-pool",
        "--local-pool-addr=127.0.0.1:0",
        "--drain-delay=1h",
        "--drain-timeout=2h",
    ];
    let server = Server::with(&long).await;
    let token = server.sign_in().await;
    let watch = HealthCheckRequest {
        service: SERVICE.to_owned(),
    };
    let mut client = HealthClient::new(server.channel().await);
    let mut watch = client.watch(watch).await.expect("a stream").into_inner();
    let mut next = async || {
        watch
            .message()
            .await
            .expect("a status")
            .expect("one more")
            .status()
    };
    assert_eq!(next().await, ServingStatus::Serving);

    server.drain();

    assert_eq!(next().await, ServingStatus::NotServing);
    let channel = server.channel().await;
    for name in ["", SERVICE] {
        let told = check(channel.clone(), name).await;
        assert_eq!(told, Ok(ServingStatus::NotServing));
    }
    assert_eq!(server.admin("/readyz").await, 503);
    assert_eq!(server.admin("/livez").await, 200);
    let mut client = UserAttributesServiceClient::new(channel);
    let late = client.update_user_attributes(update(&token, &[("nickname", Some("Dan"))]));
    late.await.expect("it is taken");

    server.drain();
    assert!(matches!(server.joined().await, Err(RunError::Aborted)));
}

#[tokio::test]
async fn a_call_in_flight_gets_its_answer_while_draining_and_then_watches_end() {
    let cognito = Scripted::new([Answer::Held(scripted::json(200, "{}"))]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut client = HealthClient::new(server.channel().await);
    let watch = client.watch(HealthCheckRequest::default()).await;
    let mut watch = watch.expect("a stream").into_inner();
    let mut client = server.client().await;
    let call = tokio::spawn(async move {
        client
            .update_user_attributes(update("token", &[("nickname", Some("Dan"))]))
            .await
    });
    cognito.arrived().await;
    server.drain();
    while watch.message().await.expect("a status").is_some() {}

    cognito.release();
    let answer = call.await.expect("no panic");
    answer.expect("the answer that was under way");
    server.joined().await.expect("everything drained");
}

#[tokio::test]
async fn a_watch_of_an_unknown_name_is_told_so_and_stays() {
    let server = Server::start().await;
    let watch = HealthCheckRequest {
        service: "nope".to_owned(),
    };
    let mut client = HealthClient::new(server.channel().await);
    let mut watch = client.watch(watch).await.expect("a stream").into_inner();
    let first = watch.message().await.expect("a status").expect("one");
    assert_eq!(first.status(), ServingStatus::ServiceUnknown);
    let more = tokio::time::timeout(std::time::Duration::from_millis(200), watch.message());
    assert!(more.await.is_err(), "nothing more to tell, and no end");
    server.stop().await;
}

#[tokio::test]
async fn a_peer_that_never_speaks_does_not_hold_the_stop_up() {
    let server = Server::start().await;
    let silent = TcpStream::connect(server.grpc_addr)
        .await
        .expect("it listens");
    let silent_admin = TcpStream::connect(server.admin_addr)
        .await
        .expect("it listens");
    // An answer on a later connection: the silent ones have been accepted by now.
    check(server.channel().await, "").await.expect("an answer");

    server.stop().await;

    drop((silent, silent_admin));
}

#[tokio::test]
async fn a_second_trigger_aborts_although_a_call_is_in_flight() {
    let cognito = Scripted::new([Answer::Hang]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut client = server.client().await;
    let call = tokio::spawn(async move {
        client
            .update_user_attributes(update("token", &[("nickname", Some("Dan"))]))
            .await
    });
    cognito.arrived().await;

    server.drain();
    server.drain();

    assert!(matches!(server.joined().await, Err(RunError::Aborted)));
    call.abort();
}

#[tokio::test]
async fn sigterm_and_sigint_let_the_process_end_with_0() {
    for signal in [Signal::TERM, Signal::INT] {
        let process = Process::start(&["--region=eu-central-1"], &[]).await;
        process.signal(signal);
        let exit = process.exit().await;
        assert_eq!(exit.code, Some(0), "{signal:?}: {}", exit.stderr);
        assert_eq!(exit.stdout, "", "nothing but a local pool writes to stdout");
    }
}

#[tokio::test]
async fn a_sighup_with_no_file_to_open_again_is_logged_and_calls_go_on() {
    let mut process = Process::start(&["--region=eu-central-1"], &[]).await;
    for _ in 0..2 {
        process.signal(Signal::HUP);
        let told = process.logged("there is no audit file to open again").await;
        assert_eq!(told["signal"], "SIGHUP");
    }
    let channel = Channel::from_shared(format!("http://{}", process.grpc_addr)).expect("a URL");
    let channel = channel.connect().await.expect("it listens");
    assert_eq!(check(channel, "").await, Ok(ServingStatus::Serving));
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_core_dump_with_the_tokens_in_it_is_ruled_out() {
    let process = Process::start(&["--endpoint-url=http://127.0.0.1:1"], &[]).await;

    let limits = format!("/proc/{}/limits", process.id().as_raw_nonzero());
    let limits = std::fs::read_to_string(limits).expect("it runs");
    let core = limits.lines().find(|it| it.starts_with("Max core file"));
    let sizes: Vec<_> = core.expect("the limit").split_whitespace().collect();
    assert_eq!(sizes[4..], ["0", "0", "bytes"]);

    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

#[tokio::test]
async fn a_call_in_flight_is_answered_after_sigterm_and_a_second_signal_ends_the_process_with_1() {
    let cognito = Scripted::new([Answer::Held(scripted::json(200, "{}")), Answer::Hang]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&url], &[]).await;
    let channel = Channel::from_shared(format!("http://{}", process.grpc_addr)).expect("a URL");
    let mut client = UserAttributesServiceClient::new(channel.connect().await.expect("it listens"));
    let call = |client: &mut UserAttributesServiceClient<Channel>, nickname| {
        let mut client = client.clone();
        tokio::spawn(async move {
            client
                .update_user_attributes(update("token", &[("nickname", Some(nickname))]))
                .await
        })
    };
    let held = call(&mut client, "Dan");
    cognito.arrived().await;
    let hung = call(&mut client, "Eve");
    cognito.arrived().await;

    process.signal(Signal::TERM);
    process.logged("draining").await; // the system may make one of two signals
    cognito.release();
    held.await
        .expect("no panic")
        .expect("the answer that was under way");
    process.signal(Signal::TERM);

    let exit = process.exit().await;
    assert_eq!(exit.code, Some(1), "{}", exit.stderr);
    hung.await.expect("no panic").expect_err("it was cut off");
}

async fn check(channel: Channel, service: &str) -> Result<ServingStatus, Code> {
    let request = HealthCheckRequest {
        service: service.to_owned(),
    };
    let answer = HealthClient::new(channel).check(request).await;
    answer
        .map(|answer| answer.into_inner().status())
        .map_err(|status| status.code())
}
