//! `--output text`: tabs between values, a line for each map or list, members sorted by name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{has_parts, scalar, table::mixed};
use crate::error::Error;

pub fn of(value: &Value) -> Result<String, Error> {
    let mut text = String::new();
    write(&mut text, value, None, None)?;
    Ok(text)
}

/// The name is that of the member that the value is, and begins each of its lines. The columns are
/// those of all maps in the list around it.
fn write(
    text: &mut String,
    value: &Value,
    name: Option<&str>,
    columns: Option<&BTreeSet<&String>>,
) -> Result<(), Error> {
    match value {
        Value::Object(members) => write_map(text, members, name, columns),
        Value::Array(items) => write_list(text, items, name),
        value => {
            line(text, &[scalar(value)]);
            Ok(())
        }
    }
}

fn write_list(text: &mut String, items: &[Value], name: Option<&str>) -> Result<(), Error> {
    if items.iter().any(Value::is_object) {
        let maps: Option<Vec<_>> = items.iter().map(Value::as_object).collect();
        let maps = maps.ok_or_else(mixed)?.into_iter();
        let columns = maps.flatten().filter(|(_, value)| !has_parts(value));
        let columns = columns.map(|(name, _)| name).collect();
        for item in items {
            write(text, item, name, Some(&columns))?;
        }
        return Ok(());
    }
    let (lists, scalars): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.is_array());
    let scalars: Vec<_> = scalars.into_iter().map(scalar).collect();
    match name {
        Some(name) => {
            for value in scalars {
                line(text, &[name.to_uppercase(), value]);
            }
        }
        None if !scalars.is_empty() => line(text, &scalars),
        None => {}
    }
    for list in lists {
        write(text, list, name, None)?;
    }
    Ok(())
}

fn write_map(
    text: &mut String,
    members: &Map<String, Value>,
    name: Option<&str>,
    columns: Option<&BTreeSet<&String>>,
) -> Result<(), Error> {
    let mut values = Vec::new();
    let mut parts = Vec::new();
    if let Some(columns) = columns {
        let value = |name: &&String| members.get(*name).map(scalar).unwrap_or_default();
        values.extend(columns.iter().map(value));
    }
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    for (name, value) in sorted {
        match columns {
            Some(columns) if columns.contains(name) => {}
            None if !has_parts(value) => values.push(scalar(value)),
            _ => parts.push((name, value)),
        }
    }
    if !values.is_empty() {
        if let Some(name) = name {
            values.insert(0, name.to_uppercase());
        }
        line(text, &values);
    }
    for (name, value) in parts {
        write(text, value, Some(name), None)?;
    }
    Ok(())
}

fn line(text: &mut String, values: &[String]) {
    text.push_str(&values.join("\t"));
    text.push('\n');
}
