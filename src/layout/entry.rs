//! A manifest entry after a change. The only place where a digest is written: an artifact's comes out of a verified
//! artifact, that of the get-pip script out of its pin.

use serde_json::{Map, Value, json};

use super::versions_json::ManifestText;
use crate::model::{ArtifactKind, Sha256, TrackedKey};
use crate::resolve::{Change, ComponentChange};
use crate::verify::VerifiedArtifact;

/// The entry of `key` in `text` after `change`. Keys that pybump does not know survive.
///
/// Follows docker-library/python's `versions.sh`: `checksums.source.sha256`, and `checksums.windows.sha256` where there
/// are Windows variants. Digests of other algorithms belong to the file that was, and go with it.
pub fn after(text: &ManifestText, key: TrackedKey, change: &Change) -> Map<String, Value> {
    let mut entry = text.entry(key);
    entry.insert("version".into(), json!(change.to));
    entry.insert("variants".into(), json!(change.variants));
    let checksums = object(&mut entry, "checksums");
    for artifact in change.artifacts() {
        set_checksum(checksums, artifact);
    }
    if change.windows.is_none() && (change.from.as_ref() != Some(&change.to) || !change.dropped.is_empty()) {
        checksums.remove(&ArtifactKind::Windows.to_string());
    }
    if let Some((_, key)) = &change.gpg_key {
        object(&mut entry, "gpg").insert("key".into(), json!(key));
    }
    for component in &change.components {
        match component {
            ComponentChange::Package { name, to, .. } => {
                object(&mut entry, name.as_str()).insert("version".into(), json!(to));
            }
            ComponentChange::GetPip { to, .. } => {
                let pin = object(&mut entry, "get-pip");
                pin.insert("version".into(), json!(to.version()));
                pin.insert("url".into(), json!(to.url));
                pin.insert("sha256".into(), json!(to.sha256));
            }
        }
    }
    entry
}

/// The entry of `key` in `text` with the digest of `artifact` in place of the one that it holds for that kind; the rest
/// stays. It makes an alarm's digest the manifest's, so it is for a commit that a person is to judge.
pub fn accepting(text: &ManifestText, key: TrackedKey, artifact: &VerifiedArtifact) -> Map<String, Value> {
    let mut entry = text.entry(key);
    set_checksum(object(&mut entry, "checksums"), artifact);
    entry
}

fn set_checksum(checksums: &mut Map<String, Value>, artifact: &VerifiedArtifact) {
    let recorded = object(checksums, &artifact.artifact().kind.to_string());
    let same = recorded.get("sha256").and_then(Value::as_str).and_then(|text| text.parse::<Sha256>().ok());
    if same != Some(artifact.sha256()) {
        *recorded = Map::from_iter([("sha256".to_owned(), json!(artifact.sha256()))]);
    }
}

/// The object at `name`, made if it is missing or something else.
fn object<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was just made an object")
}
