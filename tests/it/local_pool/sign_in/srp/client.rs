//! The client's part of a sign-in by SRP.

use aws_lc_rs::{digest, hmac};
use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use num_bigint::{BigInt, BigUint, Sign};
use serde_json::{Value, json};

use crate::local_pool::setup::text;

/// RFC 3526, section 4.
pub const PRIME: &str = include_str!("prime.txt");

/// The client's secret: any number will do.
fn secret() -> BigUint {
    BigUint::from(7_u8).pow(200)
}

fn prime() -> BigUint {
    let digits: String = PRIME.split_whitespace().collect();
    BigUint::parse_bytes(digits.as_bytes(), 16).expect("a number")
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest::digest(&digest::SHA256, &parts.concat()).as_ref())
}

fn signed(number: &BigUint) -> Vec<u8> {
    BigInt::from_biguint(Sign::Plus, number.clone()).to_signed_bytes_be()
}

pub fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, &parts.concat()).as_ref().to_vec()
}

pub fn begin(client_id: &str, username: &str) -> Value {
    let public = BigUint::from(2_u8).modpow(&secret(), &prime());
    json!({
        "AuthFlow": "USER_SRP_AUTH",
        "ClientId": client_id,
        "AuthParameters": { "USERNAME": username, "SRP_A": format!("{public:x}") },
    })
}

/// What the challenge asks for, with the timestamp as it is signed and as it is sent.
pub fn claim(
    client_id: &str,
    challenge: &Value,
    password: &str,
    (signed_time, sent_time): (&str, &str),
) -> Value {
    let parameter = |name: &str| text(&challenge["ChallengeParameters"][name]);
    let (user_id, block) = (parameter("USER_ID_FOR_SRP"), parameter("SECRET_BLOCK"));
    let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 16).expect("a number");
    let (prime, two) = (prime(), BigUint::from(2_u8));
    let server_public = number(&parameter("SRP_B"));
    let client_public = two.modpow(&secret(), &prime);
    let scrambler = hash(&[&signed(&client_public), &signed(&server_public)]);
    let own = format!("localpool{user_id}:{password}");
    let own = digest::digest(&digest::SHA256, own.as_bytes());
    let exponent = hash(&[&signed(&number(&parameter("SALT"))), own.as_ref()]);
    let multiplier = hash(&[&signed(&prime), &[2]]);
    let masked = multiplier * two.modpow(&exponent, &prime) % &prime;
    let base = (server_public + &prime - masked) % &prime;
    let shared = base.modpow(&(secret() + &scrambler * exponent), &prime);
    let extracted = mac(&signed(&scrambler), &[&signed(&shared)]);
    let key = &mac(&extracted, &[b"Caldera Derived Key", &[1]])[..16];
    let block_bytes = BASE64.decode(&block).expect("Base64");
    let signature = mac(
        key,
        &[
            b"localpool",
            user_id.as_bytes(),
            &block_bytes,
            signed_time.as_bytes(),
        ],
    );
    json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ClientId": client_id,
        "ChallengeResponses": {
            "USERNAME": user_id,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": BASE64.encode(signature),
            "TIMESTAMP": sent_time,
        },
    })
}
