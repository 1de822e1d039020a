//! What is particular to an image: its maintainers, repository, generator, aliases and exclusions.
//!
//! Owns the values of docker-library/python, which are used where its clone is recognised and the configuration says
//! nothing else.

use std::collections::BTreeMap;

use url::Url;

use super::error::LibraryError;
use super::image_clone::ImageClone;
use crate::config::{Alias, Exclusion, LibraryConfig, Maintainer};
use crate::model::{CommitSha, TrackedKey};

/// What is particular to an image in its library file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The image's name in official-images.
    pub name: String,
    /// In the order in which they are listed.
    pub maintainers: Vec<Maintainer>,
    /// Where the image repository is cloned from.
    pub repository: Url,
    /// The file that is named as the generator, if one is.
    pub generator: Option<String>,
    pub(super) aliases: Option<BTreeMap<TrackedKey, Vec<Alias>>>,
    pub(super) exclude: Vec<Exclusion>,
}

/// The file by whose content docker-library/python is recognised, and the one that its library file names.
const GENERATOR: &str = "generate-stackbrew-library.sh";
const PYTHON: &str = "https://github.com/docker-library/python.git";
const MAINTAINERS: [&str; 2] =
    ["Tianon Gravi <admwiggin@gmail.com> (@tianon)", "Joseph Ferguson <yosifkit@gmail.com> (@yosifkit)"];

impl Rules {
    /// What `config` says, else what is known of the clone.
    pub fn new(config: &LibraryConfig, clone: &ImageClone) -> Result<Self, LibraryError> {
        let known = is_docker_library_python(clone)?;
        let mut maintainers = config.maintainers.clone();
        if maintainers.is_empty() && known {
            maintainers = MAINTAINERS.map(|text| text.parse().expect("a constant maintainer")).to_vec();
        }
        let python = || known.then(|| Url::parse(PYTHON).expect("a constant URL"));
        let (false, Some(repository)) = (maintainers.is_empty(), config.git_repo.clone().or_else(python)) else {
            let missing = [("maintainers", config.maintainers.is_empty()), ("git-repo", config.git_repo.is_none())];
            let missing = missing.into_iter().filter_map(|(name, missing)| missing.then_some(name)).collect();
            return Err(LibraryError::Unconfigured { missing });
        };
        Ok(Self {
            name: config.name.clone().unwrap_or_else(|| name(&repository)),
            maintainers,
            repository,
            generator: config.generator.clone().or_else(|| known.then(|| GENERATOR.to_owned())),
            aliases: config.aliases.clone(),
            exclude: config.exclude.clone().unwrap_or_else(|| vec![without_mips64le()]),
        })
    }

    /// The address of a page about `path` at `commit`, where the repository's host is known to have such pages.
    pub fn page(&self, commit: &CommitSha, path: &str) -> Option<String> {
        let clone = self.repository.as_str();
        let base = clone.strip_suffix(".git").unwrap_or(clone);
        match self.repository.host_str()? {
            "github.com" => Some(format!("{base}/blob/{commit}/{path}")),
            host if host.starts_with("gitlab.") => Some(format!("{base}/-/blob/{commit}/{path}")),
            _ => None,
        }
    }
}

/// CPython does not link on mips64le from 3.11's beta on (cpython issue 93619), and upstream left it out from 3.10 on.
fn without_mips64le() -> Exclusion {
    let architecture = "mips64le".parse().expect("a constant architecture");
    Exclusion { architecture, series: Some(">=3.10".parse().expect("a constant range")), variants: None }
}

/// True of docker-library/python and its forks: they hold its scripts.
fn is_docker_library_python(clone: &ImageClone) -> Result<bool, LibraryError> {
    let generator = clone.file(GENERATOR)?;
    let names_it = generator.is_some_and(|text| String::from_utf8_lossy(&text).contains(PYTHON));
    Ok(names_it && clone.file("versions.sh")?.is_some())
}

/// The last part of the repository's path without `.git`.
fn name(repository: &Url) -> String {
    let last =
        repository.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last).to_owned()
}
