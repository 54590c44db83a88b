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
        Operation::VerifyUserAttribute(options) => {
            let request = input::verify_user_attribute(options)?;
            let reply = connect(url).await?.verify_user_attribute(request).await?;
            Ok(output::verify_user_attribute(reply))
        }
        Operation::GetUserAttributeVerificationCode(options) => {
            let request = input::get_user_attribute_verification_code(options)?;
            let reply = connect(url)
                .await?
                .get_user_attribute_verification_code(request)
                .await?;
            Ok(output::get_user_attribute_verification_code(reply))
        }
        Operation::DeleteUserAttributes(options) => {
            let request = input::delete_user_attributes(options)?;
            let reply = connect(url).await?.delete_user_attributes(request).await?;
            Ok(output::delete_user_attributes(reply))
        }
        Operation::GetUser(options) => {
            let request = input::get_user(options)?;
            let reply = connect(url).await?.get_user(request).await?;
            Ok(output::get_user(reply))
        }
    }
}

async fn connect(url: &str) -> Result<Connection, Error> {
    let endpoint = Endpoint::parse(url).map_err(|error| Error::option("--endpoint", error))?;
    Connection::open(endpoint).await
}
