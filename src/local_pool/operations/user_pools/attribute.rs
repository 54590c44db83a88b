//! An attribute of a pool's schema, as `CreateUserPool` and `AddCustomAttributes` are told it.

use crate::local_pool::{
    constraints::Form,
    exception::Exception,
    forms::{CUSTOM_NAME, DATA_TYPE, MAX_VALUE},
    request::Request,
    schema::{AttributeSchema, Kind, Schema, number_limit},
};

/// A `SchemaAttributeType`, in the words of the request.
pub struct Attribute<'a> {
    name: &'a str,
    data_type: Option<&'a str>,
    developer_only: bool,
    mutable: bool,
    required: bool,
    string: Limits<'a>,
    number: Limits<'a>,
}

static LIMIT: Form = Form {
    max: 131_072,
    ..Form::ANY
};

/// The least and the most. Numbers stand in them as texts.
type Limits<'a> = (Option<&'a str>, Option<&'a str>);

impl<'a> Attribute<'a> {
    pub fn read(request: &mut Request<'a>) -> Result<Self, Exception> {
        Ok(Self {
            name: request.required("Name", &CUSTOM_NAME)?,
            data_type: request.optional("AttributeDataType", &DATA_TYPE)?,
            developer_only: request.flag("DeveloperOnlyAttribute")?.unwrap_or_default(),
            mutable: request.flag("Mutable")?.unwrap_or(true),
            required: request.flag("Required")?.unwrap_or_default(),
            number: limits(
                request,
                "NumberAttributeConstraints",
                "MinValue",
                "MaxValue",
            )?,
            string: limits(
                request,
                "StringAttributeConstraints",
                "MinLength",
                "MaxLength",
            )?,
        })
    }

    /// A name that no standard attribute has is a custom one, under its prefix. A standard attribute
    /// keeps its type, and the limits that aren't named.
    ///
    /// # Errors
    ///
    /// If no attribute can be like this.
    pub fn schema(&self) -> Result<AttributeSchema, Exception> {
        let standard = Schema::with([]).get(self.name).map(|it| it.kind.clone());
        match standard {
            Some(kind) => self.like(self.name.to_owned(), self.standard_kind(kind)?),
            None => self.custom(),
        }
    }

    /// A custom attribute, whatever its name.
    ///
    /// # Errors
    ///
    /// If no attribute can be like this.
    pub fn custom(&self) -> Result<AttributeSchema, Exception> {
        self.like(self.custom_name()?, self.custom_kind()?)
    }

    fn like(&self, name: String, kind: Kind) -> Result<AttributeSchema, Exception> {
        Ok(AttributeSchema {
            name,
            kind: self.limited(kind).ok_or_else(|| {
                let name = self.name;
                Exception::invalid_parameter(format!("Invalid constraints of attribute {name}"))
            })?,
            mutable: self.mutable,
            required: self.required,
        })
    }

    fn standard_kind(&self, kind: Kind) -> Result<Kind, Exception> {
        let same = self.data_type.is_none_or(|it| it == kind.data_type());
        if same && !self.developer_only {
            return Ok(kind);
        }
        Err(Exception::invalid_parameter(format!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard \
             schema attribute {}",
            self.name
        )))
    }

    fn custom_name(&self) -> Result<String, Exception> {
        if self.required {
            let message = "Required custom attributes are not supported currently.";
            return Err(Exception::invalid_parameter(message));
        }
        let prefix = if self.developer_only { "dev:" } else { "" };
        Ok(format!("{prefix}custom:{}", self.name))
    }

    fn custom_kind(&self) -> Result<Kind, Exception> {
        match self.data_type {
            Some("String") => Ok(Kind::ANY_STRING),
            Some("Number") => Ok(Kind::ANY_NUMBER),
            Some("Boolean") => Ok(Kind::Boolean),
            Some("DateTime") => Ok(Kind::DateTime),
            _ => Err(Exception::invalid_parameter(
                "Invalid AttributeDataType input, consider using the provided AttributeDataType \
                 enum.",
            )),
        }
    }

    /// The kind with the limits that are asked for, if it can have them.
    fn limited(&self, kind: Kind) -> Option<Kind> {
        Some(match kind {
            Kind::String { min, max } => {
                let min = self.string.0.map_or(Some(min), |it| it.parse().ok())?;
                let max = self.string.1.map_or(Some(max), |it| it.parse().ok())?;
                (min <= max && max <= MAX_VALUE).then_some(Kind::String { min, max })?
            }
            Kind::Number { min, max } => {
                let limit = |given: Option<&str>, default| match given {
                    Some(given) => number_limit(given).map(Some),
                    None => Some(default),
                };
                let (min, max) = (limit(self.number.0, min)?, limit(self.number.1, max)?);
                let empty = min
                    .as_ref()
                    .zip(max.as_ref())
                    .is_some_and(|(min, max)| min > max);
                (!empty).then_some(Kind::Number { min, max })?
            }
            Kind::Boolean | Kind::DateTime => kind,
        })
    }
}

fn limits<'a>(
    request: &mut Request<'a>,
    structure: &str,
    min: &str,
    max: &str,
) -> Result<Limits<'a>, Exception> {
    let limits = request.structure(structure, |it| {
        Ok((it.optional(min, &LIMIT)?, it.optional(max, &LIMIT)?))
    })?;
    Ok(limits.unwrap_or_default())
}
