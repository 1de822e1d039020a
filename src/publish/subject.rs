//! The first line of a series' commit, as upstream's bot words it.
//!
//! Owns the wording and nothing else: a function of the manifest entry before and after, so that it can be judged
//! against all of upstream's history.

use serde_json::{Map, Value};

use crate::model::TrackedKey;

/// `Update KEY`, then ` to ` and what is new in the entry, comma-joined: the CPython version, and each component as its
/// name and version. Only the former where neither is new, as when a checksum alone changed.
///
/// Follows `update.sh/versions-pipeline.groovy` of docker-library/oi-janky-groovy: everything in the entry that is an
/// object with a `version` is a component, and of a new key everything is new.
pub fn subject(key: TrackedKey, before: &Map<String, Value>, after: &Map<String, Value>) -> String {
    let known = versions(before);
    let new: Vec<_> = versions(after).into_iter().filter(|version| !known.contains(version)).collect();
    if new.is_empty() { format!("Update {key}") } else { format!("Update {key} to {}", new.join(", ")) }
}

/// The CPython version, then the components by name.
fn versions(entry: &Map<String, Value>) -> Vec<String> {
    let component = |(name, value): (&String, &Value)| Some(format!("{name} {}", value.get("version")?.as_str()?));
    let python = entry.get("version").and_then(Value::as_str).map(str::to_owned);
    let mut components: Vec<_> = entry.iter().filter_map(component).collect();
    components.sort_unstable();
    python.into_iter().chain(components).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GET_PIP: &str = "https://github.com/pypa/get-pip/commit/def4aec84b261b939137dd1c69eff0aabb4a7bf4";

    fn worded(key: &str, before: &Value, after: &Value) -> String {
        let entry = |value: &Value| value.as_object().cloned().unwrap_or_default();
        subject(key.parse().unwrap(), &entry(before), &entry(after))
    }

    #[test]
    fn what_is_new_is_named_in_upstreams_order() {
        let before =
            json!({ "version": "3.9.23", "setuptools": { "version": "58.1.0" }, "pip": { "version": "23.0.1" } });
        let after = json!({
            "version": "3.9.24", "setuptools": { "version": "79.0.1" }, "pip": { "version": "23.0.1" },
            "get-pip": { "version": GET_PIP, "url": "…", "sha256": "…" }, "checksums": { "source": { "sha256": "…" } },
        });
        assert_eq!(
            worded("3.9", &before, &after),
            format!("Update 3.9 to 3.9.24, get-pip {GET_PIP}, setuptools 79.0.1")
        );
    }

    #[test]
    fn a_checksum_alone_a_variant_alone_and_a_component_that_goes_leave_the_key_bare() {
        let before = json!({ "version": "3.13.10", "checksums": { "source": { "sha256": "a" } }, "variants": ["a", "b"],
                             "setuptools": { "version": "79.0.1" } });
        let after = json!({ "version": "3.13.10", "checksums": { "source": { "sha256": "b" } }, "variants": ["a"] });
        assert_eq!(worded("3.13", &before, &after), "Update 3.13");
    }

    #[test]
    fn of_a_new_key_everything_is_new() {
        let after = json!({ "version": "3.15.0a1", "checksums": {}, "pip": { "version": "25.2" } });
        assert_eq!(worded("3.15-rc", &json!(null), &after), "Update 3.15-rc to 3.15.0a1, pip 25.2");
    }
}
