//! One trouble in words, for the issue and for the webhook alike.
//!
//! Owns what is said of each kind and what to do about it. Lets no text from outside into either but through `escape`.

use url::Url;

use super::escape::prose;
use crate::publish::notify::{See, Trouble, TroubleKind};
use crate::report::instant;

/// Whose markup the words are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// GitHub's, in an issue of the same repository.
    Markdown,
    /// Slack's.
    Mrkdwn,
}

impl Voice {
    /// Text from outside on one line.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Markdown => prose(text),
            Self::Mrkdwn => entities(&prose(text)),
        }
    }

    fn bold(self, text: &str) -> String {
        match self {
            Self::Markdown => format!("**{text}**"),
            Self::Mrkdwn => format!("*{text}*"),
        }
    }

    /// `#12`, as a link where the markup does not make one of it.
    pub(super) fn number(self, number: u64, url: Option<&str>) -> String {
        let url = url.filter(|_| self == Self::Mrkdwn).and_then(|url| Url::parse(url).ok());
        let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https")) else { return format!("#{number}") };
        format!("<{}|#{number}>", entities(&url.as_str().replace('|', "%7C").replace('@', "%40")))
    }
}

/// Slack's three characters.
fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A trouble, from its first word to what to do.
pub(super) fn item(trouble: &Trouble, voice: Voice) -> String {
    let name = trouble.key.as_ref().map(|key| format!(" {}", voice.text(key))).unwrap_or_default();
    let since = trouble.since.map(|since| format!(" since {}", instant(since))).unwrap_or_default();
    let text = voice.text(&trouble.text);
    let see = trouble.see.as_ref().map(|see| (voice.number(see.number, see.url.as_deref()), see));
    match (trouble.kind, see) {
        (TroubleKind::Alarm, Some((number, _))) if trouble.key.is_some() => format!(
            "{}{since}: {number} has all of it. Build nothing from it before that is settled.",
            voice.bold(&format!("Alarm{name}"))
        ),
        (TroubleKind::Alarm, Some((number, _))) => format!("{}: {text}; {number} has all of it.", voice.bold("Alarm")),
        (TroubleKind::Alarm, None) => format!("{}{since}: {text}.", voice.bold(&format!("Alarm{name}"))),
        (TroubleKind::Configuration, _) => format!(
            "{}{since}: {text}. The one before stays in force until it is mended.",
            voice.bold("The configuration cannot be used")
        ),
        (TroubleKind::Held, _) => {
            format!("{}{since}: {text}.{}", voice.bold(&format!("Held{name}")), advice(&trouble.code))
        }
        (TroubleKind::Stale, see) => {
            let release = trouble.release.as_ref().map_or("the release".to_owned(), |release| voice.text(release));
            let out = format!("{}: {release} is out{since}", voice.bold(&format!("Not merged{name}")));
            match see {
                Some((number, See { since: Some(opened), .. })) => {
                    format!("{out}; {number} proposes it since {}. Review it.", instant(*opened))
                }
                Some((number, _)) => format!("{out}; {number} proposes it. Review it."),
                None => format!("{out}: {text}."),
            }
        }
    }
}

/// What to do about a hold, where its reason does not say.
fn advice(code: &str) -> &'static str {
    match code {
        "evidence-rejected" => {
            " Take this release over by no other way: ask its release manager, and see with `pybump signers --check` whether \
             python.org names another signer than is pinned."
        }
        "digest-of-another-name" => {
            " Ask the release manager: a mirror may serve one release under the name of another."
        }
        "manifest-ahead" => " Put the manifest back to a release that is there, or find out where it came from.",
        "unrenderable" => " Mend the templates.",
        "ledger-damaged" => " Put the file back as git has it.",
        _ => "",
    }
}
