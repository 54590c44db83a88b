//! Who an access token says it is of. Nothing here verifies it: only Cognito's answer does.

use std::sync::LazyLock;

use base64_simd::URL_SAFE_NO_PAD;
use memchr::{memchr, memchr_iter, memchr2, memmem::Finder};
use serde::Deserialize;

/// Longest payload that is read, in bytes of base64. Cognito's have about a thousand.
const MAX_PAYLOAD: usize = 16 * 1024;
/// Longest app client id, in characters.
/// Source: [ClientIdType](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html#CognitoUserPools-InitiateAuth-request-ClientId)
const MAX_CLIENT_ID: usize = 128;

/// The claims of a token that say whose it is.
#[derive(Default, Deserialize)]
pub(super) struct Claims {
    /// The user. It is personal data.
    #[serde(default)]
    pub sub: Option<String>,
    /// The app client.
    #[serde(default)]
    pub client_id: Option<String>,
}

impl Claims {
    /// Those of a JWT. What is none has no claims.
    pub fn of(token: &[u8]) -> Self {
        let claims = payload(token).and_then(|json| {
            Self::at_the_begin(&json).or_else(|| serde_json::from_slice(&json).ok())
        });
        let Self { sub, client_id } = claims.unwrap_or_default();
        Self {
            sub: sub.filter(|sub| !sub.is_empty()),
            client_id: client_id.filter(|id| is_client_id(id)),
        }
    }

    /// Where Cognito writes them: the user first, the app client a little later. To read all the
    /// claims takes ten times as long.
    fn at_the_begin(json: &[u8]) -> Option<Self> {
        static CLIENT_ID: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"client_id\":\""));
        let (sub, rest) = text(json.strip_prefix(b"{\"sub\":\"")?)?;
        let at = CLIENT_ID.find(rest)?;
        let (client_id, _) = text(&rest[at + CLIENT_ID.needle().len()..])?;
        // A claim can have claims of its own.
        memchr(b'{', &rest[..at]).is_none().then_some(Self {
            sub: Some(sub),
            client_id: Some(client_id),
        })
    }
}

/// The text up to a quotation mark, and what follows that. One with escaped characters is none.
fn text(json: &[u8]) -> Option<(String, &[u8])> {
    let end = memchr2(b'"', b'\\', json).filter(|end| json[*end] == b'"')?;
    let text = std::str::from_utf8(&json[..end]).ok()?;
    Some((text.to_owned(), &json[end + 1..]))
}

/// The second of three parts.
fn payload(token: &[u8]) -> Option<Vec<u8>> {
    let mut dots = memchr_iter(b'.', token);
    let (first, second) = (dots.next()?, dots.next()?);
    let payload = &token[first + 1..second];
    if dots.next().is_some() || payload.len() > MAX_PAYLOAD {
        return None;
    }
    URL_SAFE_NO_PAD.decode_to_vec(payload).ok()
}

/// `[\w+]{1,128}`. What has another form could be anything, so nobody is shown it.
fn is_client_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';
    (1..=MAX_CLIENT_ID).contains(&text.len()) && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    /// User and app client of this payload, `-` where there is none.
    fn of(payload: &str) -> [String; 2] {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
        shown(&format!("e30.{payload}.sig"))
    }

    fn shown(token: &str) -> [String; 2] {
        let Claims { sub, client_id } = Claims::of(token.as_bytes());
        [sub, client_id].map(|it| it.unwrap_or_else(|| "-".to_owned()))
    }

    #[test]
    fn user_and_app_client_are_read_from_the_payload() {
        let cognitos = r#"{"sub":"aa-1","cognito:groups":["x"],"iss":"https://y/","client_id":"4pl3","exp":1,"username":"dan"}"#;
        assert_eq!(of(cognitos), ["aa-1", "4pl3"]);
        assert_eq!(of(r#"{"sub":"aa-1"}"#), ["aa-1", "-"]);
        assert_eq!(of(r#"{"client_id":"a_+9"}"#), ["-", "a_+9"]);
        assert_eq!(of(r#"{"sub":"","client_id":null}"#), ["-", "-"]);
    }

    #[test]
    fn claims_are_read_wherever_they_stand_and_not_out_of_another_claim() {
        for (payload, sub, client_id) in [
            (r#"{"client_id":"c","x":{"sub":"no"},"sub":"s"}"#, "s", "c"),
            (r#"{ "sub" : "s" , "client_id" : "c" }"#, "s", "c"),
            (
                r#"{"sub":"s","x":{"client_id":"no"},"client_id":"c"}"#,
                "s",
                "c",
            ),
            (
                r#"{"sub":"s","x":[{"client_id":"no"}],"client_id":"c"}"#,
                "s",
                "c",
            ),
            (
                r#"{"sub":"s","x":"\"client_id\":\"no","client_id":"c"}"#,
                "s",
                "c",
            ),
            (r#"{"sub":"s","x":"{","client_id":"c"}"#, "s", "c"),
            (
                r#"{"sub":"client_id","x":"client_id","client_id":"c"}"#,
                "client_id",
                "c",
            ),
            (r#"{"sub":"\"s\\","client_id":"c"}"#, "\"s\\", "c"),
            (r#"{"sub":"s\u00e9","client_id":"\u0063"}"#, "sé", "c"),
        ] {
            assert_eq!(of(payload), [sub, client_id], "{payload}");
        }
    }

    #[test]
    fn what_is_no_app_clients_id_is_left_out() {
        for id in ["", "a b", "dan@example.com", "é", &"x".repeat(129)] {
            let payload = format!(r#"{{"sub":"aa","client_id":"{id}"}}"#);
            assert_eq!(of(&payload), ["aa", "-"], "{id}");
        }
        let longest = "x".repeat(128);
        let payload = format!(r#"{{"client_id":"{longest}"}}"#);
        assert_eq!(of(&payload), ["-", &longest]);
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        let good = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"aa"}"#);
        for token in [
            String::new(),
            "token".to_owned(),
            ".".to_owned(),
            "..".to_owned(),
            format!("e30.{good}"),
            format!("e30.{good}.sig.more"),
            format!("e30.{good}=.sig"),
            format!("e30.{}.sig", "A".repeat(MAX_PAYLOAD + 1)),
            format!("e30.{}.sig", "é"),
        ] {
            assert_eq!(shown(&token), ["-", "-"], "{token}");
        }
        for payload in ["", "[]", "7", r#"{"sub":7}"#, r#"{"sub":"aa""#, "\u{0}"] {
            assert_eq!(of(payload), ["-", "-"], "{payload}");
        }
    }
}
