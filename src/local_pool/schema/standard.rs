//! The attributes that every pool has, from OpenID Connect.

use super::{AttributeSchema, Kind};

pub fn standard() -> Vec<AttributeSchema> {
    const STRINGS: [&str; 16] = [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "gender",
        "zoneinfo",
        "locale",
        "phone_number",
        "address",
        "identities",
    ];
    let of = |name: &str, kind| AttributeSchema {
        kind,
        ..AttributeSchema::string(name)
    };
    let sub = Kind::String { min: 1, max: 2048 };
    let sub = AttributeSchema {
        mutable: false,
        required: true,
        ..of("sub", sub)
    };
    let birthdate = Kind::String { min: 10, max: 10 };
    let updated_at = Kind::Number {
        min: Some(0.into()),
        max: None,
    };
    let others = [
        of("birthdate", birthdate),
        of("updated_at", updated_at),
        of("email_verified", Kind::Boolean),
        of("phone_number_verified", Kind::Boolean),
    ];
    let strings = STRINGS.map(AttributeSchema::string);
    [sub].into_iter().chain(strings).chain(others).collect()
}
