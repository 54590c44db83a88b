//! The codes that prove that a user reaches an address, and the values that wait for one.

use uuid::Uuid;

use super::{behaviour::Behaviour, clock::Seconds, contact::Contact, exception::Exception};

/// How long a code for an attribute is good for. AWS: "User attribute verification code validity
/// period: 24 hours".
const LIFE: Seconds = 24 * 3600;

const HOUR: Seconds = 3600;

/// A code that was sent and not used yet.
#[derive(Clone)]
pub struct Code {
    digits: String,
    /// Where it was sent.
    pub address: String,
    expires: Seconds,
}

/// What is going on with one contact of a user's.
#[derive(Clone, Default)]
pub struct Verification {
    codes: Vec<Code>,
    /// The value that is to be stored once its owner has verified it.
    pub pending: Option<String>,
    /// Whether its user has changed the stored value without verifying it since: nobody signs in
    /// by such a value.
    pub unproven: bool,
}

/// One for each contact.
#[derive(Clone, Default)]
pub struct Verifications {
    email: Verification,
    phone_number: Verification,
}

/// When a user tried something that may be tried only so often in an hour.
#[derive(Clone, Default)]
pub struct Attempts(Vec<Seconds>);

impl Code {
    /// Six digits that nobody can guess.
    pub fn new(address: &str, now: Seconds) -> Self {
        let digits = Uuid::new_v4().as_u128() % 1_000_000;
        Self {
            digits: format!("{digits:06}"),
            address: address.to_owned(),
            expires: now + LIFE,
        }
    }

    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// # Errors
    ///
    /// `ExpiredCodeException` of a code that is no more, `CodeMismatchException` of another one.
    pub fn check(code: Option<&Self>, given: &str, now: Seconds) -> Result<(), Exception> {
        match code.filter(|code| now < code.expires) {
            None => Err(Exception::expired_code()),
            Some(code) if code.digits != given => Err(Exception::code_mismatch()),
            Some(_) => Ok(()),
        }
    }
}

impl Verification {
    /// A new code for this address.
    pub fn issue(&mut self, address: &str, behaviour: &Behaviour, now: Seconds) -> Code {
        let code = Code::new(address, now);
        self.codes.retain(|it| now < it.expires);
        if behaviour.new_code_ends_older {
            self.codes.clear();
        }
        self.codes.push(code.clone());
        code
    }

    /// The code that was given back.
    pub fn find(&self, given: &str, now: Seconds) -> Result<Code, Exception> {
        let active = || self.codes.iter().filter(|code| now < code.expires);
        if let Some(code) = active().find(|code| code.digits == given) {
            return Ok(code.clone());
        }
        Err(match active().next() {
            Some(_) => Exception::code_mismatch(),
            None => Exception::expired_code(),
        })
    }

    /// Has an address wait until it is verified, in the place of another that was waiting: codes for
    /// that one would prove nothing about this.
    pub fn wait_for(&mut self, address: &str) {
        let before = self.pending.replace(address.to_owned());
        if let Some(before) = before.filter(|before| before != address) {
            self.codes.retain(|code| code.address != before);
        }
    }

    /// Every code is used up, this one and those before it.
    pub fn use_up(&mut self) {
        self.codes.clear();
    }
}

impl Verifications {
    pub fn of(&self, contact: Contact) -> &Verification {
        match contact {
            Contact::Email => &self.email,
            Contact::PhoneNumber => &self.phone_number,
        }
    }

    pub fn of_mut(&mut self, contact: Contact) -> &mut Verification {
        match contact {
            Contact::Email => &mut self.email,
            Contact::PhoneNumber => &mut self.phone_number,
        }
    }
}

impl Attempts {
    /// How many there were in the hour before.
    pub fn used(&self, now: Seconds) -> usize {
        self.0.iter().filter(|time| now < **time + HOUR).count()
    }

    /// Counts one more, unless there were too many in the hour before.
    pub fn count(&mut self, most: usize, now: Seconds) -> Result<(), Exception> {
        self.0.retain(|time| now < time + HOUR);
        if self.0.len() >= most {
            return Err(Exception::limit_exceeded());
        }
        self.0.push(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_for_a_day_to_the_second() {
        let mut verification = Verification::default();
        let code = verification.issue("dan@example.com", &Behaviour::default(), 1000);
        let found = |now| verification.find(code.digits(), now).map(|it| it.address);
        assert_eq!(found(1000 + LIFE - 1), Ok("dan@example.com".to_owned()));
        assert_eq!(found(1000 + LIFE), Err(Exception::expired_code()));
    }

    #[test]
    fn a_code_for_an_address_that_waits_no_more_is_good_for_nothing() {
        let behaviour = Behaviour {
            new_code_ends_older: false,
            ..Behaviour::default()
        };
        let mut verification = Verification::default();
        let stored = verification.issue("dan@example.com", &behaviour, 0);
        verification.wait_for("first@example.org");
        let first = verification.issue("first@example.org", &behaviour, 0);
        verification.wait_for("first@example.org");
        assert!(verification.find(first.digits(), 0).is_ok());
        verification.wait_for("second@example.org");
        assert!(verification.find(first.digits(), 0).is_err());
        assert!(verification.find(stored.digits(), 0).is_ok());
    }

    #[test]
    fn an_hour_ends_after_its_last_second() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.count(2, 1000), Ok(()));
        assert_eq!(attempts.count(2, 1001), Ok(()));
        let refused = Err(Exception::limit_exceeded());
        assert_eq!(attempts.count(2, 1000 + HOUR - 1), refused);
        assert_eq!(attempts.count(2, 1000 + HOUR), Ok(()));
        assert_eq!(attempts.count(2, 1000 + HOUR), refused);
        assert_eq!(attempts.count(2, 1001 + HOUR), Ok(()));
    }
}
