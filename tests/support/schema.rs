//! A small JSON Schema check: the part of the language that the product's schemas speak, anything else being a failure.
//! Stricter than the standard in one point: what a schema does not name, a value must not have.

use serde_json::{Map, Value};

/// Fails unless `value` is what `schema` documents.
#[track_caller]
pub fn assert_documented(value: &Value, schema: &Value) {
    if let Err(problem) = check(value, schema, schema, &[], "$") {
        panic!("{problem}\nin {value:#}");
    }
}

const UNDERSTOOD: [&str; 17] = [
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
];

/// `also` names the members that a schema which refers to this one documents.
fn check(value: &Value, schema: &Value, root: &Value, also: &[&str], at: &str) -> Result<(), String> {
    let Some(schema) = schema.as_object() else { return Err(format!("{at}: {schema} is no schema")) };
    if schema.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false)) {
        return Err(format!("{at}: only additionalProperties: false is understood"));
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
    if let (Some(properties), Some(object)) = (schema.get("properties").and_then(Value::as_object), value.as_object()) {
        members(object, properties, schema, root, also, at)?;
    }
    Ok(())
}

fn members(
    object: &Map<String, Value>,
    properties: &Map<String, Value>,
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
    for (name, member) in object {
        match properties.get(name) {
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
