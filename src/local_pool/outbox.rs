//! What Cognito would have sent: messages to users, and events to Lambda functions.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use super::{
    clock::Seconds,
    contact::Contact,
    pool::UserPool,
    settings::Settings,
    triggers::Source,
    user::{Status, User},
    verification::Code,
};

/// How many of each are kept. The oldest go first.
const KEPT: usize = 20_000;

/// Newest last.
#[derive(Default)]
pub struct Outbox {
    pub messages: VecDeque<Message>,
    pub events: VecDeque<Event>,
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
    /// The user's: another may have the name since.
    #[serde(skip)]
    pub sub: String,
    #[serde(skip)]
    pub contact: Contact,
    #[serde(skip)]
    pub source: Source,
    /// Whether the code was given back, and taken.
    #[serde(skip)]
    pub used: bool,
}

/// What a message's code is good for.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeState {
    /// It would be taken.
    Current,
    /// It was taken.
    Used,
    /// It would be refused: its time is over, or something has taken its place.
    Expired,
}

/// An event of a Lambda trigger.
pub struct Event {
    /// RFC 3339, in UTC.
    pub time: String,
    /// Where the message went that it is about.
    pub destination: String,
    /// As the function would get it.
    pub payload: Value,
}

impl Outbox {
    pub fn send(&mut self, message: Message) {
        keep(&mut self.messages, message);
    }

    pub fn trigger(&mut self, event: Event) {
        keep(&mut self.events, event);
    }

    /// Remembers that the user has given this code back. It is the newest message's that has it.
    pub fn mark_used(&mut self, sub: &str, code: &str) {
        let mut newest_first = self.messages.iter_mut().rev();
        if let Some(message) = newest_first.find(|it| it.code == code && it.sub == sub) {
            message.used = true;
        }
    }
}

impl Message {
    /// What its code is good for in its pool, if that is there still.
    pub fn state(&self, pool: Option<&UserPool>, now: Seconds) -> CodeState {
        let takes = |pool: &UserPool| {
            let user = pool.users.get(&pool.settings, &self.username);
            user.is_some_and(|user| user.sub() == self.sub && self.opens(user, &pool.settings, now))
        };
        if self.used {
            CodeState::Used
        } else if pool.is_some_and(takes) {
            CodeState::Current
        } else {
            CodeState::Expired
        }
    }

    /// Whether the user would get on by the code.
    fn opens(&self, user: &User, settings: &Settings, now: Seconds) -> bool {
        let checks = |code: Option<&Code>| Code::check(code, &self.code, now).is_ok();
        match self.source {
            Source::AdminCreateUser => {
                user.status == Status::ForceChangePassword
                    && user.password.as_ref() == Some(&self.code)
                    && settings
                        .password_policy
                        .check_age(user.password_set, now)
                        .is_ok()
            }
            Source::ForgotPassword => checks(user.reset_code.as_ref()),
            Source::ResendCode | Source::SignUp => {
                checks(user.sign_up_code.as_ref().map(|(_, code)| code))
            }
            Source::UpdateUserAttribute | Source::VerifyUserAttribute => {
                let verification = user.verifications.of(self.contact);
                verification.find(&self.code, now).is_ok()
            }
        }
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
            outbox.trigger(Event {
                time: String::new(),
                destination: String::new(),
                payload: number.into(),
            });
        }
        let number = |event: Option<&Event>| event.map(|it| it.payload.clone());
        assert_eq!(outbox.events.len(), 20_000);
        assert_eq!(number(outbox.events.front()), Some(Value::from(3)));
        assert_eq!(number(outbox.events.back()), Some(Value::from(20_002)));
    }
}
