//! `[publish]`: commits and pull requests.
//!
//! Owns the value types of that table. A name that goes to GitHub is parsed here, so that nothing else ever does.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::InvalidValue;

/// `[publish]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublishConfig {
    /// The image repository on GitHub; by default `GITHUB_REPOSITORY`, else where the clone's `origin` leads.
    pub repository: Option<RepositoryName>,
    /// The branch of the pull request; with `group = "series"` and for alarms, what its branches start with.
    pub branch: BranchName,
    /// What shares a pull request.
    pub group: Group,
    /// How commits are made; by default `reproducible` where `author` is set, else `verified`.
    pub commit: Option<CommitMode>,
    /// Who authors reproducible commits; by default whom git's own configuration names.
    pub author: Option<Author>,
    /// Whether commits carry a `Signed-off-by` of the author.
    pub sign_off: bool,
    /// Whether a commit says below its subject what changed and on what evidence.
    pub evidence: bool,
    /// Labels of the pull requests.
    pub labels: Vec<String>,
    /// Who is asked to review: users, and teams as `ORGANISATION/TEAM`.
    pub reviewers: Vec<Reviewer>,
    /// The label of a pull request about an alarm.
    pub alarm_label: String,
    /// Where the library file goes.
    pub library: LibraryPublishConfig,
}

impl Default for PublishConfig {
    fn default() -> Self {
        Self {
            repository: None,
            branch: BranchName("pybump/update".to_owned()),
            group: Group::All,
            commit: None,
            author: None,
            sign_off: false,
            evidence: true,
            labels: Vec::new(),
            reviewers: Vec::new(),
            alarm_label: "security".to_owned(),
            library: LibraryPublishConfig::default(),
        }
    }
}

/// `[publish.library]`: the pull request that carries the library file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LibraryPublishConfig {
    /// The repository that has `library/NAME`.
    pub upstream: RepositoryName,
    /// The fork that the branch is pushed to; by default the fork of the token's user.
    pub fork: Option<RepositoryName>,
    /// Whether `pybump run` opens it; by default where `PYBUMP_OFFICIAL_IMAGES_TOKEN` is set.
    pub enabled: Option<bool>,
}

impl Default for LibraryPublishConfig {
    fn default() -> Self {
        let upstream = RepositoryName { owner: "docker-library".to_owned(), name: "official-images".to_owned() };
        Self { upstream, fork: None, enabled: None }
    }
}

/// What shares a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// All series.
    #[default]
    All,
    /// Each series has its own.
    Series,
}

/// How commits are made on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CommitMode {
    /// Without author and dates of ours: GitHub fills them in and signs for an App or `GITHUB_TOKEN`.
    Verified,
    /// With author and dates that follow from the change: unsigned, with the id that git itself would give.
    Reproducible,
}

/// `OWNER/NAME` on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryName {
    /// A user or an organisation.
    pub owner: String,
    /// The repository's own name.
    pub name: String,
}

impl RepositoryName {
    /// The repository that the address of a git remote ends with; nothing for a path of this machine.
    pub fn of_remote(url: &str) -> Option<Self> {
        let path = url.trim_end_matches('/').trim_end_matches(".git");
        let mut parts = path.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?, parts.next()?);
        let remote = url.contains("://") || url.contains('@');
        format!("{owner}/{name}").parse().ok().filter(|_| remote)
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for RepositoryName {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let word = |part: &str| (1..=100).contains(&part.len()) && part.bytes().all(plain) && !part.starts_with('.');
        match text.split_once('/') {
            Some((owner, name)) if word(owner) && word(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(InvalidValue::new("a repository such as docker-library/python", text)),
        }
    }
}

/// The name of a branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchName(String);

impl BranchName {
    /// The name, without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BranchName {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // Narrower than git: the name stands in URLs, markdown and shell lines.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
        let sound = (1..=200).contains(&text.len())
            && text.bytes().all(plain)
            && git2::Reference::is_valid_name(&format!("refs/heads/{text}"))
            && !text.starts_with('-');
        if sound { Ok(Self(text.to_owned())) } else { Err(InvalidValue::new("a branch such as pybump/update", text)) }
    }
}

