//! Reads the jq files that a template includes or imports.
//!
//! Only files in the template's own folder: nothing above it, nothing through a link that leads out of it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use jaq_core::load::{File, Import, lex::StrPart, parse::Term};

use super::{CODE_LIMIT, depth};

/// Where a part of a program came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Source {
    /// The built-in definitions.
    #[default]
    Builtin,
    /// The template.
    Template,
    /// A file in the template's folder, by its name there.
    Included(String),
}

/// Reads `import` from `folder`. The error says why not, without the path.
pub(super) fn read(folder: &Path, import: &Import<'_, &str, Source>) -> Result<File<String, Source>, String> {
    refuse_search_path(import.meta.as_ref())?;
    let name = format!("{}.jq", import.path);
    if !Path::new(&name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("only files in the template's own folder can be included".to_owned());
    }
    let path = inside(folder, &name)?;
    let size = fs::metadata(&path).map_err(|error| error.to_string())?.len();
    if size > CODE_LIMIT as u64 {
        return Err(format!("{name} has {size} bytes; the limit is {CODE_LIMIT}"));
    }
    let code = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
    let levels = depth::levels(&code);
    if levels > depth::LIMIT {
        return Err(format!("{name} has {levels} levels; the limit is {}", depth::LIMIT));
    }
    Ok(File { code, path: Source::Included(name) })
}

fn inside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let real = |path: &Path| path.canonicalize();
    let path = real(&folder.join(name)).map_err(|error| format!("{name} in {}: {error}", folder.display()))?;
    let folder = real(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if !path.starts_with(folder) {
        return Err(format!("{name} is a link that leads out of the template's folder"));
    }
    if !path.is_file() {
        return Err(format!("{name} is not a file"));
    }
    Ok(path)
}

/// `include "x" {search: "…"}` names folders to search; the template's own is the only one there is.
fn refuse_search_path(meta: Option<&Term<&str>>) -> Result<(), String> {
    let own_folder = |term: &Term<&str>| match term {
        Term::Str(None, parts) => matches!(parts[..], [StrPart::Str("." | "./")]),
        _ => false,
    };
    match meta {
        None => Ok(()),
        Some(Term::Obj(entries)) if entries.iter().all(|(_, value)| value.as_ref().is_some_and(own_folder)) => Ok(()),
        Some(_) => Err("the only search path that is allowed is {search: \"./\"}".to_owned()),
    }
}
