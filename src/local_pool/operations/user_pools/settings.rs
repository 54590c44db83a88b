//! What a pool is to be, as `CreateUserPool` is told it.

use serde_json::{Map, Value};

use crate::local_pool::{
    clock::Seconds,
    constraints::Form,
    contact::Contact,
    exception::Exception,
    forms::{CUSTOM_NAME, DATA_TYPE, POOL_NAME},
    password::Policy,
    pool::{Alias, Messages, Senders, Settings, SignIn},
    request::Request,
    schema::{AttributeSchema, Kind, Schema},
    triggers::CODE_PARAMETER,
};

/// In the words of the request.
pub struct Wanted<'a> {
    name: &'a str,
    schema: Vec<Attribute<'a>>,
    auto_verified: Vec<&'a str>,
    verify_before_update: Vec<&'a str>,
    username_attributes: Vec<&'a str>,
    aliases: Vec<&'a str>,
    case_sensitive: bool,
    password_policy: Policy,
    email_message: Option<&'a str>,
    sms_message: Option<&'a str>,
    senders: Senders,
    described: Map<String, Value>,
}

struct Attribute<'a> {
    name: &'a str,
    data_type: &'a str,
    developer_only: bool,
    mutable: bool,
    required: bool,
    string: Option<Limits<'a>>,
    number: Option<Limits<'a>>,
}

type Limits<'a> = (Option<&'a str>, Option<&'a str>);

static CONTACTS: Form = Form {
    one_of: &["phone_number", "email"],
    ..Form::ANY
};

static ALIASES: Form = Form {
    one_of: &["phone_number", "email", "preferred_username"],
    ..Form::ANY
};

/// What is told again by `DescribeUserPool` and means nothing else here.
const DESCRIBED: [&str; 10] = [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "LambdaConfig",
    "SmsConfiguration",
    "UserPoolAddOns",
    "UserPoolTags",
    "VerificationMessageTemplate",
];

impl<'a> Wanted<'a> {
    pub fn read(request: &mut Request<'a>) -> Result<Self, Exception> {
        let template = request.structure("VerificationMessageTemplate", |template| {
            Ok((
                template.optional("EmailMessage", &Form::ANY)?,
                template.optional("SmsMessage", &Form::ANY)?,
            ))
        })?;
        let (email_template, sms_template) = template.unwrap_or_default();
        let policy = request.structure("Policies", |policies| {
            policies.structure("PasswordPolicy", password_policy)
        })?;
        let case_sensitive =
            request.structure("UsernameConfiguration", |it| it.flag("CaseSensitive"))?;
        let update_settings = request.structure("UserAttributeUpdateSettings", |it| {
            it.texts("AttributesRequireVerificationBeforeUpdate", &CONTACTS)
        })?;
        Ok(Self {
            name: request.required("PoolName", &POOL_NAME)?,
            schema: request.structures("Schema", attribute)?.unwrap_or_default(),
            auto_verified: texts(request, "AutoVerifiedAttributes", &CONTACTS)?,
            verify_before_update: update_settings.flatten().unwrap_or_default(),
            username_attributes: texts(request, "UsernameAttributes", &CONTACTS)?,
            aliases: texts(request, "AliasAttributes", &ALIASES)?,
            case_sensitive: case_sensitive.flatten().unwrap_or(true),
            password_policy: policy.flatten().unwrap_or_default(),
            email_message: request
                .optional("EmailVerificationMessage", &Form::ANY)?
                .or(email_template),
            sms_message: request
                .optional("SmsVerificationMessage", &Form::ANY)?
                .or(sms_template),
            senders: request
                .structure("LambdaConfig", senders)?
                .unwrap_or_default(),
            described: request.members(&DESCRIBED),
        })
    }

