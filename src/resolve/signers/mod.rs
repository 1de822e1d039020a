//! The pinned signers against what python.org's pages say: differences, each with the page's own words.
//!
//! Owns what counts as a difference. Refuses to take a row that cannot be read for one, and eight digits for a key.

mod compare;
#[cfg(test)]
mod tests;

use std::fmt;

pub use compare::compare;

use crate::model::{ArtifactKind, Fingerprint, Series, Signer, SigstoreIdentity};
use crate::sources::signer_pages::{OPENPGP, PageText, SIGSTORE, ShownKey, UnreadableRow};

/// What comparing pins and pages came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignerComparison {
    /// Where they differ: Sigstore first, each by series, Windows last.
    pub differences: Vec<SignerDifference>,
    /// The rows that could not be read.
    pub unreadable: Vec<(SignerPageName, UnreadableRow)>,
    /// The pages that could not be read, and why.
    pub unanswered: Vec<(SignerPageName, String)>,
    /// What a reader should know and nothing follows from.
    pub notes: Vec<String>,
}

impl SignerComparison {
    /// True if both pages were read whole.
    pub fn is_complete(&self) -> bool {
        self.unreadable.is_empty() && self.unanswered.is_empty()
    }

    /// True if both pages were read whole and say what is pinned.
    pub fn agrees(&self) -> bool {
        self.is_complete() && self.differences.is_empty()
    }
}

/// One of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignerPageName {
    /// Sigstore identities and issuers.
    Sigstore,
    /// OpenPGP keys.
    OpenPgp,
}

impl SignerPageName {
    /// Its address.
    pub fn url(self) -> &'static str {
        match self {
            Self::Sigstore => SIGSTORE,
            Self::OpenPgp => OPENPGP,
        }
    }
}

impl fmt::Display for SignerPageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sigstore => "the Sigstore page",
            Self::OpenPgp => "the OpenPGP page",
        })
    }
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignedPart {
    /// A series.
    Series(Series),
    /// The Windows binaries of whichever series.
    Windows,
}

impl fmt::Display for SignedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Series(series) => f.pad(&series.to_string()),
            Self::Windows => f.pad("Windows"),
        }
    }
}

/// One thing that is pinned otherwise than the page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerDifference {
    /// What is signed.
    pub part: SignedPart,
    /// What differs.
    pub deviation: Deviation,
    /// The page's own row; none where the page has none.
    pub evidence: Option<PageText>,
}

/// How pin and page differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deviation {
    /// The page names another Sigstore identity, or one where none is pinned.
    Sigstore {
        /// What is pinned.
        pinned: Option<SigstoreIdentity>,
        /// What the page says.
        found: SigstoreIdentity,
    },
    /// The Sigstore page does not name the series any more.
    SigstoreGone {
        /// What is pinned.
        pinned: SigstoreIdentity,
    },
    /// The page shows a key that is not pinned.
    Key {
        /// What is pinned.
        pinned: Vec<Fingerprint>,
        /// The key.
        found: ShownKey,
        /// Whose it is.
        person: String,
    },
    /// The page does not show a key that is pinned.
    KeyGone {
        /// The key.
        pinned: Fingerprint,
        /// The keys that it shows instead.
        found: Vec<ShownKey>,
    },
}

impl SignerDifference {
    /// The page that says otherwise.
    pub fn page(&self) -> SignerPageName {
        match self.deviation {
            Deviation::Sigstore { .. } | Deviation::SigstoreGone { .. } => SignerPageName::Sigstore,
            Deviation::Key { .. } | Deviation::KeyGone { .. } => SignerPageName::OpenPgp,
        }
    }

    /// What happened, in a few words.
    pub fn what(&self) -> &'static str {
        match &self.deviation {
            Deviation::Sigstore { pinned: None, .. } => "on the page and not pinned",
            Deviation::Sigstore { pinned: Some(pinned), found } => {
                match (pinned.identity == found.identity, pinned.issuer == found.issuer) {
                    (true, _) => "another issuer",
                    (false, true) => "another identity",
                    (false, false) => "another identity and issuer",
                }
            }
            Deviation::SigstoreGone { .. } => "pinned and not on the page any more",
            Deviation::Key { .. } => "key not among the pins",
            Deviation::KeyGone { .. } => "pinned key not on the page",
        }
    }

    /// What is pinned.
    pub fn expected(&self) -> String {
        match &self.deviation {
            Deviation::Sigstore { pinned: None, .. } => "nothing".to_owned(),
            Deviation::Sigstore { pinned: Some(pinned), .. } | Deviation::SigstoreGone { pinned } => pinned.to_string(),
            Deviation::Key { pinned, .. } => listed(pinned),
            Deviation::KeyGone { pinned, .. } => pinned.to_string(),
        }
    }

    /// What the page says.
    pub fn found(&self) -> String {
        match &self.deviation {
            Deviation::Sigstore { found, .. } => found.to_string(),
            Deviation::SigstoreGone { .. } => "nothing".to_owned(),
            Deviation::Key { found, person, .. } => format!("{found} of {person}"),
            Deviation::KeyGone { found, .. } => listed(found),
        }
    }
}

impl fmt::Display for SignerDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: pinned {}, found {}", self.part, self.what(), self.expected(), self.found())
    }
}

/// True of a signer whose OpenPGP keys are for Windows binaries: the page names those without a series.
pub fn is_for_windows(signer: &Signer) -> bool {
    signer.artifacts.contains(&ArtifactKind::Windows) && !signer.openpgp.is_empty()
}

fn listed<T: fmt::Display>(values: &[T]) -> String {
    if values.is_empty() {
        return "nothing".to_owned();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A change of the pins that a page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinChange {
    /// The series is signed by this identity.
    Sigstore {
        /// The series.
        series: Series,
        /// Whom its certificates name.
        identity: SigstoreIdentity,
    },
    /// The series may be signed with this key as well.
    Key {
        /// The series.
        series: Series,
        /// The primary key.
        key: Fingerprint,
        /// Whose it is.
        person: String,
    },
    /// Windows binaries may be signed with this key as well.
    WindowsKey {
        /// The primary key.
        key: Fingerprint,
    },
}

impl PinChange {
    /// What is signed.
    pub fn part(&self) -> SignedPart {
        match self {
            Self::Sigstore { series, .. } | Self::Key { series, .. } => SignedPart::Series(*series),
            Self::WindowsKey { .. } => SignedPart::Windows,
        }
    }
}

impl fmt::Display for PinChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sigstore { identity, .. } => identity.fmt(f),
            Self::Key { key, .. } | Self::WindowsKey { key } => write!(f, "also {key}"),
        }
    }
}
