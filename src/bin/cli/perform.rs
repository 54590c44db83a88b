//! An operation, from its options to the text of its reply.

use crate::{args::Operation, call::Connection, endpoint::Endpoint, error::Error, input, output};

/// Calls the service at this URL, once, if the options make a request.
pub async fn perform(operation: Operation, url: &str) -> Result<String, Error> {
    match operation {
        Operation::UpdateUserAttributes(options) => {
            let request = input::update_user_attributes(options)?;
            let reply = connect(url).await?.update_user_attributes(request).await?;
            Ok(output::update_user_attributes(reply))
        }
    }
}

async fn connect(url: &str) -> Result<Connection, Error> {
    let endpoint = Endpoint::parse(url).map_err(|error| Error::option("--endpoint", error))?;
    Connection::open(endpoint).await
}
