use serde_json::json;

use super::*;
use crate::local_pool::{
    attributes::Attributes, behaviour::Behaviour, config::Config, outbox::Outbox,
};

/// The change that was asked for, and what came of it.
struct Changed {
    result: Result<Vec<Value>, Exception>,
    before: Attributes,
    after: Attributes,
}

/// A pool that has one attribute of each sort.
const POOL: &str = r#"
[[pools]]
id = "us-east-1_example"
auto_verified_attributes = ["email"]

[[pools.schema]]
name = "custom:code"
min_length = 3
max_length = 5

[[pools.schema]]
name = "custom:level"
attribute_data_type = "Number"
min_value = 1
max_value = 10

[[pools.schema]]
name = "custom:flag"
attribute_data_type = "Boolean"

[[pools.schema]]
name = "custom:secret"

[[pools.schema]]
name = "custom:tenant"
mutable = false

[[pools.schema]]
name = "custom:badge"
required = true

[[pools.clients]]
id = "client"
write_attributes = [
    "oidc:profile", "oidc:email", "oidc:phone", "custom:code", "custom:level", "custom:flag",
    "custom:tenant",
]

[[pools.users]]
username = "dan"

[pools.users.attributes]
email = "dan@example.com"
email_verified = "true"
phone_number = "+15555550100"
phone_number_verified = "true"
"#;

fn change(attributes: &[(&str, Option<&str>)]) -> Changed {
    change_stored(&[("custom:badge", "7")], attributes)
}

fn change_stored(stored: &[(&str, &str)], attributes: &[(&str, Option<&str>)]) -> Changed {
    let config = Config::parse(POOL).expect("a good file");
    let mut pool = config.pools("http://127.0.0.1:9229", 0).remove(0);
    let user = pool.users.get_mut(&pool.settings, "dan").expect("there");
    for (name, value) in stored {
        user.attributes.set(name, value);
    }
    let before = user.attributes.clone();
    let attributes: Vec<_> = attributes
        .iter()
        .map(|&(name, value)| Attribute { name, value })
        .collect();
    let mut account = Account {
        settings: &pool.settings,
        client: Some(&pool.clients["client"]),
        username: "dan".to_owned(),
        users: &mut pool.users,
        outbox: &mut Outbox::default(),
        behaviour: &Behaviour::default(),
        now: 0,
    };
    let result = account.update(&attributes, &Vec::new());
    let after = account.user().expect("there").attributes.clone();
    Changed {
        result,
        before,
        after,
    }
}

/// Checks that the change is refused with this text, and that nothing is changed.
#[track_caller]
fn check_refused(attributes: &[(&str, Option<&str>)], message: &str) {
    let change = change(attributes);
    assert_eq!(
        change.result,
        Err(Exception::invalid_parameter(message)),
        "{attributes:?}"
    );
    assert_eq!(change.after, change.before, "{attributes:?}");
}

#[test]
fn every_name_that_the_schema_lacks_is_told_each_on_a_line_that_ends() {
    check_refused(
        &[
            ("nickname", Some("Dan")),
            ("custom:address", Some("x")),
            ("custom:latitude", Some("")),
        ],
        "user.custom:address: Attribute does not exist in the schema.\n\
         user.custom:latitude: Attribute does not exist in the schema.\n",
    );
}

#[test]
fn what_nobody_may_change_is_refused_before_a_missing_value_is() {
    for name in ["sub", "email_verified", "phone_number_verified"] {
        let message = format!("Cannot modify the non-mutable attribute {name}");
        for value in [Some("true"), Some(""), None] {
            check_refused(&[("nickname", None), (name, value)], &message);
        }
    }
}

#[test]
fn a_missing_value_is_refused_before_an_unknown_name_is() {
    check_refused(
        &[("custom:none", Some("x")), ("custom:tenant", None)],
        "Attribute value for custom:tenant must not be null",
    );
}

#[test]
fn an_attribute_that_the_client_may_not_write_is_not_named_and_is_no_invalid_parameter() {
    let change = change(&[("custom:tenant", Some("x")), ("custom:secret", Some("x"))]);
    let message = "A client attempted to write unauthorized attribute";
    assert_eq!(change.result, Err(Exception::not_authorized(message)));
    assert_eq!(change.after, change.before);
}

#[test]
fn an_immutable_attribute_is_refused_even_if_it_never_had_a_value_and_when_it_is_blank() {
    for value in ["x", ""] {
        check_refused(
            &[("custom:tenant", Some(value))],
            "user.custom:tenant: Attribute cannot be updated.\n",
        );
    }
}

