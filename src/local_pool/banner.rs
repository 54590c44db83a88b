//! What a person is told at the start.

use std::fmt::Write as _;

use super::{clock::Seconds, keys::NoKey, minting::DefaultUser, pool::UserPool};

/// The server that the client calls unless it is told another.
const CLIENTS_DEFAULT: &str = "http://127.0.0.1:50051";

/// The names of the pools and, if somebody can sign in with a password, that user's token.
pub struct Banner {
    pools: Vec<(String, Vec<String>)>,
    guest: Option<Guest>,
}

/// Who is signed in.
struct Guest {
    username: String,
    password: String,
    access_token: String,
    minutes: Seconds,
}

impl Banner {
    /// Signs the default user in.
    ///
    /// # Errors
    ///
    /// If no key can be made, or doesn't sign.
    pub async fn of(
        pools: &mut [UserPool],
        default_user: Option<&DefaultUser>,
        now: Seconds,
    ) -> Result<Self, NoKey> {
        let names = pools.iter().map(|pool| {
            let clients = pool.clients.keys().cloned().collect();
            (pool.settings.id.clone(), clients)
        });
        Ok(Self {
            pools: names.collect(),
            guest: match default_user {
                Some(user) => Guest::of(pools, user, now).await?,
                None => None,
            },
        })
    }

    pub fn text(&self, url: &str, grpc_url: &str) -> String {
        let Self { pools, guest } = self;
        let mut text = format!("The local pool listens on {url}; a browser shows what it holds.\n");
        for (pool, clients) in pools {
            let _ = writeln!(text, "User pool {pool}, app client {}.", clients.join(", "));
        }
        text.push_str("A restart forgets every change.\n");
        let Some(guest) = guest else {
            return text;
        };
        let Guest {
            username,
            password,
            access_token,
            minutes,
        } = guest;
        let endpoint = if grpc_url == CLIENTS_DEFAULT {
            String::new()
        } else {
            format!(" --endpoint {grpc_url}")
        };
        let _ = write!(
            text,
            "
The user {username} has the password {password} and this access token, good for {minutes} minutes.
For the client's environment:

export USER_ATTRIBUTES_ACCESS_TOKEN={access_token}

Change an attribute, then see it:

cargo run --bin user-attributes -- update-user-attributes --user-attributes Name=nickname,Value=Dan{endpoint}
curl {url} -H 'Content-Type: application/x-amz-json-1.1' -H 'X-Amz-Target: AWSCognitoIdentityProviderService.GetUser' -d '{{\"AccessToken\":\"'$USER_ATTRIBUTES_ACCESS_TOKEN'\"}}'
"
        );
        text
    }
}

impl Guest {
    async fn of(
        pools: &mut [UserPool],
        guest: &DefaultUser,
        now: Seconds,
    ) -> Result<Option<Self>, NoKey> {
        let Some(pool) = pools
            .iter_mut()
            .find(|it| it.settings.id == guest.user_pool_id)
        else {
            return Ok(None);
        };
        let minted = pool.mint(&guest.client_id, &guest.username, now);
        let (Ok((sign_in, keys)), Some(user)) =
            (minted, pool.users.named(&pool.settings, &guest.username))
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            username: guest.username.clone(),
            password: user.password.clone().unwrap_or_default(),
            access_token: sign_in.access_token(keys.access().await?)?,
            minutes: sign_in.expires_in() / 60,
        }))
    }
}
