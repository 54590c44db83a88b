//! What sort of value an attribute has.

use num_bigint::{BigInt, BigUint};

use crate::local_pool::forms::MAX_VALUE;

/// An `AttributeDataType` with its constraints.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Kind {
    /// Length in characters.
    String { min: usize, max: usize },
    /// A whole number.
    Number {
        min: Option<BigInt>,
        max: Option<BigInt>,
    },
    /// In any spelling, which is kept.
    Boolean,
    /// Not checked: no form of it is documented.
    DateTime,
}

impl Kind {
    pub const ANY_STRING: Self = Self::String {
        min: 0,
        max: MAX_VALUE,
    };

    pub const ANY_NUMBER: Self = Self::Number {
        min: None,
        max: None,
    };

    /// What is wrong with a value, if anything is. Cognito's words are known for a string that is
    /// too short; the others follow them.
    pub fn complaint(&self, value: &str) -> Option<String> {
        match self {
            Self::String { min, max } => match value.chars().count() {
                length if length < *min => {
                    Some(format!("String must be no shorter than {min} characters"))
                }
                length if length > *max => {
                    Some(format!("String must be no longer than {max} characters"))
                }
                _ => None,
            },
            Self::Number { min, max } => {
                let Some(number) = whole_number(value) else {
                    return Some("Number expected".to_owned());
                };
                let too_small = min.as_ref().filter(|min| number < **min);
                let too_great = max.as_ref().filter(|max| number > **max);
                let too_small = too_small.map(|min| format!("Number must be no less than {min}"));
                too_small.or_else(|| {
                    too_great.map(|max| format!("Number must be no greater than {max}"))
                })
            }
            Self::Boolean => {
                let mut words = ["true", "false"].iter();
                let is_one = words.any(|word| value.eq_ignore_ascii_case(word));
                (!is_one).then(|| "Boolean expected".to_owned())
            }
            Self::DateTime => None,
        }
    }

    /// The model's name for it.
    pub fn data_type(&self) -> &'static str {
        match self {
            Self::String { .. } => "String",
            Self::Number { .. } => "Number",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
        }
    }
}

/// The limit of a number, which may be as far from zero as 2^1023, where floating point ends.
///
/// Source: [`NumberAttributeConstraintsType`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_NumberAttributeConstraintsType.html)
pub fn number_limit(text: &str) -> Option<BigInt> {
    let limit = whole_number(text)?;
    let farthest = BigUint::from(1_u8) << 1023_u16;
    (*limit.magnitude() <= farthest).then_some(limit)
}

/// A sign, if any, and digits. num-bigint itself would take underscores, too.
fn whole_number(text: &str) -> Option<BigInt> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits_alone = digits.bytes().all(|it| it.is_ascii_digit());
    digits_alone.then(|| text.parse().ok())?
}
