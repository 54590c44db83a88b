//! Secure Remote Password as Cognito has it: SRP-6a over the group of 3,072 bits, with a key of 16
//! bytes that signs a claim.
//!
//! No documentation of AWS's says how: this follows [AWS's own client]. Every number is hashed as its
//! two's complement, so that one with its highest bit set has a zero byte before it.
//!
//! [AWS's own client]: https://github.com/aws-amplify/amplify-js/tree/main/packages/auth/src/providers/cognito/utils/srp

#[cfg(test)]
mod tests;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hkdf, hmac,
};
use num_bigint::{BigInt, BigUint, Sign};

/// The group of RFC 3526, section 4, whose generator is 2.
const PRIME: &[u8] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
    98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
    9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
    A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
    D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

const GENERATOR: u8 = 2;

/// Tells this key from others that could come of the same secret.
const INFO: &[u8] = b"Caldera Derived Key";

/// Longest public value, in digits. One of the group has 768.
const MOST_DIGITS: usize = 1024;

/// Whom a password belongs to, in the words that are hashed with it.
#[derive(Clone)]
pub struct Identity {
    /// The part of the pool's id after its Region.
    pub pool_name: String,
    /// The `USER_ID_FOR_SRP`.
    pub user_id: String,
}

/// The server's part of a sign-in that has begun.
pub struct Exchange {
    identity: Identity,
    client_public: BigUint,
    public: BigUint,
    secret: BigUint,
    verifier: BigUint,
}

/// What the client says about its password, and the signature under it.
pub struct Claim<'a> {
    pub secret_block: &'a [u8],
    pub timestamp: &'a str,
    pub signature: &'a [u8],
}

/// How long the key is, in bytes.
struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        16
    }
}

/// The client's `SRP_A`, if it is one: no zero of the group, which would make the secret known.
pub fn client_public(text: &str) -> Option<BigUint> {
    let digits = text.bytes().all(|it| it.is_ascii_hexdigit()) && text.len() <= MOST_DIGITS;
    let public = BigUint::parse_bytes(text.as_bytes(), 16).filter(|_| digits)?;
    (&public % prime() != BigUint::ZERO).then_some(public)
}

impl Exchange {
    /// With a secret of the server's own, which nobody can guess.
    pub fn begin(
        identity: Identity,
        password: &str,
        salt: &[u8],
        client_public: BigUint,
        secret: &[u8],
    ) -> Self {
        let (prime, generator) = (prime(), BigUint::from(GENERATOR));
        let secret = BigUint::from_bytes_be(secret);
        let verifier = generator.modpow(&identity.password_hash(password, salt), &prime);
        let multiplier = hash(&[&padded(&prime), &[GENERATOR]]);
        let public = (multiplier * &verifier + generator.modpow(&secret, &prime)) % &prime;
        Self {
            identity,
            client_public,
            public,
            secret,
            verifier,
        }
    }

    /// `SRP_B`
    pub fn public(&self) -> String {
        format!("{:x}", self.public)
    }

    /// Whether whoever made the claim knows the password.
    pub fn proves(&self, claim: &Claim<'_>) -> bool {
        let Identity { pool_name, user_id } = &self.identity;
        let message = [
            pool_name.as_bytes(),
            user_id.as_bytes(),
            claim.secret_block,
            claim.timestamp.as_bytes(),
        ];
        self.key()
            .is_some_and(|key| hmac::verify(&key, &message.concat(), claim.signature).is_ok())
    }

    fn key(&self) -> Option<hmac::Key> {
        let scrambler = hash(&[&padded(&self.client_public), &padded(&self.public)]);
        let base = &self.client_public * self.verifier.modpow(&scrambler, &prime());
        let shared = base.modpow(&self.secret, &prime());
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &padded(&scrambler));
        let mut key = [0; 16];
        salt.extract(&padded(&shared))
            .expand(&[INFO], KeyLength)
            .and_then(|material| material.fill(&mut key))
            .ok()?;
        Some(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }
}

impl Identity {
    fn password_hash(&self, password: &str, salt: &[u8]) -> BigUint {
        let Self { pool_name, user_id } = self;
        let whole = format!("{pool_name}{user_id}:{password}");
        let own = digest(&SHA256, whole.as_bytes());
        hash(&[&padded(&BigUint::from_bytes_be(salt)), own.as_ref()])
    }
}

fn prime() -> BigUint {
    BigUint::parse_bytes(PRIME, 16).unwrap_or_default()
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest(&SHA256, &parts.concat()).as_ref())
}

fn padded(number: &BigUint) -> Vec<u8> {
    BigInt::from_biguint(Sign::Plus, number.clone()).to_signed_bytes_be()
}
