//! The schema of `pybump.toml`, the file that init writes, and the README's tables: they say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::folder::Folder;
use crate::support::run::bare;
use crate::support::schema::{assert_documented, documented};

fn schema() -> Value {
    bare(&["schema", "config"]).ended(0).json()
}

fn json(toml: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"))).unwrap()
}

fn generated() -> String {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    folder.read("pybump.toml")
}

/// `text` with every key in force.
fn in_force(text: &str) -> String {
    let key =
        |line: &&str| line.starts_with("#[") || line.starts_with("#\"") || line[1..].starts_with(char::is_lowercase);
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !line.starts_with("#:") && key(&line) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every key that the schema has, to its schema; names of one's own, as in `series."3.11"`, are `*`.
fn keys(schema: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut rest = vec![(String::new(), schema.clone())];
    while let Some((path, part)) = rest.pop() {
        let target = part["$ref"].as_str().map(|reference| schema.pointer(&reference[1..]).unwrap().clone());
        let described = target.as_ref().filter(|target| target["properties"].is_object()).unwrap_or(&part);
        let properties = described["properties"].as_object().into_iter().flatten();
        let patterns = described["patternProperties"].as_object().into_iter().flatten().map(|(_, part)| ("*", part));
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let members: Vec<_> = properties
            .map(|(name, part)| (name.as_str(), part))
            .chain(patterns)
            .map(|(name, part)| (below(name), part.clone()))
            .collect();
        // A table that is written in one line, and a list by key, are values.
        let is_value = members.is_empty() || path.ends_with(".override") || path.ends_with(".aliases");
        if is_value {
            found.insert(path, part);
        } else {
            rest.extend(members);
        }
    }
    found
}

/// The keys of a table as they are set, in the same spelling.
fn set(table: &Value, of: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut rest = vec![(String::new(), table.clone())];
    while let Some((path, value)) = rest.pop() {
        match value.as_object().filter(|_| !of.contains_key(&path)) {
            None => {
                found.insert(path, value);
            }
            Some(members) => rest.extend(members.iter().map(|(name, value)| {
                let name = if path == "series" { "*" } else { name };
                (if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }, value.clone())
            })),
        }
    }
    found
}

/// The keys that the tables of the README's section on configuration have, in the same spelling.
fn of_the_readme() -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let section = text.split("\n## Configuration\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in section.lines() {
        if let Some((name, _)) = line.strip_prefix("`[").and_then(|rest| rest.split_once("]`")) {
            table = format!("{name}.");
        }
        let Some(cell) = line.strip_prefix("| `").and_then(|line| line.split(" | ").next()) else { continue };
        for name in cell.split('`').step_by(2).filter(|name| !name.trim_matches([',', ' ']).is_empty()) {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            let plain: Vec<_> =
                name.split('"').enumerate().map(|(at, part)| if at % 2 == 1 { "*" } else { part }).collect();
            found.insert(format!("{table}{}", plain.concat()));
        }
    }
    found
}

