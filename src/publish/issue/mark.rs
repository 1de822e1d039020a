//! What pybump remembers about an issue: a comment below its words, which nobody sees.
//!
//! Owns its spelling, which no text can leave early. A body without one, or with a damaged one, is nobody of ours.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Sha256;

/// What pybump did last. What a later version adds is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueMark {
    /// What the issue is about.
    pub id: String,
    /// What a person's decision is about, by its digest.
    pub content: Sha256,
    /// The same piece by piece, where it is about several things.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub parts: BTreeSet<String>,
    /// Title and body as they were written, by their digest.
    pub words: Sha256,
    /// True if pybump itself closed it.
    #[serde(default)]
    pub closed: bool,
}

const START: &str = "<!-- pybump-issue ";
const END: &str = " -->";

impl IssueMark {
    /// True if whoever decided on this has decided on `wanted` too.
    pub(super) fn covers(&self, wanted: &Self) -> bool {
        self.content == wanted.content || (!wanted.parts.is_empty() && wanted.parts.is_subset(&self.parts))
    }

    /// The comment.
    pub fn comment(&self) -> String {
        let json = serde_json::to_string(self).expect("digests and text");
        // Inside JSON both are in texts only, and an id may hold anything.
        let json = json.replace('<', r"\u003c").replace('>', r"\u003e");
        format!("{START}{json}{END}")
    }

    /// The last sound mark in `body`, wherever it stands: persons write below it.
    pub fn read(body: &str) -> Option<Self> {
        find(body).map(|(_, mark, _)| mark)
    }

    /// What others wrote below the mark in `body`; nothing if there is none.
    pub fn below(body: &str) -> &str {
        find(body).map_or("", |(_, _, below)| below.trim())
    }

    /// A body of `words`, this mark, and what others wrote `below`.
    pub fn under(&self, words: &str, below: &str) -> String {
        let text = format!("{}\n\n{}", words.trim_end(), self.comment());
        if below.is_empty() { text } else { format!("{text}\n\n{below}") }
    }

    /// `body` with this mark in place of the one in it.
    pub fn replace_in(&self, body: &str) -> String {
        let (above, below) = find(body).map_or((body, ""), |(above, _, below)| (above, below.trim()));
        self.under(above, below)
    }
}

fn find(body: &str) -> Option<(&str, IssueMark, &str)> {
    body.rmatch_indices(START).find_map(|(at, _)| {
        let (json, below) = body[at + START.len()..].split_once(END)?;
        Some((&body[..at], serde_json::from_str(json).ok()?, below))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::publish::marker::Marker;

    fn mark(id: &str) -> IssueMark {
        let (content, words) = (Sha256::of(b"c"), Sha256::of(b"w"));
        IssueMark { id: id.to_owned(), content, parts: BTreeSet::new(), words, closed: false }
    }

    proptest! {
        #[test]
        fn whatever_the_id_and_whatever_stands_around_it_a_mark_is_read_back(
            id in any::<String>(), above in any::<String>(), below in any::<String>(), closed: bool,
            parts in proptest::collection::btree_set(any::<String>(), 0..3),
        ) {
            let mark = IssueMark { parts, closed, ..mark(&id) };
            prop_assert_eq!(mark.comment().matches("-->").count(), 1);
            prop_assert!(mark.comment().ends_with(END));
            let body = mark.under(&above, below.trim());
            prop_assert_eq!(IssueMark::read(&body), Some(mark.clone()));
            prop_assert_eq!(IssueMark::below(&body), below.trim());
            let other = IssueMark { closed: !closed, ..mark };
            prop_assert_eq!(IssueMark::read(&other.replace_in(&body)), Some(other.clone()));
            prop_assert_eq!(other.replace_in(&body), other.under(&above, below.trim()));
        }
    }

    #[test]
    fn an_id_cannot_end_the_comment_it_is_kept_in() {
        let mark = mark("alarm --> <!-- pybump-issue {} -->\n@everyone");
        let body = mark.under("Words.", "");
        assert_eq!((body.matches("-->").count(), body.matches("<!--").count(), body.lines().count()), (1, 1, 3));
        assert_eq!(IssueMark::read(&body), Some(mark));
    }

    #[test]
    fn a_body_that_a_browser_sent_back_and_a_field_of_a_later_version_do_no_harm() {
        let body = mark("a").under("One.\n\nTwo.", "Mine.");
        assert_eq!(IssueMark::read(&body.replace('\n', "\r\n")), Some(mark("a")));
        assert_eq!(IssueMark::read(&body.replace("\"closed\":", "\"since\":1,\"closed\":")), Some(mark("a")));
    }

    #[test]
    fn what_is_damaged_and_a_pull_requests_mark_are_no_mark_of_an_issue() {
        let body = mark("a").under("Words.", "");
        let half = &body[..body.len() - 20];
        for text in ["", "words", half, &body.replace("content", "contents"), "<!-- pybump-issue {} -->"] {
            assert_eq!(IssueMark::read(text), None, "{text}");
        }
        assert_eq!(Marker::read(&body), None);
        assert_eq!(IssueMark::read(&body.replace("pybump-issue", "pybump")), None);
    }
}
