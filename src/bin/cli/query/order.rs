//! The order of an object's members.

use std::fmt::Write as _;

use jmespath::{Rcvar, Variable};
use serde_json::Value;

use crate::shape::{Member, Shape};

/// Orders that members may have: those that a query makes, then those of the API.
pub struct Order(Vec<Vec<String>>);

impl Order {
    /// Of each structure of an answer.
    pub fn of(members: &[Member]) -> Self {
        let mut orders = Vec::new();
        add_structures(&mut orders, members);
        Self(orders)
    }

    /// One that a query makes goes first.
    pub fn add(&mut self, names: impl Iterator<Item = String>) {
        self.0.insert(0, names.collect());
    }

    /// A value with its members in order.
    pub fn restored(&self, value: &Variable) -> Value {
        match value {
            Variable::Null | Variable::Expref(_) => Value::Null,
            Variable::Bool(value) => Value::from(*value),
            Variable::Number(number) => Value::from(number.clone()),
            Variable::String(text) => Value::from(text.as_str()),
            Variable::Array(items) => items.iter().map(|item| self.restored(item)).collect(),
            Variable::Object(_) => {
                let members = self.members(value).into_iter();
                Value::Object(
                    members
                        .map(|(name, it)| (name.clone(), self.restored(it)))
                        .collect(),
                )
            }
        }
    }

    pub fn keys(&self, object: &Variable) -> Variable {
        let names = self.members(object).into_iter().map(|(name, _)| name);
        Variable::Array(
            names
                .map(|name| Rcvar::new(Variable::String(name.clone())))
                .collect(),
        )
    }

    /// Null for what has no members.
    pub fn values(&self, object: &Variable) -> Variable {
        if !object.is_object() {
            return Variable::Null;
        }
        let members = self.members(object).into_iter();
        Variable::Array(members.map(|(_, value)| Rcvar::clone(value)).collect())
    }

    /// A text as it is, anything else as JSON, which has ASCII alone in Python.
    pub fn string(&self, value: &Variable) -> Variable {
        if let Some(text) = value.as_string() {
            return Variable::String(text.clone());
        }
        let mut ascii = String::new();
        for character in self.restored(value).to_string().chars() {
            if character.is_ascii() {
                ascii.push(character);
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
        Variable::String(ascii)
    }

    /// By the first order that has all of them.
    fn members<'a>(&self, object: &'a Variable) -> Vec<(&'a String, &'a Rcvar)> {
        let mut members: Vec<_> = object.as_object().into_iter().flatten().collect();
        let place = |order: &[String], name: &String| order.iter().position(|it| it == name);
        let mut orders = self.0.iter();
        let order = orders.find(|order| members.iter().all(|(name, _)| order.contains(name)));
        if let Some(order) = order {
            members.sort_by_key(|(name, _)| place(order, name));
        }
        members
    }
}

fn add_structures(orders: &mut Vec<Vec<String>>, members: &[Member]) {
    orders.push(members.iter().map(|it| it.name.to_owned()).collect());
    for member in members {
        match &member.shape {
            Shape::Structure(members) | Shape::List(Shape::Structure(members)) => {
                add_structures(orders, members);
            }
            _ => {}
        }
    }
}
