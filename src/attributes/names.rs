//! Which names of attributes may be told.

/// The attributes that every user pool has.
/// Source: [user pool attributes](https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html)
const STANDARD: [&str; 21] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "identities",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// An attribute's name, if it can only be one: the caller may have put anything in its place, a
/// value for instance. Any other is `_OTHER`.
pub fn public_name(name: &str) -> &str {
    let is_own = ["custom:", "dev:"]
        .iter()
        .any(|prefix| name.starts_with(prefix));
    if is_own || STANDARD.contains(&name) {
        name
    } else {
        "_OTHER"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_can_be_anything_is_not_told() {
        for name in ["email", "custom:department", "dev:custom:x", "sub"] {
            assert_eq!(public_name(name), name);
        }
        for text in ["", "dan@example.com", "Email", "customer", "+15555550100"] {
            assert_eq!(public_name(text), "_OTHER");
        }
    }
}
