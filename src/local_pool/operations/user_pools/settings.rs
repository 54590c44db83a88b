//! What a pool is to be, as `CreateUserPool` is told it.

use serde_json::{Map, Value};

use super::attribute::Attribute;
use crate::local_pool::{
    clock::Seconds,
    constraints::Form,
    contact::Contact,
    exception::Exception,
    forms::{
        ARN, EMAIL_INVITATION, EMAIL_MESSAGE, EMAIL_SUBJECT, POOL_NAME, SMS_INVITATION, SMS_MESSAGE,
    },
    password::Policy,
    request::Request,
    schema::Schema,
    settings::{Alias, Messages, Senders, Settings, SignIn},
};

/// In the words of the request.
pub struct Wanted<'a> {
    name: &'a str,
    password_policy: Policy,
    protected: bool,
    senders: Senders,
    auto_verified: Vec<&'a str>,
    aliases: Vec<&'a str>,
    username_attributes: Vec<&'a str>,
    messages: Messages,
    verify_before_update: Vec<&'a str>,
    signs_up: bool,
    schema: Vec<Attribute<'a>>,
    case_sensitive: bool,
    described: Map<String, Value>,
}

/// Texts of a template, each by its medium.
#[derive(Default)]
struct Template<'a> {
    email: Option<&'a str>,
    sms: Option<&'a str>,
}

static CONTACTS: Form = Form {
    one_of: &["phone_number", "email"],
    ..Form::ANY
};

static ALIASES: Form = Form {
    one_of: &["phone_number", "email", "preferred_username"],
    ..Form::ANY
};

static PROTECTION: Form = Form {
    one_of: &["ACTIVE", "INACTIVE"],
    ..Form::ANY
};

static MFA: Form = Form {
    one_of: &["OFF", "ON", "OPTIONAL"],
    ..Form::ANY
};

static LAMBDA_VERSION: Form = Form {
    one_of: &["V1_0"],
    ..Form::ANY
};

/// What is told again by `DescribeUserPool` as it came.
const DESCRIBED: [&str; 15] = [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "LambdaConfig",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserPoolAddOns",
    "UserPoolTags",
    "UserPoolTier",
    "VerificationMessageTemplate",
];

impl<'a> Wanted<'a> {
    pub fn read(request: &mut Request<'a>) -> Result<Self, Exception> {
        let name = request.required("PoolName", &POOL_NAME)?;
        let policy = request.structure("Policies", |policies| {
            policies.structure("PasswordPolicy", password_policy)
        })?;
        let protection = request.optional("DeletionProtection", &PROTECTION)?;
        let senders = request.structure("LambdaConfig", senders)?;
        let auto_verified = texts(request, "AutoVerifiedAttributes", &CONTACTS)?;
        let aliases = texts(request, "AliasAttributes", &ALIASES)?;
        let username_attributes = texts(request, "UsernameAttributes", &CONTACTS)?;
        let verification = verification(request)?;
        request.optional("MfaConfiguration", &MFA)?;
        let update_settings = request.structure("UserAttributeUpdateSettings", |it| {
            it.texts("AttributesRequireVerificationBeforeUpdate", &CONTACTS)
        })?;
        let invitation = request.structure("AdminCreateUserConfig", |it| {
            let alone = it.flag("AllowAdminCreateUserOnly")?.unwrap_or_default();
            let template = it.structure("InviteMessageTemplate", invitation)?;
            Ok((alone, template.unwrap_or_default()))
        })?;
        let (administrators_alone, invitation) = invitation.unwrap_or_default();
        let schema = request.structures("Schema", Attribute::read)?;
        if let Some(schema) = &schema {
            request.count("Schema", schema.len(), 1, 50);
        }
        let case_sensitive = request.structure("UsernameConfiguration", |it| {
            let flag = it.flag("CaseSensitive")?;
            it.must("CaseSensitive", Form::ANY.shown, flag.is_some());
            Ok(flag)
        })?;
        Ok(Self {
            name,
            password_policy: policy.flatten().unwrap_or_default(),
            protected: protection == Some("ACTIVE"),
            senders: senders.unwrap_or_default(),
            auto_verified,
            aliases,
            username_attributes,
            messages: messages(&verification, &invitation),
            verify_before_update: update_settings.flatten().unwrap_or_default(),
            signs_up: !administrators_alone,
            schema: schema.unwrap_or_default(),
            case_sensitive: case_sensitive.flatten().unwrap_or(true),
            described: request.members(&DESCRIBED),
        })
    }

