//! A pool's signing keys: two, as Cognito has them. The first signs access tokens, the second ID
//! tokens. They are made in memory and stand nowhere.

use std::sync::Arc;

use aws_lc_rs::{encoding::AsDer as _, rsa};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde_json::{Value, json};
use tokio::{sync::OnceCell, task::spawn_blocking};

/// How the tokens are signed, here as in Cognito.
pub const ALGORITHM: Algorithm = Algorithm::RS256;

/// An RSA key of 2,048 bits.
pub struct Key {
    pub id: String,
    pub signing: EncodingKey,
    pub verifying: DecodingKey,
    public: Jwk,
}

/// The two keys of a pool. Neither is made before somebody asks for it, so that no other call has
/// to wait for it.
#[derive(Default)]
pub struct Keys {
    access: OnceCell<Key>,
    id: OnceCell<Key>,
}

/// A key couldn't be made, or didn't sign.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoKey(String);

impl Key {
    /// Takes a good part of a second, on a thread where that does no harm.
    async fn generate() -> Result<Self, NoKey> {
        let made = spawn_blocking(Self::generate_blocking).await;
        made.map_err(NoKey::because)?
    }

    fn generate_blocking() -> Result<Self, NoKey> {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map_err(NoKey::because)?;
        let der = pair.as_der().map_err(NoKey::because)?;
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref()));
        let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(NoKey::because)?;
        let mut public = Jwk::from_encoding_key(&signing, ALGORITHM).map_err(NoKey::because)?;
        let id = public
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(NoKey::because)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            verifying: DecodingKey::from_jwk(&public).map_err(NoKey::because)?,
            id,
            signing,
            public,
        })
    }
}

impl Keys {
    /// The key that signs access tokens.
    pub async fn access(&self) -> Result<&Key, NoKey> {
        self.access.get_or_try_init(Key::generate).await
    }

    /// The key that signs ID tokens.
    pub async fn id(&self) -> Result<&Key, NoKey> {
        self.id.get_or_try_init(Key::generate).await
    }

    /// Makes both keys in the background, so that nobody has to wait for them later. A pool that is
    /// gone by then needs none.
    pub fn make_ready(keys: &Arc<Self>) {
        let keys = Arc::downgrade(keys);
        tokio::spawn(async move {
            let Some(keys) = keys.upgrade() else { return };
            // Whoever needs one that couldn't be made is told.
            let _ = keys.access().await;
            let _ = keys.id().await;
        });
    }

    /// The key of that name, if this pool has signed anything with it.
    pub fn named(&self, id: &str) -> Option<&Key> {
        [self.access.get(), self.id.get()]
            .into_iter()
            .flatten()
            .find(|key| key.id == id)
    }

    /// What stands at `{issuer}/.well-known/jwks.json`.
    pub async fn public(&self) -> Result<Value, NoKey> {
        Ok(json!({ "keys": [self.id().await?.public, self.access().await?.public] }))
    }
}

impl NoKey {
    pub fn because(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}
