//! A panic with a secret in its message. What a process says of panics is up to the whole of it, so
//! this test runs itself again, in a process of its own.

use std::{env, fmt::Display};

use clap::Parser as _;
use tokio::process::Command;
use tonic::{Request, Response, async_trait};
use user_attributes::{
    proto::{
        DeleteUserAttributesResponse, GetUserAttributeVerificationCodeResponse, GetUserResponse,
        Operation, UpdateUserAttributesResponse, VerifyUserAttributeResponse,
        user_attributes_service_server::UserAttributesService,
    },
    server::{self, Health, Stop},
    telemetry::{self, Exposition, Metrics},
};

use super::*;
use crate::support::calls;

/// Set in the environment of that process.
const IS_INNER: &str = "PANICS";

/// Handlers with bugs.
struct Panicking;

fn panic_with(secret: impl Display) -> ! {
    panic!("{secret} {TOKEN}")
}

#[async_trait]
impl UserAttributesService for Panicking {
    async fn update_user_attributes(
        &self,
        request: Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        panic_with(request.into_inner().user_attributes[0].value())
    }

    async fn verify_user_attribute(
        &self,
        request: Request<VerifyUserAttributeRequest>,
    ) -> Result<Response<VerifyUserAttributeResponse>, Status> {
        panic_with(request.into_inner().code)
    }

    async fn get_user_attribute_verification_code(
        &self,
        request: Request<GetUserAttributeVerificationCodeRequest>,
    ) -> Result<Response<GetUserAttributeVerificationCodeResponse>, Status> {
        panic_with(request.into_inner().client_metadata["marked-key"].clone())
    }

    async fn delete_user_attributes(
        &self,
        request: Request<DeleteUserAttributesRequest>,
    ) -> Result<Response<DeleteUserAttributesResponse>, Status> {
        panic_with(request.into_inner().access_token)
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        panic_with(request.into_inner().access_token)
    }
}

#[derive(clap::Parser)]
struct Args {
    #[command(flatten)]
    server: server::Args,
    #[command(flatten)]
    telemetry: telemetry::Args,
}

/// Serves and calls, and prints the metrics.
async fn inner() {
    let flags = [
        "inner",
        "--grpc-addr=127.0.0.1:0",
        "--log-format=json",
        "--log-filter=trace",
    ];
    let args = Args::parse_from(flags);
    let _log = args.telemetry.init();
    let bound = args.server.bind().expect("a port");
    let (addr, metrics) = (bound.local_addr(), Metrics::new([]));
    let exposition = Exposition::new(&metrics, bound.in_flight(), || 0, || 0);
    let stop = Stop::default();
    let serving = bound.serve(Panicking, Health::default(), None, stop.clone(), metrics);
    let serving = tokio::spawn(serving);
    let mut client = calls::client(addr);
    let access_token = TOKEN.to_owned();
    let code_request = GetUserAttributeVerificationCodeRequest {
        client_metadata: marked_request().client_metadata,
        ..code_request("email")
    };
    let deletion = DeleteUserAttributesRequest {
        access_token: access_token.clone(),
        ..deletion(&["nickname"])
    };
    for status in [
        client.update_user_attributes(marked_request()).await.err(),
        client
            .verify_user_attribute(verification("email", "marked-code"))
            .await
            .err(),
        client
            .get_user_attribute_verification_code(code_request)
            .await
            .err(),
        client.delete_user_attributes(deletion).await.err(),
        client.get_user(GetUserRequest { access_token }).await.err(),
    ] {
        check_status("a panic", &status.expect("INTERNAL"));
    }
    drop(client);
    stop.drain.cancel();
    let ended = serving.await.expect("no panic of the server's own");
    ended.expect("a clean end");
    println!("{}", exposition.text());
}

#[tokio::test]
async fn a_panic_is_told_without_what_it_says() {
    if env::var_os(IS_INNER).is_some() {
        return inner().await;
    }
    let (_, module) = module_path!()
        .split_once("::")
        .expect("a module of a crate");
    let this = format!("{module}::a_panic_is_told_without_what_it_says");
    let output = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "--nocapture", &this])
        .env_clear()
        .env(IS_INNER, "")
        .output();
    let output = output.await.expect("a run");
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("text"));
    assert!(output.status.success(), "{stdout} {stderr}");
    check_clean("stdout", &stdout);
    check_clean("the log", &stderr);
    assert_eq!(
        stderr.matches(r#""message":"panicked""#).count(),
        5,
        "{stderr}"
    );
    for operation in Operation::ALL.map(Operation::name) {
        let counted = format!(r#"/{operation}",rpc_status_code="INTERNAL"}} 1"#);
        assert!(stdout.contains(&counted), "{counted} in {stdout}");
    }
}
