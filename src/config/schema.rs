//! The JSON Schema of `pybump.toml`, for editors.
//!
//! Owns how values that are spelt as text look. Its patterns refuse nothing that is read; what is read is decided where the
//! values are parsed.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::{
    Alias, Author, BranchName, CloneUrl, Config, Label, LedgerFolder, Listen, Maintainer, RepositoryName, Reviewer,
    VariantGlob,
};
use crate::model::{Architecture, ComponentVersion, Schedule, Series, SeriesRange, TrackedKey, Zone};

/// The JSON Schema of `pybump.toml`.
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Config>();
    schema.insert("title".into(), super::FILE.into());
    RecursiveTransform(without_null).transform(&mut schema);
    schema
}

/// A value that is not there is left out: TOML has no null.
fn without_null(schema: &mut Schema) {
    let is_null = |value: &Value| *value == "null" || value["type"] == "null";
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| !is_null(kind));
        if let [kind] = &kinds[..] {
            let kind = kind.clone();
            schema.insert("type".into(), kind);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| !is_null(choice));
        if let [Value::Object(choice)] = &choices[..] {
            let choice = choice.clone();
            schema.remove("anyOf");
            schema.ensure_object().extend(choice);
        }
    }
}

macro_rules! spelt {
    ($($type:ident $pattern:literal)+) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )+};
}

spelt! {
    Series r"^[0-9]+\.[0-9]+$"
    TrackedKey r"^[0-9]+\.[0-9]+(-rc)?$"
    SeriesRange r"^[0-9.,<>= ]+$"
    ComponentVersion r"^[0-9]"
    Architecture r"^[a-z0-9][a-z0-9-]*$"
    VariantGlob r"^[^,]*$"
    Label r"^[^,]+$"
    LedgerFolder r"^[^/\\:]+(/[^/\\:]+)*$"
    Maintainer r"^[^<>(),]+( <[^<>(),\s]+>)? \(@[^<>(),\s]+\)$"
    Alias r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
    RepositoryName r"^[A-Za-z0-9_-][A-Za-z0-9._-]*/[A-Za-z0-9_-][A-Za-z0-9._-]*$"
    BranchName r"^[A-Za-z0-9._/][A-Za-z0-9._/-]*$"
    Author r"^[^<>]+ <[^<>\s]+>$"
    Schedule r"^\s*\S+(\s+\S+){4}\s*$"
    Zone r"^[A-Za-z0-9_+/-]+$"
    Listen r"^[0-9A-Fa-f.:\[\]]+$"
    CloneUrl r"^\S+$"
    Reviewer r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)?$"
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    /// Every default that `part` names, in the shape of a configuration.
    fn defaults(part: &Value, root: &Value) -> Value {
        let target = part["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?));
        let properties = target.unwrap_or(part)["properties"].as_object();
        let members = properties.into_iter().flatten().filter_map(|(name, part)| {
            let value = part.get("default").cloned().unwrap_or_else(|| defaults(part, root));
            (!value.is_null()).then(|| (name.clone(), value))
        });
        let members: Map<_, _> = members.collect();
        if members.is_empty() { Value::Null } else { json!(members) }
    }

    #[test]
    fn the_defaults_that_it_names_are_those_in_force() {
        let schema = schema().to_value();
        let defaults = defaults(&schema, &schema);
        assert!(defaults["watch"]["schedule"].is_string() && defaults["publish"]["branch"].is_string(), "{defaults:#}");
        let config: Config = serde_json::from_value(defaults).unwrap();
        assert_eq!(config, Config::default());
    }
}
