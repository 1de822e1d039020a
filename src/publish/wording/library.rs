//! The official-images pull request: what its reviewers read there, and no more.

use super::escape::{line, prose};
use super::title::TITLE;
use super::{Wording, fit};
use crate::model::CommitSha;
use crate::stackbrew::Changes;

/// What the pull request is described from.
#[derive(Debug, Clone, Copy)]
pub struct LibraryFacts<'a> {
    /// The subject of the commit: `Update python`.
    pub subject: &'a str,
    /// What happened in the image repository since the file was last touched.
    pub changes: &'a Changes,
    /// The commit of the image repository that the file was made from.
    pub head: &'a CommitSha,
}

/// The pull request that carries the library file. `ending` is the last line of the body.
pub fn library(facts: &LibraryFacts<'_>, ending: &str) -> Wording {
    let title = line(facts.subject, TITLE);
    let text = facts.changes.to_string();
    let items: Vec<_> = text.lines().skip(2).map(|line| item(line, facts.changes.page())).collect();
    let forms: Vec<_> = (0..=items.len()).rev().collect();
    Wording { title, body: fit::longest(&forms, ending, |shown| body(facts, &items, *shown)) }
}

fn body(facts: &LibraryFacts<'_>, items: &[String], shown: usize) -> String {
    let mut text = if items.is_empty() { String::new() } else { "Changes:\n\n".to_owned() };
    text.push_str(&items[..shown].concat());
    if shown < items.len() {
        text.push_str(&format!("- and {} more, for which there was no room\n", items.len() - shown));
    }
    if !items.is_empty() {
        text.push('\n');
    }
    let (head, page) = (facts.head, facts.changes.page());
    text.push_str(&format!(
        "Made from [{}@{}]({page}/commit/{head}): `pybump library` prints the same file there.\n",
        repository(page),
        &head.as_str()[..8],
    ));
    text
}

/// The `OWNER/NAME` at the end of a repository's address.
fn repository(page: &str) -> &str {
    let slash = page.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    &page[slash..]
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
