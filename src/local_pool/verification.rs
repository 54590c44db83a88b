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
    /// It was sent to.
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