    /// # Errors
    ///
    /// If parts of it contradict each other.
    pub fn settings(self, id: String, issuer: String, now: Seconds) -> Result<Settings, Exception> {
        let auto_verified = contacts(&self.auto_verified);
        let verify_before_update = contacts(&self.verify_before_update);
        let schema = self.schema.iter().map(Attribute::schema);
        let settings = Settings {
            id,
            name: self.name.to_owned(),
            issuer,
            created: now,
            schema: Schema::with(schema.collect::<Result<Vec<_>, _>>()?),
            sign_in: self.sign_in()?,
            auto_verified,
            verify_before_update,
            case_sensitive: self.case_sensitive,
            password_policy: self.password_policy,
            messages: messages(self.email_message, self.sms_message)?,
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

impl Attribute<'_> {
    /// A name that no standard attribute has is a custom one, under its prefix.
    fn schema(&self) -> Result<AttributeSchema, Exception> {
        let standard = Schema::with([]).get(self.name).is_some();
        let name = match (standard, self.developer_only) {
            (true, _) => self.name.to_owned(),
            (false, true) => format!("dev:custom:{}", self.name),
            (false, false) => format!("custom:{}", self.name),
        };
        if !standard && self.required {
            let message = "Required custom attributes are not supported currently.";
            return Err(Exception::invalid_parameter(message));
        }
        Ok(AttributeSchema {
            name,
            kind: self.kind()?,
            mutable: self.mutable,
            required: self.required,
        })
    }

    fn kind(&self) -> Result<Kind, Exception> {
        let invalid = |_| {
            let name = self.name;
            Exception::invalid_parameter(format!("Invalid constraints of attribute {name}"))
        };
        let (string, number) = (
            self.string.unwrap_or_default(),
            self.number.unwrap_or_default(),
        );
        let Kind::String { min, max } = Kind::ANY_STRING else {
            unreachable!("a constant")
        };
        Ok(match self.data_type {
            "Number" => Kind::Number {
                min: number.0.map(str::parse).transpose().map_err(invalid)?,
                max: number.1.map(str::parse).transpose().map_err(invalid)?,
            },
            "Boolean" => Kind::Boolean,
            "DateTime" => Kind::DateTime,
            _ => Kind::String {
                min: string.0.map_or(Ok(min), str::parse).map_err(invalid)?,
                max: string.1.map_or(Ok(max), str::parse).map_err(invalid)?,
            },
        })
    }
}

fn attribute<'a>(request: &mut Request<'a>) -> Result<Attribute<'a>, Exception> {
    let limits = |request: &mut Request<'a>, structure: &str, min: &str, max: &str| {
        request.structure(structure, |it| {
            Ok((it.optional(min, &Form::ANY)?, it.optional(max, &Form::ANY)?))
        })
    };
    Ok(Attribute {
        name: request.required("Name", &CUSTOM_NAME)?,
        data_type: request
            .optional("AttributeDataType", &DATA_TYPE)?
            .unwrap_or("String"),
        developer_only: request.flag("DeveloperOnlyAttribute")?.unwrap_or_default(),
        mutable: request.flag("Mutable")?.unwrap_or(true),
        required: request.flag("Required")?.unwrap_or_default(),
        string: limits(
            request,
            "StringAttributeConstraints",
            "MinLength",
            "MaxLength",
        )?,
        number: limits(
            request,
            "NumberAttributeConstraints",
            "MinValue",
            "MaxValue",
        )?,
    })
}

/// What isn't said isn't required.
fn password_policy(request: &mut Request<'_>) -> Result<Policy, Exception> {
    let minimum_length = request.number("MinimumLength", 6, 99)?.unwrap_or(8);
    Ok(Policy {
        minimum_length: usize::try_from(minimum_length).unwrap_or_default(),
        require_uppercase: request.flag("RequireUppercase")?.unwrap_or_default(),
        require_lowercase: request.flag("RequireLowercase")?.unwrap_or_default(),
        require_numbers: request.flag("RequireNumbers")?.unwrap_or_default(),
        require_symbols: request.flag("RequireSymbols")?.unwrap_or_default(),
    })
}

fn senders(request: &mut Request<'_>) -> Result<Senders, Exception> {
    let mut has = |name: &str| request.structure(name, |_| Ok(())).map(|it| it.is_some());
    Ok(Senders {
        email: has("CustomEmailSender")?,
        sms: has("CustomSMSSender")?,
    })
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

fn messages(email: Option<&str>, sms: Option<&str>) -> Result<Messages, Exception> {
    let default = Messages::default();
    let messages = Messages {
        email: email.map_or(default.email, str::to_owned),
        sms: sms.map_or(default.sms, str::to_owned),
    };
    let texts = [
        ("emailVerificationMessage", &messages.email),
        ("smsVerificationMessage", &messages.sms),
    ];
    match texts
        .iter()
        .find(|(_, text)| !text.contains(CODE_PARAMETER))
    {
        None => Ok(messages),
        Some((name, _)) => Err(Exception::invalid_parameter(format!(
            "1 validation error detected: Value at '{name}' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: .*\\{{####\\}}.*"
        ))),
    }
}
