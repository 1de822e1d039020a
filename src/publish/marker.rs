//! What pybump remembers about a pull request: a comment below its words, which nobody sees.
//!
//! Owns its spelling. It holds ids alone, no text that came from elsewhere. A body without one, or with a damaged one,
//! says nothing; then what the branch holds is compared instead.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{CommitSha, Sha256};

/// What pybump did last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// What is proposed, each by its digest: the manifest's entries, or the library file. What a person's decision is
    /// about.
    pub proposal: BTreeMap<String, Sha256>,
    /// The files as they were and as they are to be, by their digest. What the branch is rebuilt for.
    pub files: Sha256,
    /// The commit that the branch starts from.
    pub base: CommitSha,
    /// The commit that the branch was moved to.
    pub tip: CommitSha,
    /// The commit that it is about to be moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<CommitSha>,
    /// Title and body as they were written, by their digest.
    pub wording: Sha256,
    /// What is proposed for: manifest keys and their versions, or the image.
    pub keys: BTreeMap<String, String>,
    /// The digest of each artifact that is proposed, by file name.
    pub digests: BTreeMap<String, Sha256>,
    /// True once labels and reviewers were asked for.
    pub dressed: bool,
    /// True if pybump itself closed it.
    pub closed: bool,
}

const START: &str = "<!-- pybump ";
const END: &str = " -->";

impl Marker {
    /// The comment.
    pub fn comment(&self) -> String {
        let json = serde_json::to_string(self).expect("ids and names are text");
        format!("{START}{json}{END}")
    }

    /// The last sound marker in `body`, wherever it stands: persons and other bots write below it.
    pub fn read(body: &str) -> Option<Self> {
        Self::find(body).map(|(_, marker, _)| marker)
    }

    /// What others wrote below the marker in `body`; nothing if there is none.
    pub fn below(body: &str) -> &str {
        Self::find(body).map_or("", |(_, _, below)| below.trim())
    }

    /// `body` with this marker in place of the one in it, or at its end.
    pub fn replace_in(&self, body: &str) -> String {
        let (above, below) = Self::find(body).map_or((body, ""), |(above, _, below)| (above, below.trim()));
        let text = format!("{}\n\n{}", above.trim_end(), self.comment());
        if below.is_empty() { text } else { format!("{text}\n\n{below}") }
    }

    /// True if pybump put the branch at `tip`.
    pub fn left_at(&self, tip: &CommitSha) -> bool {
        self.tip == *tip || self.next.as_ref() == Some(tip)
    }

    fn find(body: &str) -> Option<(&str, Self, &str)> {
        body.rmatch_indices(START).find_map(|(at, _)| {
            let (json, below) = body[at + START.len()..].split_once(END)?;
            Some((&body[..at], serde_json::from_str(json).ok()?, below))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        let sha: CommitSha = "1".repeat(40).parse().unwrap();
        let digest = Sha256::of(b"x");
        Marker {
            proposal: BTreeMap::from([("3.14".to_owned(), digest)]),
            files: digest,
            base: sha.clone(),
            tip: sha,
            next: None,
            wording: digest,
            keys: BTreeMap::from([("3.14".to_owned(), "3.14.3".to_owned())]),
            digests: BTreeMap::from([("Python-3.14.3.tar.xz".to_owned(), digest)]),
            dressed: true,
            closed: false,
        }
    }

    #[test]
    fn a_marker_is_read_back_from_the_end_of_a_body() {
        let body = marker().replace_in("# Title\n\ntext");
        assert_eq!(body, format!("# Title\n\ntext\n\n{}", marker().comment()));
        assert_eq!(Marker::read(&body), Some(marker()));
        assert_eq!(Marker::read(&body.replace('\n', "\r\n")), Some(marker()));
        let closed = Marker { closed: true, ..marker() };
        assert_eq!(Marker::read(&closed.replace_in(&body)), Some(closed.clone()));
        assert_eq!(closed.replace_in(&body).matches(START).count(), 1);
    }

    #[test]
    fn what_is_damaged_is_no_marker() {
        let body = marker().replace_in("text");
        let half = &body[..body.len() - 30];
        for text in ["", "text", half, &body.replace("dressed", "dresed"), "<!-- pybump {} -->"] {
            assert_eq!(Marker::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_others_write_below_it_is_kept() {
        let body = format!("{}\n\nTested on arm64. <!-- pybump -->", marker().replace_in("text"));
        assert_eq!(Marker::read(&body), Some(marker()));
        let other = Marker { dressed: false, ..marker() };
        let replaced = other.replace_in(&body);
        assert_eq!(Marker::read(&replaced), Some(other));
        assert_eq!(Marker::below(&replaced), "Tested on arm64. <!-- pybump -->");
        assert_eq!(replaced.matches("dressed").count(), 1);
    }
}
