//! The official-images pull request: what its reviewers read there, and no more.

use super::escape::{line, prose};
use super::title::TITLE;
use super::{Wording, fit};
use crate::config::RepositoryName;
use crate::model::CommitSha;
use crate::stackbrew::Changes;
use url::Url;

/// What the pull request is described from.
#[derive(Debug, Clone, Copy)]
pub struct LibraryFacts<'a> {
    /// The name of the library file, and of the image: `python`.
    pub name: &'a str,
    /// What happened in the image repository since the file was last touched.
    pub changes: &'a Changes,
    /// Where people look at GitHub: `https://github.com`.
    pub server: &'a Url,
    /// The image repository.
    pub repository: &'a RepositoryName,
    /// Its commit that the file was made from.
    pub head: &'a CommitSha,
}

/// The pull request that carries the library file. `ending` is the last line of the body.
pub fn library(facts: &LibraryFacts<'_>, ending: &str) -> Wording {
    let title = line(&format!("Update {}", facts.name), TITLE);
    let text = facts.changes.to_string();
    let items: Vec<_> = text.lines().skip(2).map(|line| item(line, &page(facts))).collect();
    let forms: Vec<_> = (0..=items.len()).rev().collect();
    Wording { title, body: fit::longest(&forms, ending, |shown| body(facts, &items, *shown)) }
}

fn body(facts: &LibraryFacts<'_>, items: &[String], shown: usize) -> String {
    let mut text = "Changes:\n\n".to_owned();
    text.push_str(&items[..shown].concat());
    if shown < items.len() {
        text.push_str(&format!("- and {} more, for which there was no room\n", items.len() - shown));
    }
    let head = facts.head;
    text.push_str(&format!(
        "\nMade from [{}@{}]({}/commit/{head}): `pybump library` prints the same file there.\n",
        facts.repository,
        &head.as_str()[..8],
        page(facts),
    ));
    text
}

fn page(facts: &LibraryFacts<'_>) -> String {
    format!("{}/{}", facts.server.origin().ascii_serialization(), facts.repository)
}

/// A line of the paragraph with nothing live in it but the image repository's own addresses.
fn item(line: &str, page: &str) -> String {
    let own = |word: &str| {
        let rest = word.strip_prefix(page).and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/'))
    };
    let mut words = String::new();
    let mut plain = Vec::new();
    for word in line.trim_start_matches("- ").split_whitespace() {
        let (address, colon) = word.strip_suffix(':').map_or((word, ""), |address| (address, ":"));
        if own(address) {
            words.push_str(&format!("{}{address}{colon} ", prose_before(&mut plain)));
        } else {
            plain.push(word);
        }
    }
    words.push_str(&prose_before(&mut plain));
    format!("- {}\n", words.trim_end())
}

/// The words collected so far, and a space.
fn prose_before(words: &mut Vec<&str>) -> String {
    if words.is_empty() {
        return String::new();
    }
    let text = prose(&words.join(" "));
    words.clear();
    format!("{text} ")
}
