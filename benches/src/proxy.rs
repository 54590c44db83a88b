//! The yardstick: what the least server costs that does the same call. It decodes, calls, and
//! answers; it has no limits, checks nothing, logs nothing and gives every failure the same status.

mod json;

use std::{fmt::Display, net::SocketAddr};

use anyhow::Context as _;
use clap::Parser;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Uri, body::Bytes, header::CONTENT_TYPE};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tonic::{
    Response, Status, async_trait,
    transport::{Server, server::TcpIncoming},
};

use crate::proto::{
    UpdateUserAttributesRequest, UpdateUserAttributesResponse,
    user_attributes_service_server::{UserAttributesService, UserAttributesServiceServer},
};

/// A bare proxy to Cognito's UpdateUserAttributes
#[derive(Parser)]
struct Args {
    /// Address to call
    #[arg(long, value_name = "URL")]
    endpoint_url: Uri,
}

struct Proxy {
    endpoint: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// Serves on a free port, which it tells as the server does, until the process is ended.
///
/// # Errors
///
/// If it can't listen.
pub async fn run() -> anyhow::Result<()> {
    let args = Args::parse();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let incoming = TcpIncoming::bind(any_port)
        .context("no port")?
        .with_nodelay(Some(true));
    eprintln!("ready grpc_addr={}", incoming.local_addr()?);
    let proxy = UserAttributesServiceServer::new(Proxy::to(args.endpoint_url));
    Server::builder()
        .add_service(proxy)
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

impl Proxy {
    fn to(endpoint: Uri) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            endpoint,
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }
}

#[async_trait]
impl UserAttributesService for Proxy {
    async fn update_user_attributes(
        &self,
        request: tonic::Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        let message = request.into_inner();
        let body = serde_json::to_vec(&json::Update::from(&message)).map_err(failure)?;
        let request = Request::post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                "AWSCognitoIdentityProviderService.UpdateUserAttributes",
            )
            .body(body.into())
            .map_err(failure)?;
        let answer = self.client.request(request).await.map_err(failure)?;
        let body = answer.into_body().collect().await.map_err(failure)?;
        let answer: json::Answer = serde_json::from_slice(&body.to_bytes()).map_err(failure)?;
        Ok(Response::new(answer.into()))
    }
}

fn failure(error: impl Display) -> Status {
    Status::unknown(error.to_string())
}
