//! Failures that a test asks for, in place of answers.

use std::collections::{BTreeMap, VecDeque};

/// What an operation is told that would send an e-mail once the account has sent the day's last.
///
/// Seen in [this issue](https://github.com/rahulpsd18/cognito-backup-restore/issues/46).
const DAILY_EMAIL_LIMIT: &str = "Exceeded daily email limit for the operation or the account. If a \
    higher limit is required, please configure your user pool to use your own Amazon SES \
    configuration for sending email.";

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is refused with this exception, and nothing is done.
    Exception {
        name: String,
        message: Option<String>,
    },
    /// It is answered with a bare HTTP 500, and nothing is done.
    Http500,
    /// It is read and never answered, and nothing is done.
    Hang,
    /// The connection is closed with its body unread.
    CloseBeforeRead,
    /// It is carried out, and the connection closed without an answer.
    CloseAfterRead,
}

/// Those to come, by operation, each with how often.
#[derive(Default)]
pub struct Faults(BTreeMap<String, VecDeque<(Fault, u32)>>);

impl Fault {
    /// # Errors
    ///
    /// If there is none of that name: what would do.
    pub fn parse(name: &str, message: Option<String>) -> Result<Self, String> {
        Ok(match name {
            "daily_email_limit" => Self::Exception {
                name: "LimitExceededException".to_owned(),
                message: message.or_else(|| Some(DAILY_EMAIL_LIMIT.to_owned())),
            },
            "http_500" => Self::Http500,
            "hang" => Self::Hang,
            "close_before_read" => Self::CloseBeforeRead,
            "close_after_read" => Self::CloseAfterRead,
            name if is_exception(name) => Self::Exception {
                name: name.to_owned(),
                message,
            },
            _ => {
                return Err(
                    "fault must be an exception's name such as TooManyRequestsException, or \
                     daily_email_limit, http_500, hang, close_before_read or close_after_read"
                        .to_owned(),
                );
            }
        })
    }

    /// As it is ordered by.
    pub fn name(&self) -> &str {
        match self {
            Self::Exception { name, .. } => name,
            Self::Http500 => "http_500",
            Self::Hang => "hang",
            Self::CloseBeforeRead => "close_before_read",
            Self::CloseAfterRead => "close_after_read",
        }
    }
}

impl Faults {
    /// Those to come: the operation, its fault, how often.
    pub fn waiting(&self) -> impl Iterator<Item = (&str, &Fault, u32)> {
        self.0.iter().flat_map(|(operation, queue)| {
            let faults = queue.iter();
            faults.map(move |(fault, times)| (operation.as_str(), fault, *times))
        })
    }

    pub fn add(&mut self, operation: String, fault: Fault, times: u32) {
        if times > 0 {
            self.0
                .entry(operation)
                .or_default()
                .push_back((fault, times));
        }
    }

    /// What the next call of the operation meets, if anything.
    pub fn take(&mut self, operation: &str) -> Option<Fault> {
        let queue = self.0.get_mut(operation)?;
        let (fault, times) = queue.front_mut()?;
        let fault = fault.clone();
        *times -= 1;
        if *times == 0 {
            queue.pop_front();
        }
        Some(fault)
    }
}

fn is_exception(name: &str) -> bool {
    let word = name.strip_suffix("Exception").unwrap_or_default();
    !word.is_empty() && name.len() <= 128 && word.bytes().all(|it| it.is_ascii_alphanumeric())
}
