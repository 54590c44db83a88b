//! Who is calling: from a token to the account that it opens.

use super::{
    delivery::Contact,
    exception::Exception,
    schema::Schema,
    state::{AppClient, Cognito, Seconds, User, UserPool},
    tokens,
};

/// Whose token it was.
pub struct Caller {
    issuer: String,
    claims: tokens::Identity,
}

/// What an operation on the caller's own account works with.
pub struct Account<'a> {
    pub schema: &'a Schema,
    pub auto_verified: &'a [Contact],
    pub client: &'a AppClient,
    pub user: &'a mut User,
}

impl Cognito {
    /// Checks a token's signature, use, life and scope, outside the lock.
    ///
    /// # Errors
    ///
    /// `NotAuthorizedException`, in Cognito's words for what is wrong with the token.
    pub fn authenticate(&self, token: &str, now: Seconds) -> Result<Caller, Exception> {
        let issuer = tokens::claimed_issuer(token)?;
        let keys = self
            .keys_of(|pool| pool.issuer == issuer)
            .ok_or_else(tokens::forged)?;
        let claims = tokens::verify(token, &keys, now)?;
        Ok(Caller { issuer, claims })
    }
}

impl Caller {
    /// # Errors
    ///
    /// If the app client or the user is no more.
    pub fn account<'a>(&self, pools: &'a mut [UserPool]) -> Result<Account<'a>, Exception> {
        let pool = pools.iter_mut().find(|pool| pool.issuer == self.issuer);
        let UserPool {
            schema,
            auto_verified,
            clients,
            users,
            ..
        } = pool.ok_or_else(tokens::forged)?;
        Ok(Account {
            schema,
            auto_verified,
            client: AppClient::find(clients, &self.claims.client_id)?,
            user: users
                .get_mut(&self.claims.username)
                .ok_or_else(Exception::user_not_found)?,
        })
    }
}
