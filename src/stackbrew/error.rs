//! What keeps a library file from being made, and what to do about it.

use std::io;
use std::path::PathBuf;

use super::image_clone::CloneError;
use crate::model::TrackedKey;

/// A library file that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The clone cannot be used.
    #[error(transparent)]
    Clone(#[from] CloneError),
    /// A file of the work tree could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A Dockerfile is not at `HEAD`.
    #[error("{file} is not in HEAD, so no commit can be named for it; commit it first")]
    NotCommitted {
        /// The Dockerfile.
        file: String,
    },
    /// The configuration lacks what only the image's owner knows.
    #[error(
        "this is not docker-library/python's repository, and pybump.toml does not say {}; add for example\n\n{EXAMPLE}",
        missing.join(" and ")
    )]
    Unconfigured {
        /// The keys of `[library]` that are missing.
        missing: Vec<&'static str>,
    },
    /// The generator is not at `HEAD`.
    #[error("the library file's generator {file} is not in HEAD; name another in library.generator, or none")]
    NoGenerator {
        /// The file.
        file: String,
    },
    /// An alias belongs to no series.
    #[error("library.aliases has {key}, which is not in the manifest; remove it there")]
    UnknownAlias {
        /// The key.
        key: TrackedKey,
    },
    /// The architectures of a parent are not known.
    #[error(
        "the architectures of {} are not known:\n{}\nbuild FROM a tag that official-images has, or bring official-images up to date",
        if faults.len() == 1 { "a parent" } else { "some parents" }, listed(faults)
    )]
    Parents {
        /// A line each: which Dockerfile, which parent, and why.
        faults: Vec<String>,
    },
    /// No architecture is left.
    #[error(
        "{directory} has no architecture left: its parent has {parents}, and all are excluded; see library.exclude"
    )]
    NoArchitecture {
        /// The Dockerfile's folder.
        directory: String,
        /// What the parents have in common.
        parents: String,
    },
    /// No builder has this constraint.
    #[error(
        "{directory} would have the constraint \"{}\", which no builder of official-images has; expected \
         windowsservercore or nanoserver with a release such as ltsc2025 or 1809", constraint.escape_debug()
    )]
    UnknownConstraint {
        /// The Dockerfile's folder.
        directory: String,
        /// The constraint.
        constraint: String,
    },
    /// A tag would name two images.
    #[error(
        "the tag {tag} is both {one}'s and {other}'s; variants and library.aliases must give each Dockerfile its own tags"
    )]
    SameTag {
        /// The tag.
        tag: String,
        /// A folder.
        one: String,
        /// The folder that has it too.
        other: String,
    },
    /// A registry would refuse a tag.
    #[error(
        "{directory} would have the tag {tag}, which no registry takes: at most 128 of A-Z, a-z, 0-9, `_`, `.`, `-`"
    )]
    BadTag {
        /// The Dockerfile's folder.
        directory: String,
        /// The tag.
        tag: String,
    },
}

const EXAMPLE: &str = "[library]\nmaintainers = [\"Full Name <name@example.org> (@handle)\"]\ngit-repo = \"https://github.com/example/python.git\"";

fn listed(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}
