//! Renders of whole templates: the language, its errors, and what a hostile template gets.

mod errors;
mod hostile;
mod language;

use std::path::Path;

use super::*;

const MANIFEST: &str = r#"{
  "3.14": {"version": "3.14.6", "variants": ["trixie", "alpine3.24"], "checksums": {"source": {"sha256": "abc"}}, "n": 5},
  "3.15-rc": null
}"#;

const LINUX: Variables<'_> = Variables { version: "3.14", variant: "slim-trixie", windows: None };

fn render_in(folder: &Path, text: &str) -> Result<String, TemplateError> {
    let manifest = ManifestValue::parse(MANIFEST).unwrap();
    Template::compile("T", text, folder)?.render(&manifest, &LINUX)
}

fn render(text: &str) -> Result<String, TemplateError> {
    render_in(Path::new("no such folder"), text)
}

fn rendered(text: &str) -> String {
    render(text).unwrap_or_else(|error| panic!("{text:?} does not render: {error}"))
}

fn error_of(text: &str) -> String {
    match render(text) {
        Ok(output) => panic!("{text:?} renders to {output:?}"),
        Err(error) => error.to_string(),
    }
}
