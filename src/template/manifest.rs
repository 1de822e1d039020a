//! The manifest as templates see it: one JSON value a key.

use std::collections::BTreeMap;

use jaq_json::Val;
use serde_json::value::RawValue;

/// The manifest's entries by key, each as its JSON text: a render parses only the entry it is for.
#[derive(Debug, Clone)]
pub struct ManifestValue(BTreeMap<String, Box<RawValue>>);

impl ManifestValue {
    /// Parses a manifest, a JSON object of one entry a tracked key.
    ///
    /// The error is [`serde_json`]'s, with line and column; nesting is limited to its 128 levels.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        // Raw values are skipped over at any depth: parse them once for real, so that the interpreter may recurse.
        let _: BTreeMap<String, serde_json::Value> = serde_json::from_str(json)?;
        serde_json::from_str(json).map(Self)
    }

    /// The entry of `key` for the interpreter.
    pub(super) fn entry(&self, key: &str) -> Option<Val> {
        let json = self.0.get(key)?;
        Some(jaq_json::read::parse_single(json.get().as_bytes()).expect("what serde_json accepts is JSON"))
    }
}
