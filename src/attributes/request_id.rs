//! What a caller names a change by, so that a repeat of it can be told from another one.

use super::violations::Violations;

/// Longest name, in characters.
const MAX: usize = 128;

/// 1 to 128 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The id, if the caller gave one. A blank one is none, as protobuf has it.
    pub(super) fn check(id: String, violations: &mut Violations) -> Option<Self> {
        if id.is_empty() {
            return None;
        }
        if id.len() > MAX || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let limit = format!("must have 1 to {MAX} visible ASCII characters");
            violations.add("request_id", limit);
        }
        Some(Self(id))
    }

    /// As the caller gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
