//! `versions.json`: reading it strictly, and editing it so that what is not edited keeps every byte.
//!
//! An edited entry is spelt as `jq -S .` would spell it, so that a file in that form stays in it. Unknown keys of an
//! entry survive an edit.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::jq_json;
use crate::model::{
    CommitSha, ComponentVersion, Entry, InvalidValue, Manifest, PythonVersion, Sha256, TrackedKey, Variant,
};

/// The text of a manifest, with where each entry lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestText {
    text: String,
    spans: Vec<(TrackedKey, std::ops::Range<usize>)>,
    manifest: Manifest,
}

/// A manifest that cannot be used: where, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ManifestError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in bytes.
    pub column: usize,
    /// What was expected and found.
    pub problem: String,
}

impl ManifestText {
    /// Reads the text of a `versions.json`.
    pub fn parse(text: String) -> Result<Self, ManifestError> {
        let document: Document<'_> = serde_json::from_str(&text).map_err(|error| located(&error, ""))?;
        let mut spans = Vec::new();
        let mut entries = BTreeMap::new();
        for (key, raw) in document.0 {
            let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
            let before = &text[..start];
            let key: TrackedKey = key.parse().map_err(|invalid| at(before, format!("{invalid}")))?;
            let shape: Shape = serde_json::from_str(raw.get()).map_err(|error| located(&error, before))?;
            let entry = shape.entry(key).map_err(|fault| fault.located(key, before, raw.get()))?;
            if entries.insert(key, entry).is_some() {
                return Err(at(before, format!("{key}: the key stands twice; keep one of the two entries")));
            }
            spans.push((key, start..start + raw.get().len()));
        }
        Ok(Self { spans, manifest: Manifest { entries }, text })
    }

    /// The text as it stands in the file.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The keys in the order in which they stand in the file.
    pub fn keys(&self) -> impl Iterator<Item = TrackedKey> {
        self.spans.iter().map(|(key, _)| *key)
    }

    /// The entry of `key` with all it holds, known or unknown; empty if there is none.
    pub fn entry(&self, key: TrackedKey) -> Map<String, Value> {
        let span = self.spans.iter().find(|(other, _)| *other == key).map(|(_, span)| span.clone());
        match span.map(|span| serde_json::from_str(&self.text[span])) {
            Some(Ok(Value::Object(map))) => map,
            _ => Map::new(),
        }
    }

    /// The text with `key` set to `entry`; every other byte stays.
    pub fn with_entry(&self, key: TrackedKey, entry: &Map<String, Value>) -> Result<Self, ManifestError> {
        let spelt = jq_json::sorted(&Value::Object(entry.clone()), 1);
        let mut text = self.text.clone();
        if let Some((_, span)) = self.spans.iter().find(|(other, _)| *other == key) {
            text.replace_range(span.clone(), &spelt);
        } else if self.spans.is_empty() {
            text = format!("{}\n", jq_json::sorted(&json!({ key.to_string(): entry }), 0));
        } else {
            // jq orders keys as text: 3.10 comes before 3.9.
            let name = key.to_string();
            if let Some((next, span)) = self.spans.iter().find(|(other, _)| other.to_string() > name) {
                let quoted = format!("\"{next}\"");
                let start = text[..span.start].rfind(&quoted).unwrap_or(span.start);
                text.insert_str(start, &format!("\"{name}\": {spelt},\n  "));
            } else {
                let end = self.spans.last().map_or(0, |(_, span)| span.end);
                text.insert_str(end, &format!(",\n  \"{name}\": {spelt}"));
            }
        }
        Self::parse(text)
    }
}

