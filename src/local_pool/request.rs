//! A request that is being read: its members, with the types and the forms that the model gives
//! them.
//!
//! A member of another type ends the request at once, as in AWS's own framework, where all is read
//! before anything is checked. Broken forms are gathered, and told by [`Request::finish`].

use serde_json::{Map, Value};

use super::{
    constraints::{Constraints, Form, Shown},
    exception::Exception,
    forms::ENTRY,
    input::Input,
};

pub struct Request<'a> {
    input: Input<'a>,
    /// Of the structure that is being read, with a dot at its end.
    path: String,
    constraints: Constraints,
}

/// An attribute of the request's, `AttributeType`.
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: Option<&'a str>,
}

/// Keys and values, in the order sent.
pub type Entries<'a> = Vec<(&'a str, &'a str)>;

impl<'a> Request<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self {
            input,
            path: String::new(),
            constraints: Constraints::default(),
        }
    }

    /// A text that must be there. It is blank if it isn't, for as long as it takes to read the rest.
    pub fn required(&mut self, name: &str, form: &Form) -> Result<&'a str, Exception> {
        let text = self.optional(name, form)?;
        self.must(name, form.shown, text.is_some());
        Ok(text.unwrap_or_default())
    }

    pub fn optional(&mut self, name: &str, form: &Form) -> Result<Option<&'a str>, Exception> {
        let text = self.input.string(name)?;
        if let Some(text) = text {
            let path = self.path_of(name);
            self.constraints.check(&path, form, text);
        }
        Ok(text)
    }

    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Exception> {
        self.input.flag(name)
    }

    pub fn number(&mut self, name: &str, min: i64, max: i64) -> Result<Option<i64>, Exception> {
        let number = self.input.number(name)?;
        if let Some(number) = number {
            let path = self.path_of(name);
            self.constraints.check_number(&path, number, min, max);
        }
        Ok(number)
    }

    /// A map of texts; empty if it isn't there.
    pub fn map(&mut self, name: &str) -> Result<Entries<'a>, Exception> {
        let entries = self.input.strings(name)?.unwrap_or_default();
        let path = self.path_of(name);
        self.constraints.check_map(&path, &ENTRY, &entries);
        Ok(entries)
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str, form: &Form) -> Result<Option<Vec<&'a str>>, Exception> {
        let texts = self.input.texts(name)?;
        let path = self.path_of(name);
        let given = texts.as_deref().unwrap_or_default();
        self.constraints.check_list(&path, form, given);
        Ok(texts)
    }

    pub fn structure<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Exception>,
    ) -> Result<Option<T>, Exception> {
        let Some(input) = self.input.structure(name)? else {
            return Ok(None);
        };
        let path = self.path_of(name);
        self.within(input, &path, read).map(Some)
    }

    /// A list of structures.
    pub fn structures<T>(
        &mut self,
        name: &str,
        read: impl Fn(&mut Self) -> Result<T, Exception>,
    ) -> Result<Option<Vec<T>>, Exception> {
        let Some(inputs) = self.input.structures(name)? else {
            return Ok(None);
        };
        let path = self.path_of(name);
        let members = inputs.into_iter().enumerate().map(|(index, input)| {
            let path = format!("{path}.{}.member", index + 1);
            self.within(input, &path, &read)
        });
        members.collect::<Result<_, _>>().map(Some)
    }

    /// Notes a list that has too few or too many structures.
    pub fn count(&mut self, name: &str, count: usize, min: usize, max: usize) {
        let path = self.path_of(name);
        self.constraints.check_count(&path, count, min, max);
    }

    /// The attributes of a user; none if the list isn't there.
    pub fn attributes(
        &mut self,
        name: &str,
        name_form: &Form,
        value_form: &Form,
    ) -> Result<Option<Vec<Attribute<'a>>>, Exception> {
        self.structures(name, |member| {
            Ok(Attribute {
                name: member.required("Name", name_form)?,
                value: member.optional("Value", value_form)?,
            })
        })
    }

    /// These members as they came, unread.
    pub fn members(&self, names: &[&str]) -> Map<String, Value> {
        let all = self.input.members().iter();
        let wanted = all.filter(|(name, value)| names.contains(&name.as_str()) && !value.is_null());
        wanted
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Notes that a member must be there, unless it is.
    pub fn must(&mut self, name: &str, shown: Shown, is_there: bool) {
        if !is_there {
            let path = self.path_of(name);
            self.constraints.missing(&path, shown);
        }
    }

    /// # Errors
    ///
    /// If the request breaks a form: all of them at once.
    pub fn finish(self) -> Result<(), Exception> {
        self.constraints.hold()
    }

    fn within<T>(
        &mut self,
        input: Input<'a>,
        path: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Exception>,
    ) -> Result<T, Exception> {
        let mut inner = Self {
            input,
            path: format!("{path}."),
            constraints: std::mem::take(&mut self.constraints),
        };
        let result = read(&mut inner);
        self.constraints = inner.constraints;
        result
    }

    /// A message names a member by its path, each name with a small letter first.
    fn path_of(&self, name: &str) -> String {
        let (first, rest) = name.split_at(1);
        format!("{}{}{rest}", self.path, first.to_ascii_lowercase())
    }
}
