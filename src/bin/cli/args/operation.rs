//! The options of each operation: its parameters in the API's order, as words that aren't parsed
//! yet. What must be there is [`crate::input`]'s to say.

use clap::{ArgAction, Args, Subcommand};
use secrecy::SecretString;

use crate::token;

/// An operation with what the command line says of it.
#[derive(Subcommand)]
pub enum Operation {
    UpdateUserAttributes(UpdateUserAttributes),
    VerifyUserAttribute(VerifyUserAttribute),
    GetUserAttributeVerificationCode(GetUserAttributeVerificationCode),
    DeleteUserAttributes(DeleteUserAttributes),
    GetUser(GetUser),
}

/// Sets, changes or deletes attributes of the user to whom an access token belongs.
#[derive(Args)]
pub struct UpdateUserAttributes {
    /// The attributes, one a word, or all of them as JSON or as `file://FILE`. A blank value deletes
    /// its attribute.
    #[arg(long, value_name = "Name=NAME,Value=VALUE", num_args = 0.., action = ArgAction::Set)]
    pub user_attributes: Option<Vec<String>>,
    #[command(flatten)]
    pub token: token::Args,
    /// What Cognito hands to the Lambda triggers, as one word, as JSON or as `file://FILE`.
    #[arg(long, value_name = "KEY=VALUE,KEY=VALUE")]
    pub client_metadata: Option<String>,
}

/// Gives a code back that Cognito sent to an e-mail address or a phone number, which verifies it.
#[derive(Args)]
pub struct VerifyUserAttribute {
    #[command(flatten)]
    pub token: token::Args,
    /// The attribute that the code was sent for: `email` or `phone_number`.
    #[arg(long, value_name = "NAME")]
    pub attribute_name: Option<String>,
    /// The code. On a command line others can read it; it may stand in `file://FILE`, without a line
    /// break.
    #[arg(long, value_name = "CODE", value_parser = token::secret())]
    pub code: Option<SecretString>,
}

/// Makes Cognito send a code for the value that an attribute has now.
#[derive(Args)]
pub struct GetUserAttributeVerificationCode {
    #[command(flatten)]
    pub token: token::Args,
    /// The attribute to verify: `email` or `phone_number`.
    #[arg(long, value_name = "NAME")]
    pub attribute_name: Option<String>,
    /// What Cognito hands to the Lambda triggers, as one word, as JSON or as `file://FILE`.
    #[arg(long, value_name = "KEY=VALUE,KEY=VALUE")]
    pub client_metadata: Option<String>,
}

/// Deletes attributes of the user to whom an access token belongs.
#[derive(Args)]
pub struct DeleteUserAttributes {
    /// The names of the attributes, one a word, or all of them as a JSON list or as `file://FILE` with
    /// one.
    #[arg(long, value_name = "NAME", num_args = 0.., action = ArgAction::Set)]
    pub user_attribute_names: Option<Vec<String>>,
    #[command(flatten)]
    pub token: token::Args,
}

/// Reads the user to whom an access token belongs, as far as the app client may.
#[derive(Args)]
pub struct GetUser {
    #[command(flatten)]
    pub token: token::Args,
}
