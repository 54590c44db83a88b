//! `--output table`: sections one below the other, as wide as the widest, each level in another
//! pair of bars. A rule of the AWS CLI's is named where it would surprise.

mod section;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use self::section::Section;
use super::{has_parts, scalar};
use crate::error::Error;

/// Where nothing says how wide the terminal is.
pub const USUAL_WIDTH: usize = 80;

/// How a table looks.
#[derive(Clone, Copy)]
pub struct Style {
    pub has_color: bool,
    /// Columns. In a wider table, a section with one row has its columns below each other.
    pub width: usize,
}

/// The table, or nothing for a value without content.
pub fn of(value: &Value, title: &str, style: Style) -> Result<String, Error> {
    let mut table = Table::default();
    table.add(Some(title), value, 0)?;
    Ok(table.rendered(style))
}

#[derive(Default)]
struct Table(Vec<Section>);

impl Table {
    fn rendered(mut self, style: Style) -> String {
        let width = |sections: &[Section]| sections.iter().map(Section::width).max();
        if width(&self.0).is_some_and(|width| width > style.width) {
            self.0.iter_mut().for_each(Section::turn);
        }
        let mut text = String::new();
        if let Some(width) = width(&self.0) {
            let line = format!("{}\n", "-".repeat(width));
            section::write(&mut text, &line, style.has_color);
            for section in &self.0 {
                section.render(&mut text, width, style.has_color);
            }
        }
        text
    }

    /// A list in a list goes on in the section of that one, and has no title.
    fn add(&mut self, title: Option<&str>, value: &Value, level: usize) -> Result<(), Error> {
        if is_empty(value) {
            return Ok(());
        }
        if let Some(title) = title {
            self.0.push(Section::new(title, level));
        }
        match value {
            Value::Array(items) if items[0].is_object() => {
                let maps: Option<Vec<_>> = items.iter().map(Value::as_object).collect();
                let maps = maps.ok_or_else(mixed)?;
                self.add_maps(&maps, title, level)
            }
            Value::Array(items) => items.iter().try_for_each(|item| match item {
                Value::Array(row) if row.iter().any(has_parts) => self.add(None, item, 0),
                Value::Array(row) => self.add_row(row.iter().map(scalar).collect()),
                // The AWS CLI shows the names of a map's members here.
                Value::Object(map) => self.add_row(map.keys().cloned().collect()),
                item => self.add_row(vec![scalar(item)]),
            }),
            Value::Object(map) => self.add_map(map, level),
            // A single value is left out, for all that it has a title.
            _ => Ok(()),
        }
    }

    fn add_map(&mut self, map: &Map<String, Value>, level: usize) -> Result<(), Error> {
        let (names, parts) = partition([map].into_iter());
        let values: Vec<_> = names.iter().map(|name| scalar(&map[*name])).collect();
        let names: Vec<_> = names.into_iter().cloned().collect();
        match (names.len(), values) {
            (0, _) => {}
            // A single value stands beside its name.
            (1, values) => self.add_row([names, values].concat())?,
            (_, values) => {
                self.current().set_header(names);
                self.add_row(values)?;
            }
        }
        for part in parts {
            self.add(Some(part), &map[part], level + 1)?;
        }
        Ok(())
    }

    fn add_maps(
        &mut self,
        maps: &[&Map<String, Value>],
        title: Option<&str>,
        level: usize,
    ) -> Result<(), Error> {
        let (names, parts) = partition(maps.iter().copied());
        let header: Vec<_> = names.iter().map(|name| (*name).clone()).collect();
        for (index, map) in maps.iter().enumerate() {
            if index > 0 && !parts.is_empty() {
                self.0.push(Section::new(title.unwrap_or_default(), level));
            }
            if index == 0 || !parts.is_empty() {
                self.current().set_header(header.clone());
            }
            let value = |name: &&String| map.get(*name).map(scalar).unwrap_or_default();
            self.add_row(names.iter().map(value).collect())?;
            for part in parts.iter().filter_map(|part| map.get_key_value(*part)) {
                self.add(Some(part.0), part.1, level + 1)?;
            }
        }
        Ok(())
    }

    fn add_row(&mut self, row: Vec<String>) -> Result<(), Error> {
        if self.current().add_row(row) {
            Ok(())
        } else {
            Err(Error::Reply(
                "a table can't show rows of different lengths: use --output json".to_owned(),
            ))
        }
    }

    fn current(&mut self) -> &mut Section {
        if self.0.is_empty() {
            self.0.push(Section::new("", 0));
        }
        self.0.last_mut().expect("there is one")
    }
}

/// The names of single values and of values with parts, in any of the maps, sorted.
fn partition<'a>(
    maps: impl Iterator<Item = &'a Map<String, Value>>,
) -> (BTreeSet<&'a String>, BTreeSet<&'a String>) {
    let (parts, names): (Vec<_>, Vec<_>) = maps.flatten().partition(|(_, value)| has_parts(value));
    let names_of =
        |members: Vec<(&'a String, &'a Value)>| members.into_iter().map(|(name, _)| name).collect();
    (names_of(names), names_of(parts))
}

/// What Python takes for false.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// A list that begins with a map, or has one, goes on with something else.
pub fn mixed() -> Error {
    let what = "a list of maps and other values can't be shown like this: use --output json";
    Error::Reply(what.to_owned())
}