#[test]
fn a_required_attribute_is_not_deleted() {
    check_refused(
        &[("custom:badge", Some(""))],
        "user.custom:badge: Required attribute cannot be deleted.\n",
    );
}

#[test]
fn a_required_attribute_without_a_value_has_to_come_along_with_any_change() {
    let alone = change_stored(&[], &[("nickname", Some("Dan"))]);
    let message = "user.custom:badge: The attribute is required\n";
    assert_eq!(alone.result, Err(Exception::invalid_parameter(message)));

    let both = [("nickname", Some("Dan")), ("custom:badge", Some("7"))];
    let both = change_stored(&[], &both);
    assert_eq!(both.result, Ok(vec![]));
}

#[test]
fn lengths_and_ranges_are_the_schemas_and_all_offenders_are_told() {
    check_refused(
        &[
            ("custom:code", Some("ab")),
            ("custom:level", Some("11")),
            ("custom:flag", Some("yes")),
            ("birthdate", Some("1990-01-011")),
            ("updated_at", Some("-1")),
        ],
        "user.custom:code: String must be no shorter than 3 characters\n\
         user.custom:level: Number must be no greater than 10\n\
         user.custom:flag: Boolean expected\n\
         user.birthdate: String must be no longer than 10 characters\n\
         user.updated_at: Number must be no less than 0\n",
    );
    check_refused(
        &[("custom:level", Some("ten"))],
        "user.custom:level: Number expected\n",
    );
    let good = [
        ("custom:code", Some("äöü")),
        ("custom:level", Some("10")),
        ("custom:flag", Some("true")),
        ("birthdate", Some("1990-01-01")),
        ("updated_at", Some("1700000000")),
    ];
    assert_eq!(change(&good).result, Ok(vec![]));
}

#[test]
fn a_blank_value_deletes_whatever_the_shortest_length_is() {
    let stored = [("custom:badge", "7"), ("custom:code", "abc")];
    let change = change_stored(&stored, &[("custom:code", Some(""))]);
    assert_eq!(change.result, Ok(vec![]));
    assert_eq!(change.after.get("custom:code"), None);
}

#[test]
fn an_email_and_a_phone_number_have_a_form() {
    for bad in [
        "dan",
        "dan@",
        "@example.com",
        "dan@example",
        "a@b@c.de",
        "dan @example.com",
    ] {
        check_refused(&[("email", Some(bad))], "Invalid email address format.");
    }
    for bad in ["15555550100", "+", "+1555x", "+1 555", "+1234567890123456"] {
        check_refused(
            &[("phone_number", Some(bad))],
            "Invalid phone number format.",
        );
    }
}

#[test]
fn a_changed_email_is_live_unverified_and_sent_a_code() {
    let change = change(&[("email", Some("new@example.org"))]);
    let delivery = json!({
        "Destination": "n***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    });
    assert_eq!(change.result, Ok(vec![delivery]));
    assert_eq!(change.after.get("email"), Some("new@example.org"));
    assert_eq!(change.after.get("email_verified"), Some("false"));
    assert_eq!(change.after.get("phone_number_verified"), Some("true"));
}

#[test]
fn the_same_email_again_sends_no_code_and_stays_verified() {
    let change = change(&[("email", Some("dan@example.com"))]);
    assert_eq!(change.result, Ok(vec![]));
    assert_eq!(change.after, change.before);
}

#[test]
fn a_contact_that_is_not_auto_verified_changes_without_a_code() {
    let change = change(&[("phone_number", Some("+15555550199"))]);
    assert_eq!(change.result, Ok(vec![]));
    assert_eq!(change.after.get("phone_number"), Some("+15555550199"));
    assert_eq!(change.after.get("phone_number_verified"), Some("false"));
}

#[test]
fn a_deleted_email_is_sent_nothing() {
    let change = change(&[("email", Some(""))]);
    assert_eq!(change.result, Ok(vec![]));
    assert_eq!(change.after.get("email"), None);
}

#[test]
fn of_one_name_twice_the_last_counts() {
    let twice = [
        ("email", Some("one@example.org")),
        ("nickname", Some("Dan")),
        ("email", Some("two@example.net")),
    ];
    let change = change(&twice);
    assert_eq!(change.result.map(|deliveries| deliveries.len()), Ok(1));
    assert_eq!(change.after.get("email"), Some("two@example.net"));
}

#[test]
fn an_empty_list_changes_nothing() {
    let change = change(&[]);
    assert_eq!(change.result, Ok(vec![]));
    assert_eq!(change.after, change.before);
}
