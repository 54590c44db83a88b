//! Variables under this service's prefix that no setting reads: misspelled ones, most likely.

use std::ffi::OsStr;

use clap::Command;

use super::{Environment, nearest::nearest};

const PREFIX: &str = "USER_ATTRIBUTES_";
/// What the command-line client reads.
const CLIENTS: [&str; 6] = [
    "USER_ATTRIBUTES_ACCESS_TOKEN",
    "USER_ATTRIBUTES_ENDPOINT",
    "USER_ATTRIBUTES_ENDPOINT_TLS_CA",
    "USER_ATTRIBUTES_ENDPOINT_TLS_CERT",
    "USER_ATTRIBUTES_ENDPOINT_TLS_KEY",
    "USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME",
];

/// Settings that other builds have.
pub struct Lacking {
    /// How their flags begin, without the dashes.
    pub flags: &'static str,
    /// What they belong to, after "this build has no".
    pub part: &'static str,
}

impl Lacking {
    /// Whether a flag is one of them.
    pub fn has_flag(&self, flag: &str) -> bool {
        flag.strip_prefix("--")
            .is_some_and(|flag| flag.starts_with(self.flags))
    }

    fn has_variable(&self, name: &str) -> bool {
        name.starts_with(&variable(self.flags))
    }
}

/// A sentence for each variable that begins as this service's do, and is none of `command`'s. The
/// client's are left alone, and so are those that Kubernetes makes of its Services.
pub fn unknown_variables(
    environment: &Environment,
    command: &Command,
    lacking: &[Lacking],
) -> Vec<String> {
    let known = |name: &str| {
        let mut args = command.get_arguments();
        args.any(|arg| arg.get_env().is_some_and(|known| known == name))
    };
    environment
        .iter()
        .filter(|(name, _)| name.starts_with(PREFIX))
        .filter(|(name, value)| {
            !known(name) && !CLIENTS.contains(name) && !is_service_link(name, value)
        })
        .map(|(name, _)| {
            let lacking = lacking.iter().find(|lacking| lacking.has_variable(name));
            let wrong = match (lacking, nearest_variable(name, command)) {
                (Some(Lacking { part, .. }), _) => format!("this build has no {part}"),
                (None, Some(nearest)) => {
                    format!("there is no such setting; the nearest is {nearest}")
                }
                (None, None) => "there is no such setting".to_owned(),
            };
            format!("{name} is set in the environment, but {wrong}")
        })
        .collect()
}

/// The variable of the flag whose name comes nearest: `AWS_REGION` for `USER_ATTRIBUTES_REGION`.
fn nearest_variable(name: &str, command: &Command) -> Option<String> {
    let settings = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let flags = settings.filter(|arg| arg.get_env().is_some());
    let flags = flags.filter_map(|arg| arg.get_long());
    let flag = name.strip_prefix(PREFIX)?.to_lowercase().replace('_', "-");
    let nearest = nearest(&flag, flags)?;
    let is_nearest = |arg: &&clap::Arg| arg.get_long() == Some(nearest);
    let known = command.get_arguments().find(is_nearest)?.get_env()?;
    Some(known.display().to_string())
}

fn variable(flag: &str) -> String {
    format!("{PREFIX}{}", flag.to_uppercase().replace('-', "_"))
}

/// Whether Kubernetes makes such a variable, for a Service called `user-attributes` or something
/// longer that begins so.
/// <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables>
fn is_service_link(name: &str, value: &OsStr) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX.trim_end_matches('_')) else {
        return false;
    };
    // A setting could end in PORT too, but its value would be no URL.
    let is_url = value.to_str().is_some_and(|value| value.contains("://"));
    rest.ends_with("_SERVICE_HOST")
        || rest.ends_with("_SERVICE_PORT")
        || rest.contains("_SERVICE_PORT_")
        || rest.ends_with("_PORT") && is_url
        || rest
            .match_indices("_PORT_")
            .any(|(at, port)| is_port(&rest[at + port.len()..]))
}

/// `50051_TCP`, and with one more word: `50051_TCP_ADDR`.
fn is_port(text: &str) -> bool {
    let words: Vec<_> = text.split('_').collect();
    let ([number, protocol] | [number, protocol, "PROTO" | "PORT" | "ADDR"]) = words[..] else {
        return false;
    };
    number.parse::<u16>().is_ok() && ["TCP", "UDP", "SCTP"].contains(&protocol)
}

#[cfg(test)]
mod tests;
