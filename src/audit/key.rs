//! The hash that stands for a user: equal for the same user under the same key, and no way back to
//! who that is without it.

use std::{io, path::Path};

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use hex_simd::AsciiCase;

use crate::settings::read_file;

/// Fewest bytes of a key, those of the hash.
/// Source: [RFC 2104, section 3](https://www.rfc-editor.org/rfc/rfc2104#section-3)
const MIN: usize = 32;
/// Most bytes: what is longer was hardly meant to be a key.
const MAX: usize = 64 * 1024;

/// The key of the hashes.
#[derive(Debug)]
pub(super) struct SubjectKey(hmac::Key);

/// A file holds no key.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKey {
    /// The file can't be read.
    #[error("can't read {0} (--audit-key-file, USER_ATTRIBUTES_AUDIT_KEY_FILE): {1}")]
    Unreadable(String, io::Error),
    /// It has too few bytes or too many.
    #[error(
        "{0} (--audit-key-file, USER_ATTRIBUTES_AUDIT_KEY_FILE) must have {MIN} to {MAX} bytes, \
         besides a newline at its end"
    )]
    Length(String),
}

impl SubjectKey {
    /// A key that nobody knows. With the process its hashes lose their meaning.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = [0; MIN];
        getrandom::fill(&mut secret)?;
        Ok(Self::of(&secret))
    }

    /// The bytes of a file, without the newline that an editor leaves at its end.
    pub fn read(path: &Path) -> Result<Self, InvalidKey> {
        let name = || path.display().to_string();
        let secret = read_file(path).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => InvalidKey::Length(name()),
            _ => InvalidKey::Unreadable(name(), error),
        })?;
        let secret = secret.strip_suffix(b"\n").unwrap_or(&secret);
        if !(MIN..=MAX).contains(&secret.len()) {
            return Err(InvalidKey::Length(name()));
        }
        Ok(Self::of(secret))
    }

    fn of(secret: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, secret))
    }

    /// HMAC-SHA-256 of a user's `sub`, as 64 hexadecimal digits.
    pub fn hash(&self, sub: &str) -> String {
        let tag = hmac::sign(&self.0, sub.as_bytes());
        hex_simd::encode_to_string(tag, AsciiCase::Lower)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> Result<SubjectKey, InvalidKey> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(bytes).expect("a temporary file");
        SubjectKey::read(file.path())
    }

    /// Source: [RFC 4231, test case 2](https://www.rfc-editor.org/rfc/rfc4231#section-4.3)
    #[test]
    fn the_hash_is_hmac_sha_256_in_hex() {
        let hash = SubjectKey::of(b"Jefe").hash("what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hash, expected);
    }

    #[test]
    fn a_key_has_32_bytes_or_more_without_the_last_newline() {
        let key = [b'k'; MIN];
        let hash = |bytes: &[u8]| read(bytes).expect("a key").hash("sub");
        assert_eq!(hash(&key), SubjectKey::of(&key).hash("sub"));
        assert_eq!(hash(&[&key[..], b"\n"].concat()), hash(&key));
        assert_ne!(hash(&[&key[..], b"\n\n"].concat()), hash(&key));
        assert_ne!(hash(&[&key[..], b"\r\n"].concat()), hash(&key));
        let most = vec![b'k'; MAX];
        assert!(read(&most).is_ok());
        assert!(read(&[&most[..], b"\n"].concat()).is_ok());
        for bad in [&key[1..], b"", b"\n", &[&key[1..], b"\n"].concat()] {
            assert!(matches!(read(bad), Err(InvalidKey::Length(_))));
        }
        let long = [&most[..], b"kk"].concat();
        assert!(matches!(read(&long), Err(InvalidKey::Length(_))));
    }
}
