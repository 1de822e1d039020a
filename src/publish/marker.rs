//! What pybump remembers about a pull request: a comment at the end of its body, which nobody sees.
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
    /// What is proposed, by its digest: the manifest's entries, or the library file. What a person's decision is about.
    pub proposal: Sha256,
    /// The files as they were and as they are to be, by their digest. What the branch is rebuilt for.
    pub files: Sha256,
    /// The commit that the branch starts from.
    pub base: CommitSha,
    /// The commit that the branch was moved to.
    pub tip: CommitSha,
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

    /// The marker at the end of `body`, if there is a sound one.
    pub fn read(body: &str) -> Option<Self> {
        let (_, rest) = body.rsplit_once(START)?;
        let (json, after) = rest.split_once(END)?;
        after.trim().is_empty().then(|| serde_json::from_str(json).ok())?
    }

    /// `body` with this marker in place of the one at its end.
    pub fn replace_in(&self, body: &str) -> String {
        let text = body.rsplit_once(START).map_or(body, |(text, _)| text);
        format!("{}\n\n{}", text.trim_end(), self.comment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        let sha: CommitSha = "1".repeat(40).parse().unwrap();
        let digest = Sha256::of(b"x");
        Marker {
            proposal: digest,
            files: digest,
            base: sha.clone(),
            tip: sha,
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
    fn what_is_damaged_or_not_at_the_end_is_no_marker() {
        let body = marker().replace_in("text");
        let half = &body[..body.len() - 30];
        for text in
            ["", "text", half, &format!("{body} more"), &body.replace("dressed", "dresed"), "<!-- pybump {} -->"]
        {
            assert_eq!(Marker::read(text), None, "{text}");
        }
    }
}
