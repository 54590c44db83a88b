//! The one retry policy: what is tried again, how often and when.
//!
//! What certainly wasn't executed is tried again for every operation: a throttled request, and one
//! that never left. What may have been executed is repeated for a read alone: even a deletion that
//! comes twice can undo what another caller did in between. `LimitExceededException`, which frees
//! within hours, never is.

use std::time::Duration;

use super::code::is_throttling;
use crate::proto::Operation;

/// How long to wait before the second attempt and the third, at most. There are no more.
///
/// The wait is any part of that, so that callers who failed together don't return together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    pub(super) first: Duration,
    pub(super) second: Duration,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// An answer that stands, good or bad.
    Final,
    /// Cognito or the network refused it before anything was done.
    NotExecuted,
    /// It failed for now, and may have been executed.
    MaybeExecuted,
}

impl Backoff {
    /// The wait before attempt number `next`, if there is to be one. `random` is of 0 to 1.
    pub(super) fn before(&self, next: u32, random: f64) -> Option<Duration> {
        let longest = match next {
            2 => self.first,
            3 => self.second,
            _ => return None,
        };
        Some(longest.mul_f64(random))
    }
}

impl Attempt {
    /// By an answer's HTTP status, and by the error code in it.
    pub(super) fn answered(status: u16, code: Option<&str>) -> Self {
        match (status, code) {
            (_, Some(code)) if is_throttling(code) => Self::NotExecuted,
            (429, None) => Self::NotExecuted,
            (_, Some("InternalErrorException")) | (500.., _) => Self::MaybeExecuted,
            _ => Self::Final,
        }
    }

    /// Whether there is to be another attempt.
    pub(super) fn is_to_be_repeated(self, operation: Operation) -> bool {
        match self {
            Self::Final => false,
            Self::NotExecuted => true,
            Self::MaybeExecuted => operation.is_read(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_attempts_with_any_part_of_a_wait_that_grows() {
        let backoff = Backoff {
            first: Duration::from_millis(100),
            second: Duration::from_millis(200),
        };
        assert_eq!(backoff.before(2, 0.0), Some(Duration::ZERO));
        assert_eq!(backoff.before(2, 0.5), Some(Duration::from_millis(50)));
        assert_eq!(backoff.before(3, 1.0), Some(Duration::from_millis(200)));
        assert_eq!(backoff.before(4, 0.0), None);
    }

    #[test]
    fn what_may_have_been_executed_is_repeated_for_a_read_alone() {
        for operation in Operation::ALL {
            let throttled = Attempt::answered(400, Some("TooManyRequestsException"));
            assert!(throttled.is_to_be_repeated(operation));
            let limited = Attempt::answered(400, Some("LimitExceededException"));
            assert!(!limited.is_to_be_repeated(operation));
            let failed = Attempt::answered(500, Some("InternalErrorException"));
            let is_read = operation == Operation::GetUser;
            assert_eq!(failed.is_to_be_repeated(operation), is_read);
        }
    }
}
