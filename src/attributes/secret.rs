//! The secrets of a request, as types that can't be shown by accident.
//!
//! None has a `Display`, each `Debug` is redacted, and the clear text comes out only by giving the
//! secret up: it is moved into the call to Cognito, never copied. To tell one request from another
//! it can be fed to a keyed hash, and of a token the claims can be read. They guard against a careless
//! log line, not against a reader of this process's memory: the buffers of prost, h2 and the AWS
//! SDK, which the same bytes pass through, aren't wiped.

use std::{collections::HashMap, fmt};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        pub struct $name($inner);

        impl $name {
            pub(super) fn new(secret: $inner) -> Self {
                Self(secret)
            }

            /// The clear text, for the call to Cognito alone.
            pub fn reveal(self) -> $inner {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

impl AccessToken {
    pub(crate) fn feed(&self, part: &mut dyn FnMut(&[u8])) {
        part(self.0.as_bytes());
    }
}

impl Code {
    pub(super) fn feed(&self, part: &mut dyn FnMut(&[u8])) {
        part(self.0.as_bytes());
    }
}

impl Value {
    pub(super) fn feed(&self, part: &mut dyn FnMut(&[u8])) {
        part(self.0.as_bytes());
    }
}

impl ClientMetadata {
    /// In the order of its keys: a map has none of its own.
    pub(super) fn feed(&self, part: &mut dyn FnMut(&[u8])) {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_unstable();
        for (key, value) in entries {
            part(key.as_bytes());
            part(value.as_bytes());
        }
    }
}

secret! {
    /// A user's access token: a JWT, as far as its characters tell.
    AccessToken(String)
}

secret! {
    /// An attribute's value.
    Value(String)
}

secret! {
    /// A verification code.
    Code(String)
}

secret! {
    /// The pairs for Cognito's Lambda triggers.
    ClientMetadata(HashMap<String, String>)
}
