//! What a person is told at the start.

use std::{fmt::Write as _, net::SocketAddr};

use super::{
    client::Flow,
    clock::Seconds,
    keys::NoKey,
    pool::UserPool,
    tokens::SignIn,
    user::{Status, User},
};

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
    /// Signs the first user in who can.
    ///
    /// # Errors
    ///
    /// If no key can be made, or doesn't sign.
    pub async fn of(pools: &mut [UserPool], now: Seconds) -> Result<Self, NoKey> {
        let names = pools.iter().map(|pool| {
            let clients = pool.clients.keys().cloned().collect();
            (pool.settings.id.clone(), clients)
        });
        let names = names.collect();
        let mut guest = None;
        for pool in pools {
            if guest.is_none() {
                guest = Guest::of(pool, now).await?;
            }
        }
        Ok(Self {
            pools: names,
            guest,
        })
    }

    pub fn text(&self, url: &str, grpc_addr: SocketAddr) -> String {
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
        let endpoint = if grpc_addr.port() == 50051 {
            String::new()
        } else {
            format!(" --endpoint http://{grpc_addr}")
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
    async fn of(pool: &mut UserPool, now: Seconds) -> Result<Option<Self>, NoKey> {
        let UserPool {
            settings,
            keys,
            clients,
            users,
        } = pool;
        let client = clients
            .values()
            .find(|client| client.allows(Flow::Password));
        let can_sign_in = |user: &&User| {
            user.enabled && user.status == Status::Confirmed && user.password.is_some()
        };
        let user = users
            .iter()
            .filter(can_sign_in)
            .min_by_key(|user| &user.username);
        let (Some(client), Some(username)) = (client, user.map(|user| user.username.clone()))
        else {
            return Ok(None);
        };
        let Some(user) = users.get_mut(settings, &username) else {
            return Ok(None);
        };
        let origin = user.sessions.start(client, now);
        let sign_in = SignIn::new(settings, client, user, (&origin, now), now);
        let address = user.signs_in_by.and_then(|contact| user.address(contact));
        Ok(Some(Self {
            username: address.unwrap_or(&username).to_owned(),
            password: user.password.clone().unwrap_or_default(),
            access_token: sign_in.access_token(keys.access().await?)?,
            minutes: sign_in.expires_in() / 60,
        }))
    }
}
