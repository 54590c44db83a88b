//! The operations, by the name that `X-Amz-Target` carries: each reads its request, asks the rules,
//! and says what they answered.

mod admin;
mod own;
mod sign_in;
mod sign_up;
mod user_pool_clients;
mod user_pools;

use serde_json::Value;

use super::{
    clock::Seconds,
    constraints::Form,
    exception::Exception,
    forms::{ACCESS_TOKEN, ATTRIBUTE_NAME, OLD_ATTRIBUTE_NAME},
    input::Input,
    request::Request,
    state::Cognito,
};

/// What every target begins with.
const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// A request for an operation, on its way through it.
struct Call<'a> {
    cognito: &'a Cognito,
    request: Request<'a>,
    now: Seconds,
}

impl Call<'_> {
    fn attribute_name(&self) -> &'static Form {
        if self.cognito.behaviour.white_space_in_names {
            &ATTRIBUTE_NAME
        } else {
            &OLD_ATTRIBUTE_NAME
        }
    }
}

/// An operation that this pool has.
#[derive(Clone, Copy)]
pub struct Operation(&'static str);

macro_rules! operations {
    ($($name:literal => $function:path $(, $wait:tt)?;)*) => {
        /// All of them.
        const NAMES: &[&str] = &[$($name),*];

        impl Operation {
            /// The operation of this name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self($name)),)*
                    _ => None,
                }
            }

            async fn run(self, call: Call<'_>) -> Result<Value, Exception> {
                match self.0 {
                    $($name => $function(call)$(.$wait)?,)*
                    name => Err(unknown(name)),
                }
            }
        }
    };
}

operations! {
    "AddCustomAttributes" => user_pools::add_custom_attributes;
    "AdminConfirmSignUp" => admin::confirm_sign_up;
    "AdminCreateUser" => admin::create_user;
    "AdminDeleteUser" => admin::delete_user;
    "AdminDeleteUserAttributes" => admin::delete_user_attributes;
    "AdminDisableUser" => admin::disable_user;
    "AdminEnableUser" => admin::enable_user;
    "AdminGetUser" => admin::get_user;
    "AdminInitiateAuth" => sign_in::admin_initiate_auth, await;
    "AdminResetUserPassword" => admin::reset_user_password;
    "AdminSetUserPassword" => admin::set_user_password;
    "AdminUpdateUserAttributes" => admin::update_user_attributes;
    "AdminUserGlobalSignOut" => admin::user_global_sign_out;
    "ConfirmSignUp" => sign_up::confirm_sign_up;
    "CreateUserPool" => user_pools::create;
    "CreateUserPoolClient" => user_pool_clients::create;
    "DeleteUserAttributes" => own::delete_user_attributes;
    "DeleteUserPool" => user_pools::delete;
    "DescribeUserPool" => user_pools::describe;
    "DescribeUserPoolClient" => user_pool_clients::describe;
    "GetUser" => own::get_user;
    "GetUserAttributeVerificationCode" => own::get_user_attribute_verification_code;
    "GlobalSignOut" => own::global_sign_out;
    "InitiateAuth" => sign_in::initiate_auth, await;
    "ListUsers" => admin::list_users;
    "ResendConfirmationCode" => sign_up::resend_confirmation_code;
    "RespondToAuthChallenge" => sign_in::respond_to_auth_challenge, await;
    "RevokeToken" => sign_in::revoke_token;
    "SignUp" => sign_up::sign_up;
    "UpdateUserAttributes" => own::update_user_attributes;
    "VerifyUserAttribute" => own::verify_user_attribute;
}

impl Operation {
    /// The operation that a target names.
    ///
    /// # Errors
    ///
    /// `UnknownOperationException`
    pub fn of_target(target: Option<&str>) -> Result<Self, Exception> {
        let missing = || Exception::unknown_operation("X-Amz-Target is missing");
        let target = target.ok_or_else(missing)?;
        let name = target.strip_prefix(SERVICE);
        name.and_then(Self::named)
            .ok_or_else(|| unknown(name.unwrap_or(target)))
    }

    pub fn name(self) -> &'static str {
        self.0
    }

    /// Carries out what the body asks for.
    pub async fn call(
        self,
        cognito: &Cognito,
        body: &[u8],
        now: Seconds,
    ) -> Result<Value, Exception> {
        let body = serde_json::from_slice(body).map_err(|_| Exception::not_json())?;
        let call = Call {
            cognito,
            request: Request::new(Input::of_body(&body)?),
            now,
        };
        self.run(call).await
    }
}

/// Cognito may have it: whoever reads this knows that the pool isn't Cognito.
fn unknown(name: &str) -> Exception {
    let all = NAMES.join(", ");
    let message = format!("The local pool lacks the operation {name}. It has {all}.");
    Exception::unknown_operation(message)
}

impl<'a> Request<'a> {
    /// The token, which every operation on one's own account needs.
    fn access_token(&mut self) -> Result<&'a str, Exception> {
        self.required("AccessToken", &ACCESS_TOKEN)
    }
}
