//! What the span of an attempt says of its end.

use http::Response;
use tokio_util::bytes::Bytes;

use super::{Late, NoAnswer};
use crate::{
    call::Progress,
    cognito::{code::error_code, operations::request_id, retry::Attempt},
    telemetry::traces::ClientSpan,
};

/// Ends the span of an attempt that was made to its end.
pub(super) fn end(
    span: ClientSpan,
    progress: &Progress,
    answer: Result<&Response<Bytes>, &NoAnswer>,
    attempt: Attempt,
) {
    if !span.is_recording() {
        return;
    }
    match answer {
        Ok(answer) => {
            let (status, id) = (answer.status(), request_id(answer.headers()));
            let error = match (status.is_success(), attempt) {
                (true, Attempt::Final) => None,
                (true, _) => Some("unreadable".to_owned()),
                (false, _) => error_code(answer).or_else(|| Some(status.as_str().to_owned())),
            };
            span.answered(status.as_u16(), id, error);
        }
        // Everybody left before it was sent: it was given up.
        Err(_) if attempt == Attempt::NotExecuted && progress.is_left() => drop(span),
        Err(_) if attempt == Attempt::NotExecuted => span.unanswered("not_sent"),
        Err(error) if error.is::<Late>() => span.unanswered("timeout"),
        Err(_) => span.unanswered("no_answer"),
    }
}
