//! A small JSON Schema check: the part of the language that the product's schemas speak, anything else being a failure.
//! Stricter than the standard in one point: what a schema does not name, a value must not have.

use regex_automata::meta::Regex;
use serde_json::{Map, Value};

/// Fails unless `value` is what `schema` documents.
#[track_caller]
pub fn assert_documented(value: &Value, schema: &Value) {
    if let Err(problem) = documented(value, schema) {
        panic!("{problem}\nin {value:#}");
    }
}

/// What of `value` is not what `schema` documents.
pub fn documented(value: &Value, schema: &Value) -> Result<(), String> {
    check(value, schema, schema, &[], "$")
}

const UNDERSTOOD: [&str; 20] = [
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "properties",
    "additionalProperties",
    "required",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "format",
    "minimum",
    "maximum",
    "default",
    "pattern",
    "patternProperties",
];

/// `also` names the members that a schema which refers to this one documents.
fn check(value: &Value, schema: &Value, root: &Value, also: &[&str], at: &str) -> Result<(), String> {
    let Some(schema) = schema.as_object() else { return Err(format!("{at}: {schema} is no schema")) };
    if schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        return Err(format!("{at}: additionalProperties: true documents nothing"));
    }
    if let Some(unknown) = schema.keys().find(|key| !UNDERSTOOD.contains(&key.as_str())) {
        return Err(format!("{at}: {unknown} is not understood"));
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let target = target.ok_or_else(|| format!("{at}: {reference} leads nowhere"))?;
        let own = schema.get("properties").and_then(Value::as_object);
        let own: Vec<_> = own.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        check(value, target, root, &own, at)?;
    }
    if let Some(choices) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
        let failures: Vec<_> = choices.iter().filter_map(|choice| check(value, choice, root, &[], at).err()).collect();
        if failures.len() == choices.len() {
            return Err(failures.join("; or "));
        }
    }
    if schema.get("const").is_some_and(|wanted| wanted != value)
        || schema.get("enum").and_then(Value::as_array).is_some_and(|wanted| !wanted.contains(value))
    {
        return Err(format!("{at}: {value} is not one of those allowed"));
    }
    match schema.get("type") {
        Some(Value::String(kind)) if !is(value, kind) => return Err(format!("{at}: expected {kind}, found {value}")),
        Some(Value::Array(kinds)) if !kinds.iter().any(|kind| is(value, kind.as_str().unwrap_or_default())) => {
            return Err(format!("{at}: expected one of {kinds:?}, found {value}"));
        }
        _ => {}
    }
    if let (Some(items), Some(elements)) = (schema.get("items"), value.as_array()) {
        for (index, element) in elements.iter().enumerate() {
            check(element, items, root, &[], &format!("{at}[{index}]"))?;
        }
    }
    if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str())
        && !matches(pattern, text)
    {
        return Err(format!("{at}: {text:?} does not match {pattern}"));
    }
    let bounds = [("minimum", true), ("maximum", false)];
    for (bound, above) in bounds.map(|(name, above)| (schema.get(name).and_then(Value::as_i64), above)) {
        if let (Some(bound), Some(number)) = (bound, value.as_i64())
            && if above { number < bound } else { number > bound }
        {
            return Err(format!("{at}: {number} is beyond {bound}"));
        }
    }
    let describes_members = ["properties", "patternProperties", "additionalProperties"];
    if let (true, Some(object)) = (describes_members.iter().any(|key| schema.contains_key(*key)), value.as_object()) {
        members(object, schema, root, also, at)?;
    }
    Ok(())
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).unwrap().is_match(text)
}

fn members(
    object: &Map<String, Value>,
    schema: &Map<String, Value>,
    root: &Value,
    also: &[&str],
    at: &str,
) -> Result<(), String> {
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    let named = |name: &str| schema.get("properties")?.get(name);
    let patterned = |name: &str| {
        let patterns = schema.get("patternProperties")?.as_object()?;
        patterns.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, schema)| schema)
    };
    let further = schema.get("additionalProperties").filter(|schema| schema.is_object());
    for (name, member) in object {
        match named(name).or_else(|| patterned(name)).or(further) {
            Some(schema) => check(member, schema, root, &[], &format!("{at}.{name}"))?,
            None if schema.contains_key("$ref") || also.contains(&name.as_str()) => {}
            None => return Err(format!("{at}: {name} is not documented")),
        }
    }
    Ok(())
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
