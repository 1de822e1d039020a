//! The build matrix: a job each for Dockerfiles that are to be built, in the shape that GitHub Actions reads.
//!
//! Owns the rows' fields, their order and the runner of each. Every value is made of typed ones, so that none can break out
//! of a workflow's expression or shell line. Refuses more rows than GitHub takes.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::LibraryError;
use super::tags::Tags;
use crate::config::LibraryConfig;
use crate::model::{Manifest, TrackedKey, Variant};

/// GitHub runs at most this many jobs of one matrix.
pub const LIMIT: usize = 256;

/// A matrix as `fromJSON` and `strategy.matrix` take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Matrix {
    /// By series, oldest first, then by variant. May be empty, of which GitHub makes an error: skip the job then.
    pub include: Vec<MatrixRow>,
}

/// One Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct MatrixRow {
    /// What the job may be called: `3.14/slim-trixie`.
    pub name: String,
    /// The manifest key: `3.14` or `3.15-rc`.
    pub series: String,
    /// The Dockerfile's folder below the key's: `slim-trixie`.
    pub variant: String,
    /// The CPython version: `3.14.6`.
    pub version: String,
    /// The Dockerfile, from the repository's root.
    pub dockerfile: String,
    /// The folder that it is built in, from the repository's root.
    pub context: String,
    /// The tags that lead to this Dockerfile alone, separated by spaces; those that it shares with others are left out.
    pub tags: String,
    /// The label of a GitHub runner that can build it.
    pub runs_on: String,
    /// What it is built for: `linux/amd64` or `windows/amd64`.
    pub platform: String,
}

/// A matrix, and what could not be put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeMatrix {
    /// The matrix.
    pub matrix: Matrix,
    /// The folders for which GitHub has no runner.
    pub without_runner: Vec<String>,
}

/// A matrix that GitHub does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the matrix would have {rows} rows, and GitHub runs at most {LIMIT} jobs of one; name some of the series in one job \
     and the others in another (pybump matrix 3.13 3.14), or only build what changed (--base REF)"
)]
pub struct TooManyRows {
    /// How many there would be.
    pub rows: usize,
}

impl Matrix {
    /// The matrix of the Dockerfiles `wanted`, with the tags that `config` gives them.
    pub fn of(
        manifest: &Manifest,
        config: &LibraryConfig,
        wanted: &[(TrackedKey, Variant)],
    ) -> Result<MadeMatrix, LibraryError> {
        let tags = Tags::new(manifest, config.aliases.as_ref())?;
        let mut wanted: Vec<_> = wanted.iter().collect();
        wanted.sort();
        wanted.dedup();
        let (mut include, mut without_runner) = (Vec::new(), Vec::new());
        for (key, variant) in wanted {
            let Some(entry) = manifest.entries.get(key) else { continue };
            let context = format!("{key}/{variant}");
            let Some((runs_on, platform)) = runner(variant) else {
                without_runner.push(context);
                continue;
            };
            include.push(MatrixRow {
                name: context.clone(),
                series: key.to_string(),
                variant: variant.to_string(),
                version: entry.version.to_string(),
                dockerfile: format!("{context}/Dockerfile"),
                context,
                tags: tags.simple(*key, variant).join(" "),
                runs_on,
                platform: platform.to_owned(),
            });
        }
        Ok(MadeMatrix { matrix: Self { include }, without_runner })
    }

    /// The matrix, if GitHub takes it.
    pub fn within_limit(self) -> Result<Self, TooManyRows> {
        match self.include.len() {
            rows if rows > LIMIT => Err(TooManyRows { rows }),
            _ => Ok(self),
        }
    }

    /// The matrix on one line, as a step's output takes it.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain values always serialise into memory")
    }

    /// The matrix as a table.
    pub fn markdown(&self) -> String {
        let mut text = "| Dockerfile | version | runner | tags |\n|---|---|---|---|\n".to_owned();
        for row in &self.include {
            let tags: Vec<_> = row.tags.split(' ').map(|tag| format!("`{tag}`")).collect();
            text.push_str(&format!(
                "| `{}` | {} | {} | {} |\n",
                row.dockerfile,
                row.version,
                row.runs_on,
                tags.join(", ")
            ));
        }
        text
    }
}

/// The runner that can build `variant`, and its platform. A Windows container runs on the very release that it is made of.
fn runner(variant: &Variant) -> Option<(String, &'static str)> {
    if !variant.is_windows() {
        return Some(("ubuntu-latest".to_owned(), "linux/amd64"));
    }
    let year = ["2022", "2025"].into_iter().find(|year| variant.name().ends_with(&format!("-ltsc{year}")))?;
    Some((format!("windows-{year}"), "windows/amd64"))
}

#[cfg(test)]
#[path = "matrix/tests.rs"]
mod tests;