/// The top level: keys and raw entries in file order, duplicates included.
struct Document<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Document<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of manifest keys such as \"3.14\"")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Document(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an entry with a version and variants")]
struct Shape {
    version: String,
    variants: Vec<String>,
    #[serde(default)]
    checksums: Checksums,
    setuptools: Option<Versioned>,
    pip: Option<Pip>,
    #[serde(rename = "get-pip")]
    get_pip: Option<Versioned>,
    gpg: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(expecting = "checksums by artifact")]
struct Checksums {
    source: Option<Checksum>,
    windows: Option<Checksum>,
}

#[derive(Deserialize)]
#[serde(expecting = "a checksum such as {\"sha256\": …}")]
struct Checksum {
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a component with a version")]
struct Versioned {
    version: String,
}

/// Before July 2023 docker-library kept the get-pip pin inside `pip`; such an entry's pip is left alone.
#[derive(Deserialize)]
#[serde(expecting = "a component with a version")]
struct Pip {
    version: String,
    url: Option<String>,
}

/// What the version of a get-pip pin starts with; a commit id follows.
const GET_PIP_COMMIT: &str = "https://github.com/pypa/get-pip/commit/";

/// A value of an entry that is not what it should be, and the text by which it is found.
struct Fault {
    problem: String,
    text: String,
}

impl Fault {
    fn new(text: &str, problem: impl fmt::Display) -> Self {
        Self { problem: problem.to_string(), text: text.to_owned() }
    }

    /// The error at the place of the value in `raw`, which follows `before`.
    fn located(self, key: TrackedKey, before: &str, raw: &str) -> ManifestError {
        let offset = serde_json::to_string(&self.text).ok().and_then(|quoted| raw.rfind(&quoted)).unwrap_or(0);
        at(&format!("{before}{}", &raw[..offset]), format!("{key}: {}", self.problem))
    }
}

fn value<T: FromStr<Err = InvalidValue>>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|invalid| Fault::new(text, invalid))
}

impl Shape {
    fn entry(self, key: TrackedKey) -> Result<Entry, Fault> {
        let version: PythonVersion = value(&self.version)?;
        if !key.admits(&version) {
            return Err(Fault::new(&self.version, format!("version {version} is not a release that this key tracks")));
        }
        let mut variants = Vec::<Variant>::new();
        for text in &self.variants {
            let variant = value(text)?;
            if variants.contains(&variant) {
                return Err(Fault::new(text, format!("variant {variant} stands twice")));
            }
            variants.push(variant);
        }
        let sha256 = |checksum: Option<Checksum>| -> Result<Option<Sha256>, Fault> {
            checksum.and_then(|checksum| checksum.sha256).map(|text| value(&text)).transpose()
        };
        let component = |component: Option<Versioned>| -> Result<Option<ComponentVersion>, Fault> {
            component.map(|component| value(&component.version)).transpose()
        };
        let pip = self.pip.filter(|pip| pip.url.is_none()).map(|pip| Versioned { version: pip.version });
        Ok(Entry {
            version,
            variants,
            source: sha256(self.checksums.source)?,
            windows: sha256(self.checksums.windows)?,
            setuptools: component(self.setuptools)?,
            pip: component(pip)?,
            get_pip: self.get_pip.map(|pin| commit(&pin.version)).transpose()?,
            gpg_key: self.gpg.as_ref().and_then(|gpg| gpg.get("key")?.as_str()).map(value).transpose()?,
        })
    }
}

fn commit(version: &str) -> Result<CommitSha, Fault> {
    match version.strip_prefix(GET_PIP_COMMIT) {
        Some(sha) => sha.parse().map_err(|invalid: InvalidValue| Fault::new(version, invalid)),
        None => Err(Fault::new(version, InvalidValue::new("a get-pip version, the URL of its commit", version))),
    }
}

/// The error of a part of the text that follows `before`, at its place in the whole.
fn located(error: &serde_json::Error, before: &str) -> ManifestError {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    let start = at(before, String::new());
    ManifestError {
        line: start.line + error.line().max(1) - 1,
        column: if error.line() <= 1 { start.column - 1 + error.column().max(1) } else { error.column().max(1) },
        problem: problem.to_owned(),
    }
}

/// An error at the end of `before`.
fn at(before: &str, problem: String) -> ManifestError {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    ManifestError { line: before.matches('\n').count() + 1, column: before.len() - line_start + 1, problem }
}

#[cfg(test)]
#[path = "versions_json/tests.rs"]
mod tests;