#[test]
fn the_generated_file_is_read_and_is_what_the_schema_says() {
    let text = generated();
    assert_documented(&json(&text), &schema());
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    folder.run(&["signers"]).ended(0).said("pinned by ./state/signers.toml");
    let set: Vec<_> = set(&json(&text), &keys(&schema())).into_iter().collect();
    insta::assert_debug_snapshot!(set, @r#"
    [
        (
            "ledger",
            String("state/ledger"),
        ),
        (
            "mirrors",
            Object {},
        ),
        (
            "notify.issue",
            Bool(true),
        ),
        (
            "signers",
            String("state/signers.toml"),
        ),
    ]
    "#);
}

#[test]
fn the_generated_file_points_editors_at_a_schema_beside_it() {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    assert_eq!(folder.read("pybump.toml").lines().next(), Some("#:schema ./state/pybump.schema.json"));
    assert_eq!(folder.read("state/pybump.schema.json"), bare(&["schema", "config"]).ended(0).raw);
}

#[test]
fn every_key_is_in_the_generated_file_and_in_the_readme_and_no_other_is() {
    let known = keys(&schema());
    let names: BTreeSet<_> = known.keys().cloned().collect();
    let shown = json(&in_force(&generated()));
    let of_the_file: BTreeSet<_> = set(&shown, &known).into_keys().collect();
    assert_eq!(of_the_file, names, "the generated pybump.toml and the schema");
    assert_eq!(of_the_readme(), names, "the README and the schema");
    assert!(names.len() > 25, "{names:?}");
}

#[test]
fn whatever_the_generated_file_shows_can_be_put_in_force() {
    let text = in_force(&generated());
    assert_documented(&json(&text), &schema());
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    folder.write("pybump.toml", text);
    folder.run(&["signers"]).ended(0);
}

#[test]
fn what_stands_commented_out_is_the_default() {
    let (known, text) = (keys(&schema()), generated());
    let set_there = set(&json(&text), &known);
    let shown = set(&json(&in_force(&text)), &known);
    let with_default = known.iter().filter_map(|(name, schema)| Some((name, schema.get("default")?)));
    let mut compared = 0;
    for (name, default) in with_default.filter(|(name, _)| !set_there.contains_key(*name) && *name != "mirrors") {
        if default != &shown[name] {
            // What of a list is shown is an example.
            assert_eq!(default, &serde_json::json!([]), "{name} is shown as {}", shown[name]);
        }
        compared += 1;
    }
    assert!(compared > 8, "{compared}");
}

#[test]
fn what_pybump_refuses_the_schema_refuses_too() {
    let schema = schema();
    let folder = Folder::empty();
    for text in [
        "concurency = 4",
        "concurrency = 0",
        "concurrency = 257",
        "concurrency = \"4\"",
        "windows-grace = \"soon\"",
        "windows-grace = 24",
        "signers = 1",
        "ledger = \"/srv/ledger\"",
        "get-pip.alon = true",
        "[series.\"3.x\"]",
        "[series.\"3.11\"]\nsetuptool = {}",
        "[series.\"3.11\".setuptools]\nfloor = \"newest\"",
        "[series.\"3.11\".setuptools]\noverride = { version = \"79.0.1\", expires = \"2027-10-31\" }",
        "[series.\"3.11\".setuptools]\noverride = { version = \"79.0.1\", reason = \" \", expires = \"2027-10-31\" }",
        "[publish]\nrepository = \"python\"",
        "[publish]\nbranch = \"a b\"",
        "[publish]\ngroup = \"serie\"",
        "[publish]\ncommit = \"signed\"",
        "[publish]\nauthor = \"Ann\"",
        "[publish]\nsign-off = \"yes\"",
        "[publish]\nreviewers = [\"@ann\"]",
        "[publish.library]\nfork = \"x\"",
        "[publish.library]\nenable = true",
        "[library]\nmaintainers = [\"Ann\"]",
        "[library]\ngit-repo = \"http://example.org/x.git\"",
        "[library]\ngenerator = \"a b\"",
        "[library]\naliases = { latest = [\"3\"] }",
        "[library]\naliases = { \"3.14\" = [\"a b\"] }",
        "[library]\nexclude = [{ series = \"3.14\" }]",
        "[library]\nexclude = [{ architecture = \"AMD64\" }]",
        "[notify]\nlabels = [\"a,b\"]",
        "[notify]\nwebhook = \"https://hooks.example/\"",
    ] {
        folder.write("pybump.toml", text);
        folder.run(&["signers"]).ended(2).said("pybump.toml");
        assert!(documented(&json(text), &schema).is_err(), "the schema takes {text}");
    }
}

#[test]
fn what_pybump_reads_the_schema_takes() {
    let schema = schema();
    let folder = Folder::empty();
    for text in [
        "",
        "windows-grace = \"1h 30m\"\nstale-after = \"0s\"",
        "ledger = \"state/the ledger\"",
        "mirrors = { \"https://a.example/\" = \"http://127.0.0.1:1/\" }",
        "[publish]\nauthor = \"Łukasz L. <bot+1@example.org>\"\nreviewers = [\"ann\", \"acme/images\"]\nlabels = [\"bot: bump\"]",
        "[publish]\nrepository = \"a-b/c.d_e\"\nbranch = \"bot/bump-3.14\"\ncommit = \"verified\"\ngroup = \"series\"",
        "[library]\nmaintainers = [\"Á B (@a)\", \"A B <a@example.org> (@a-b)\"]\ngit-repo = \"https://example.org/a/b\"",
        "[library]\ngenerator = \"tools/make.sh\"\naliases = { \"3.15-rc\" = [\"rc\"], \"3.14\" = [] }",
        "[library]\nexclude = [{ architecture = \"s390x\", series = \">=3.10, <3.14\", variants = \"windows/*\" }]",
        "[series.\"3.10\".setuptools]\nfloor = \"65.5.1\"",
    ] {
        folder.write("pybump.toml", text);
        folder.run(&["signers"]).ended(0);
        assert_documented(&json(text), &schema);
    }
}
