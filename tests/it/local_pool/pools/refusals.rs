//! What no pool can be.

use super::*;

#[tokio::test]
async fn the_models_constraints_on_a_pool_are_told_all_at_once() {
    let server = Server::start().await;
    let broken = json!({
        "PoolName": "",
        "Policies": { "PasswordPolicy": { "MinimumLength": 5, "TemporaryPasswordValidityDays": 366 } },
        "DeletionProtection": "ON",
        "LambdaConfig": { "CustomSMSSender": { "LambdaVersion": "V2_0" } },
        "AutoVerifiedAttributes": ["email", "nickname"],
        "SmsVerificationMessage": "no code here",
        "VerificationMessageTemplate": { "EmailMessage": "{###}" },
        "MfaConfiguration": "MAYBE",
        "Schema": [{ "Name": "with space", "AttributeDataType": "Text" }, {}],
        "UsernameConfiguration": {},
    });
    let name = r"regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+";
    let text = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";
    let failures = [
        (
            "Value '' at 'poolName'",
            "have length greater than or equal to 1",
        ),
        (
            "Value '' at 'poolName'",
            r"satisfy regular expression pattern: [\w\s+=,.@-]+",
        ),
        (
            "Value '5' at 'policies.passwordPolicy.minimumLength'",
            "have value greater than or equal to 6",
        ),
        (
            "Value '366' at 'policies.passwordPolicy.temporaryPasswordValidityDays'",
            "have value less than or equal to 365",
        ),
        (
            "Value 'ON' at 'deletionProtection'",
            "satisfy enum value set: [ACTIVE, INACTIVE]",
        ),
        (
            "Value 'V2_0' at 'lambdaConfig.customSMSSender.lambdaVersion'",
            "satisfy enum value set: [V1_0]",
        ),
        (
            "Value null at 'lambdaConfig.customSMSSender.lambdaArn'",
            "not be null",
        ),
        (
            "Value '[email, nickname]' at 'autoVerifiedAttributes'",
            "satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
        ),
        (
            "Value 'no code here' at 'smsVerificationMessage'",
            r"satisfy regular expression pattern: .*\{####\}.*",
        ),
        (
            "Value '{###}' at 'verificationMessageTemplate.emailMessage'",
            "have length greater than or equal to 6",
        ),
        (
            "Value '{###}' at 'verificationMessageTemplate.emailMessage'",
            &format!(r"satisfy regular expression pattern: {text}\{{####\}}{text}"),
        ),
        (
            "Value 'MAYBE' at 'mfaConfiguration'",
            "satisfy enum value set: [OFF, ON, OPTIONAL]",
        ),
        (
            "Value 'with space' at 'schema.1.member.name'",
            &format!("satisfy {name}"),
        ),
        (
            "Value 'Text' at 'schema.1.member.attributeDataType'",
            "satisfy enum value set: [String, Number, DateTime, Boolean]",
        ),
        ("Value null at 'schema.2.member.name'", "not be null"),
        (
            "Value null at 'usernameConfiguration.caseSensitive'",
            "not be null",
        ),
    ]
    .map(|(subject, must)| format!("{subject} failed to satisfy constraint: Member must {must}"));
    let message = format!("16 validation errors detected: {}", failures.join("; "));
    check_refused(&server, "CreateUserPool", broken, (INVALID, &message)).await;

    let none = json!({ "PoolName": "p", "Schema": [] });
    let message = "1 validation error detected: Value '[]' at 'schema' failed to satisfy \
                   constraint: Member must have length greater than or equal to 1";
    check_refused(&server, "CreateUserPool", none, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused() {
    let server = Server::start().await;
    let before = json!({ "AttributesRequireVerificationBeforeUpdate": ["email", "phone_number"] });
    for (members, message) in [
        (
            json!({ "UserAttributeUpdateSettings": before, "AutoVerifiedAttributes": ["email"] }),
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in \
             AutoVerifiedAttributes",
        ),
        (
            json!({ "UsernameAttributes": ["email"], "AliasAttributes": ["phone_number"] }),
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
    ] {
        let body = with(json!({ "PoolName": "p" }), members);
        check_refused(&server, "CreateUserPool", body, (INVALID, message)).await;
    }
    server.stop().await;
}