    /// # Errors
    ///
    /// If parts of it contradict each other.
    pub fn settings(self, id: String, issuer: String, now: Seconds) -> Result<Settings, Exception> {
        let schema = self.schema.iter().map(Attribute::schema);
        let settings = Settings {
            id,
            name: self.name.to_owned(),
            issuer,
            created: now,
            schema: Schema::with(schema.collect::<Result<Vec<_>, _>>()?),
            sign_in: self.sign_in()?,
            auto_verified: contacts(&self.auto_verified),
            verify_before_update: contacts(&self.verify_before_update),
            case_sensitive: self.case_sensitive,
            password_policy: self.password_policy,
            signs_up: self.signs_up,
            protected: self.protected,
            messages: self.messages,
            senders: self.senders,
            described: self.described,
        };
        settings.check().map_err(Exception::invalid_parameter)?;
        Ok(settings)
    }

    fn sign_in(&self) -> Result<SignIn, Exception> {
        if self.username_attributes.is_empty() {
            let all = [Alias::Email, Alias::PhoneNumber, Alias::PreferredUsername];
            let wanted = |alias: &Alias| self.aliases.contains(&alias.attribute());
            Ok(SignIn::Username(all.into_iter().filter(wanted).collect()))
        } else if self.aliases.is_empty() {
            Ok(SignIn::Attributes(contacts(&self.username_attributes)))
        } else {
            let message = "Only one of the aliasAttributes or usernameAttributes can be set in a \
                           user pool.";
            Err(Exception::invalid_parameter(message))
        }
    }
}

/// What isn't said isn't required.
fn password_policy(request: &mut Request<'_>) -> Result<Policy, Exception> {
    let default = Policy::default();
    let minimum_length = request.number("MinimumLength", 6, 99)?;
    let mut required = |name: &str| request.flag(name).map(Option::unwrap_or_default);
    Ok(Policy {
        require_uppercase: required("RequireUppercase")?,
        require_lowercase: required("RequireLowercase")?,
        require_numbers: required("RequireNumbers")?,
        require_symbols: required("RequireSymbols")?,
        temporary_password_validity_days: request
            .number("TemporaryPasswordValidityDays", 0, 365)?
            .and_then(|days| u64::try_from(days).ok())
            // AWS: none at all is the default.
            .filter(|days| *days > 0)
            .unwrap_or(default.temporary_password_validity_days),
        minimum_length: minimum_length
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(default.minimum_length),
    })
}

fn senders(request: &mut Request<'_>) -> Result<Senders, Exception> {
    let mut has = |name: &str| {
        let sender = request.structure(name, |it| {
            it.required("LambdaVersion", &LAMBDA_VERSION)?;
            it.required("LambdaArn", &ARN)
        });
        sender.map(|it| it.is_some())
    };
    Ok(Senders {
        sms: has("CustomSMSSender")?,
        email: has("CustomEmailSender")?,
    })
}

/// The texts for a code. AWS: the template is used, the members beside it no longer are; they are
/// where there is no template.
fn verification<'a>(request: &mut Request<'a>) -> Result<Template<'a>, Exception> {
    let sms = request.optional("SmsVerificationMessage", &SMS_MESSAGE)?;
    let email = request.optional("EmailVerificationMessage", &EMAIL_MESSAGE)?;
    request.optional("EmailVerificationSubject", &EMAIL_SUBJECT)?;
    let template = request.structure("VerificationMessageTemplate", |template| {
        let sms = template.optional("SmsMessage", &SMS_MESSAGE)?;
        let email = template.optional("EmailMessage", &EMAIL_MESSAGE)?;
        template.optional("EmailSubject", &EMAIL_SUBJECT)?;
        Ok(Template { email, sms })
    })?;
    let template = template.unwrap_or_default();
    Ok(Template {
        email: template.email.or(email),
        sms: template.sms.or(sms),
    })
}

fn invitation<'a>(template: &mut Request<'a>) -> Result<Template<'a>, Exception> {
    let sms = template.optional("SMSMessage", &SMS_INVITATION)?;
    let email = template.optional("EmailMessage", &EMAIL_INVITATION)?;
    template.optional("EmailSubject", &EMAIL_SUBJECT)?;
    Ok(Template { email, sms })
}

fn messages(verification: &Template<'_>, invitation: &Template<'_>) -> Messages {
    let default = Messages::default();
    let or = |text: Option<&str>, default| text.map_or(default, str::to_owned);
    Messages {
        email: or(verification.email, default.email),
        sms: or(verification.sms, default.sms),
        email_invitation: or(invitation.email, default.email_invitation),
        sms_invitation: or(invitation.sms, default.sms_invitation),
    }
}

fn texts<'a>(
    request: &mut Request<'a>,
    name: &str,
    form: &Form,
) -> Result<Vec<&'a str>, Exception> {
    Ok(request.texts(name, form)?.unwrap_or_default())
}

fn contacts(names: &[&str]) -> Vec<Contact> {
    let wanted = |contact: &Contact| names.contains(&contact.attribute());
    Contact::ALL.into_iter().filter(wanted).collect()
}