/// An author of commits: `Full Name <address>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

impl FromStr for Author {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |part: &str| !part.is_empty() && !part.contains(['<', '>']) && !part.contains(char::is_control);
        let parts = text.strip_suffix('>').and_then(|text| text.rsplit_once(" <"));
        match parts {
            Some((name, email))
                if plain(name) && plain(email) && name.trim() == name && !email.contains(char::is_whitespace) =>
            {
                Ok(Self { name: name.to_owned(), email: email.to_owned() })
            }
            _ => Err(InvalidValue::new("an author such as `Image Bot <bot@example.org>`", text)),
        }
    }
}

/// A user, or a team as `ORGANISATION/TEAM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewer {
    /// A user's login.
    User(String),
    /// A team's name in its organisation.
    Team(String),
}

impl FromStr for Reviewer {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        match text.split_once('/') {
            None if plain(text) => Ok(Self::User(text.to_owned())),
            Some((organisation, team)) if plain(organisation) && plain(team) => Ok(Self::Team(team.to_owned())),
            _ => Err(InvalidValue::new("a user such as octocat or a team such as example/images", text)),
        }
    }
}

read_from_text!(RepositoryName, BranchName, Author, Reviewer);
write_as_text!(RepositoryName, BranchName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_leave_their_place_are_refused() {
        for text in ["", "a", "a/", "/b", "a/b/c", "a b/c", "../b", "a/..", "a/b?c", "a/b#c", "a/é"] {
            assert!(text.parse::<RepositoryName>().is_err(), "{text:?} was accepted");
        }
        for text in ["", "-x", "a b", "a..b", "a/", "/a", "a.lock", "a@{b", "a~b", "a`b", "a\nb", "a$b"] {
            assert!(text.parse::<BranchName>().is_err(), "{text:?} was accepted");
        }
        for text in ["", "A", "A <a b>", "A <a>\n", "<a@b>", "A<a@b>", " A <a@b>", "A\nB <a@b>"] {
            assert!(text.parse::<Author>().is_err(), "{text:?} was accepted");
        }
        for text in ["", "a b", "a/b/c", "/a", "a/", "@a"] {
            assert!(text.parse::<Reviewer>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn remotes_name_repositories() {
        for url in [
            "https://github.com/docker-library/python.git",
            "https://github.com/docker-library/python",
            "git@github.com:docker-library/python.git",
            "ssh://git@github.com/docker-library/python.git/",
        ] {
            assert_eq!(RepositoryName::of_remote(url).unwrap().to_string(), "docker-library/python", "{url}");
        }
        for url in ["", "/srv/git/docker-library/python.git", "https://github.com", "../python"] {
            assert_eq!(RepositoryName::of_remote(url), None, "{url}");
        }
    }

    #[test]
    fn every_key_is_read() {
        let config: PublishConfig = toml::from_str(
            "repository = \"example/python\"\nbranch = \"bot/bump\"\ngroup = \"series\"\ncommit = \"reproducible\"\n\
             author = \"Image Bot <bot@example.org>\"\nsign-off = true\nevidence = false\nlabels = [\"bump\"]\n\
             reviewers = [\"octocat\", \"example/images\"]\nalarm-label = \"alarm\"\n\
             [library]\nupstream = \"example/official-images\"\nfork = \"bot/official-images\"\nenabled = true\n",
        )
        .unwrap();
        assert_eq!(config.repository.unwrap().to_string(), "example/python");
        assert_eq!((config.branch.as_str(), config.group), ("bot/bump", Group::Series));
        assert_eq!(config.commit, Some(CommitMode::Reproducible));
        assert_eq!(config.author.unwrap().to_string(), "Image Bot <bot@example.org>");
        assert_eq!(config.reviewers, [Reviewer::User("octocat".into()), Reviewer::Team("images".into())]);
        assert!(config.sign_off && !config.evidence && config.library.enabled == Some(true));
        assert_eq!(config.library.fork.unwrap().to_string(), "bot/official-images");
    }
}
