//! An operation, from its options to the text of its reply.

use crate::{args::Operation, call::Connection, endpoint, error::Error, input, output};

/// Calls this service, once, if the options make a request.
pub async fn perform(operation: Operation, service: endpoint::Args) -> Result<String, Error> {
    match operation {
        Operation::UpdateUserAttributes(options) => {
            let request = input::update_user_attributes(options)?;
            let reply = connect(service)
                .await?
                .update_user_attributes(request)
                .await?;
            Ok(output::update_user_attributes(reply))
        }
        Operation::VerifyUserAttribute(options) => {
            let request = input::verify_user_attribute(options)?;
            let reply = connect(service)
                .await?
                .verify_user_attribute(request)
                .await?;
            Ok(output::verify_user_attribute(reply))
        }
        Operation::GetUserAttributeVerificationCode(options) => {
            let request = input::get_user_attribute_verification_code(options)?;
            let reply = connect(service)
                .await?
                .get_user_attribute_verification_code(request)
                .await?;
            Ok(output::get_user_attribute_verification_code(reply))
        }
        Operation::DeleteUserAttributes(options) => {
            let request = input::delete_user_attributes(options)?;
            let reply = connect(service)
                .await?
                .delete_user_attributes(request)
                .await?;
            Ok(output::delete_user_attributes(reply))
        }
        Operation::GetUser(options) => {
            let request = input::get_user(options)?;
            let reply = connect(service).await?.get_user(request).await?;
            Ok(output::get_user(reply))
        }
    }
}

async fn connect(service: endpoint::Args) -> Result<Connection, Error> {
    let (endpoint, tls) = service.read()?;
    Connection::open(endpoint, tls).await
}
