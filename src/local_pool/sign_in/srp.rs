//! A sign-in by a proof of the password, which itself is never sent.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use num_bigint::BigUint;
use regex::Regex;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SignedIn, wrong_credentials};
use crate::local_pool::{
    challenges::Pending,
    clock::Seconds,
    exception::Exception,
    pool::UserPool,
    srp::{Claim, Exchange, Identity},
};

/// What an exchange begins with. It is made outside the lock, as it takes a while.
pub struct Beginning {
    identity: Identity,
    password: String,
    salt: Vec<u8>,
    pending: Pending,
}

/// An exchange that has begun, under its secret block.
pub struct Begun {
    block: String,
    pending: Pending,
    exchange: Exchange,
}

impl UserPool {
    /// The user's part. An app client that hides who exists exchanges values with nobody, too.
    pub fn begin_exchange(
        &self,
        client_id: &str,
        username: &str,
        secret_hash: Option<&str>,
        now: Seconds,
    ) -> Result<Beginning, Exception> {
        let client = self.client(client_id)?;
        client.check_secret_hash(username, secret_hash)?;
        let user = self.users.named(&self.settings, username);
        if user.is_none() && !client.hides_users {
            return Err(Exception::user_not_found());
        }
        let own_name = user.map_or(username, |user| &user.username).to_owned();
        let password = user.and_then(|user| user.password.clone());
        Ok(Beginning {
            salt: self.salt(&own_name),
            identity: Identity {
                pool_name: self.settings.own_name().to_owned(),
                user_id: own_name.clone(),
            },
            // Nobody knows that of who has none.
            password: password.unwrap_or_else(|| Uuid::new_v4().to_string()),
            pending: Pending {
                client_id: client_id.to_owned(),
                username: own_name,
                sub: user.map(|user| user.sub().to_owned()),
                expires: now + client.challenge_life(),
            },
        })
    }

    /// The same for a name at all times, whether somebody has it or not. Its first digit is neither
    /// zero nor above seven, as clients differ in what they make of such.
    fn salt(&self, username: &str) -> Vec<u8> {
        let whole = [self.salt_seed.as_bytes(), username.as_bytes()].concat();
        let mut salt = digest(&SHA256, &whole).as_ref()[..16].to_vec();
        salt[0] = salt[0] & 0x3f | 0x40;
        salt
    }

    pub fn add_exchange(&mut self, begun: Begun, now: Seconds) {
        let Begun {
            block,
            pending,
            exchange,
        } = begun;
        self.challenges.add_exchange(block, pending, exchange, now);
    }

    /// Signs in who has proved to know the password.
    pub fn sign_in_proven(
        &mut self,
        pending: &Pending,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        let user = self.users.get(&self.settings, &pending.username);
        let user = user.filter(|user| pending.sub.as_deref() == Some(user.sub()));
        user.ok_or_else(wrong_credentials)?;
        self.admit(&pending.client_id, &pending.username, now)
    }
}

impl Beginning {
    /// The exchange, and the challenge for the client.
    pub fn begin(self, client_public: BigUint) -> (Begun, Value) {
        let random = || Uuid::new_v4().into_bytes();
        let secret = [random(), random()].concat();
        let block = BASE64_STANDARD.encode([random(), random(), random(), random()].concat());
        let user_id = self.identity.user_id.clone();
        let exchange = Exchange::begin(
            self.identity,
            &self.password,
            &self.salt,
            client_public,
            &secret,
        );
        let challenge = json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SALT": format!("{:x}", BigUint::from_bytes_be(&self.salt)),
                "SECRET_BLOCK": block,
                "SRP_B": exchange.public(),
                "USERNAME": user_id,
                "USER_ID_FOR_SRP": user_id,
            },
        });
        let begun = Begun {
            block,
            pending: self.pending,
            exchange,
        };
        (begun, challenge)
    }
}

/// Refuses a claim that proves nothing. How old it is isn't looked at: the clock here can be set, and
/// the client's can't.
pub fn check_claim(
    exchange: &Exchange,
    block: &str,
    timestamp: &str,
    signature: &str,
) -> Result<(), Exception> {
    let timestamp = canonical(timestamp)?;
    let decoded = |text: &str| BASE64_STANDARD.decode(text).ok();
    let (block, signature) = decoded(block)
        .zip(decoded(signature))
        .ok_or_else(wrong_credentials)?;
    let claim = Claim {
        secret_block: &block,
        timestamp: &timestamp,
        signature: &signature,
    };
    if exchange.proves(&claim) {
        Ok(())
    } else {
        Err(wrong_credentials())
    }
}

/// `Thu Nov 5 09:03:04 UTC 2026`. A day with a zero before it is read, and signed without one.
fn canonical(timestamp: &str) -> Result<String, Exception> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        let day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
        let month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
        let form = format!(r"^({day} {month} )0?(\d{{1,2}} \d\d:\d\d:\d\d [A-Z]{{3,4}} \d{{4}})$");
        Regex::new(&form).expect("a constant")
    });
    let parts = FORM.captures(timestamp).map(|it| it.extract::<2>().1);
    let [day, rest] = parts.ok_or_else(|| {
        let message = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
        Exception::invalid_parameter(message)
    })?;
    Ok(format!("{day}{rest}"))
}
