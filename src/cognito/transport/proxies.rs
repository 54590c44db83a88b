//! Which proxy stands between, by the variables that AWS's SDK reads, and by its rules.
//!
//! They are read from the environment alone, as every tool does: a URL may hold a password, which
//! a command line would show to everybody on the machine.

use std::{env, fmt};

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The first that is set counts.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What the environment says about proxies to an `https://` address.
#[derive(Clone, Default)]
pub struct Proxies {
    /// The variable and its value.
    proxy: Option<(&'static str, String)>,
    /// The addresses that are called directly.
    no_proxy: Option<(&'static str, String)>,
}

/// The value isn't told: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} isn't the URL of an HTTP proxy, such as http://proxy.example.com:3128; in a password, @ is \
     written as %40, : as %3A and / as %2F"
)]
pub struct InvalidProxy(&'static str);

impl Proxies {
    /// Those of this process.
    pub fn of_environment() -> Self {
        Self {
            proxy: first_set(&PROXY),
            no_proxy: first_set(&NO_PROXY),
        }
    }

    /// The proxy through which `to` is called, if it is to be one.
    pub(super) fn before(&self, to: &Uri) -> Result<Option<Intercept>, InvalidProxy> {
        let Some((variable, url)) = &self.proxy else {
            return Ok(None);
        };
        let is_direct = self.no_proxy.as_ref().is_some_and(|(_, rules)| {
            let any = Matcher::builder().all("http://proxy").no(rules);
            any.build().intercept(to).is_none()
        });
        if is_direct {
            return Ok(None);
        }
        let matcher = Matcher::builder().all(url).build();
        let proxy = matcher.intercept(to).filter(|it| is_good(it.uri()));
        let proxy = proxy.filter(|_| is_user_whole(url));
        proxy.map(Some).ok_or(InvalidProxy(variable))
    }
}

fn is_good(proxy: &Uri) -> bool {
    let is_http = matches!(proxy.scheme_str(), Some("http" | "https"));
    let mut authority = proxy.authority().into_iter();
    // A port that isn't a number is none to this type.
    is_http && authority.all(|it| it.port().is_some() || it.as_str() == it.host())
}

/// Whether all before the last `@` is a user and a password. Otherwise a part of the password is taken
/// for the host or the path, which are told.
fn is_user_whole(url: &str) -> bool {
    let (_scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let user = rest.rsplit_once('@').map(|(user, _host)| user);
    user.is_none_or(|user| !user.contains(['@', '/', '?', '#']))
}

/// A blank variable is as good as none.
fn first_set(variables: &[&'static str]) -> Option<(&'static str, String)> {
    variables.iter().find_map(|&variable| {
        let value = env::var_os(variable)?.to_string_lossy().trim().to_owned();
        (!value.is_empty()).then_some((variable, value))
    })
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables = [&self.proxy, &self.no_proxy].into_iter().flatten();
        f.debug_list().entries(variables.map(|it| it.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy, and the header for it, to Frankfurt's Cognito.
    fn before(proxy: &str, no_proxy: &str) -> Result<Option<(String, Option<String>)>, String> {
        let set = |value: &str| (!value.is_empty()).then(|| ("HTTPS_PROXY", value.to_owned()));
        let proxies = Proxies {
            proxy: set(proxy),
            no_proxy: set(no_proxy),
        };
        let cognito = Uri::from_static("https://cognito-idp.eu-central-1.amazonaws.com");
        let proxy = proxies
            .before(&cognito)
            .map_err(|error| error.to_string())?;
        Ok(proxy.map(|proxy| {
            let header = proxy.basic_auth();
            let header = header.map(|it| it.to_str().expect("ASCII").to_owned());
            (proxy.uri().to_string(), header)
        }))
    }

    #[test]
    fn a_proxy_is_http_or_https_with_a_user_or_without() {
        let basic = Some("Basic ZGFuOnM6ZWNyZXQ=".to_owned());
        for (url, proxy, header) in [
            (
                "http://proxy.example:3128",
                "http://proxy.example:3128/",
                None,
            ),
            ("https://proxy.example", "https://proxy.example/", None),
            ("proxy.example:3128", "http://proxy.example:3128/", None),
            (
                "http://dan:s%3Aecret@[::1]:3128",
                "http://[::1]:3128/",
                basic,
            ),
        ] {
            assert_eq!(
                before(url, ""),
                Ok(Some((proxy.to_owned(), header))),
                "{url}"
            );
        }
        assert_eq!(before("", ""), Ok(None));
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_its_password() {
        for url in [
            "socks5://dan:secret@proxy.example",
            "ftp://dan:secret@proxy.example",
            "http://dan:sec ret@proxy.example",
            "http://dan:secret@",
            "http://dan:p@secret@proxy.example:3128",
            "dan:p@secret@proxy.example:3128",
            "http://dan:1/secret@proxy.example:3128",
            "http://dan:1?secret@proxy.example:3128",
            "http://dan:1#secret@proxy.example:3128",
            "http://dan:secret@proxy.example:port",
            "/secret",
        ] {
            let error = before(url, "").expect_err(url);
            assert!(error.starts_with("HTTPS_PROXY isn't"), "{url}: {error}");
            assert!(!error.contains("secret"), "{url}: {error}");
        }
    }

    #[test]
    fn an_address_that_no_proxy_names_is_called_directly() {
        for (no_proxy, direct) in [
            ("*", true),
            ("amazonaws.com", true),
            (".amazonaws.com", true),
            ("localhost, COGNITO-IDP.EU-CENTRAL-1.AMAZONAWS.COM", true),
            ("mazonaws.com", false),
            ("127.0.0.0/8", false),
        ] {
            let proxy = before("http://proxy.example:3128", no_proxy).expect("a good URL");
            assert_eq!(proxy.is_none(), direct, "{no_proxy}");
            // A URL that isn't used isn't looked at either.
            assert_eq!(before("socks5://proxy.example", no_proxy).is_ok(), direct);
        }
    }
}
