//! The options of each operation: its parameters in the API's order, as words that aren't parsed
//! yet. What must be there is [`crate::input`]'s to say.

use clap::{ArgAction, Args, Subcommand};

use crate::token;

/// An operation with what the command line says of it.
#[derive(Subcommand)]
pub enum Operation {
    UpdateUserAttributes(UpdateUserAttributes),
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
