//! What Cognito would have sent: messages to users, and events to Lambda functions.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// How many of each are kept. The oldest go first.
const KEPT: usize = 20_000;

/// Newest last.
#[derive(Default)]
pub struct Outbox {
    pub messages: VecDeque<Message>,
    /// Events of Lambda triggers, each as the function would get it.
    pub events: VecDeque<Value>,
}

/// A message with a code or a temporary password.
#[derive(Serialize)]
pub struct Message {
    /// RFC 3339, in UTC.
    pub time: String,
    pub user_pool_id: String,
    /// The pool's own name for the user.
    pub username: String,
    /// The attribute that it was sent to.
    pub attribute_name: &'static str,
    /// `EMAIL` or `SMS`
    pub delivery_medium: &'static str,
    /// In full.
    pub destination: String,
    pub code: String,
    pub text: String,
}

impl Outbox {
    pub fn send(&mut self, message: Message) {
        keep(&mut self.messages, message);
    }

    pub fn trigger(&mut self, event: Value) {
        keep(&mut self.events, event);
    }
}

fn keep<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_twenty_thousand_are_kept() {
        let mut outbox = Outbox::default();
        for number in 0..20_003 {
            outbox.trigger(number.into());
        }
        assert_eq!(outbox.events.len(), 20_000);
        assert_eq!(outbox.events.front(), Some(&Value::from(3)));
        assert_eq!(outbox.events.back(), Some(&Value::from(20_002)));
    }
}
