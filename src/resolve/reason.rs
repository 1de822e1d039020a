//! Why a series waits or is held, each in its words. One place, so that a reason reads the same everywhere.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::ledger::LedgerFault;
use crate::model::{ArtifactKind, EvidenceKind, PythonVersion, TrackedKey};
use crate::sources::release_cycle::Phase;
use crate::verify::openpgp::OpenPgpState;
use crate::verify::{Rejection, VerifiedArtifact};

/// A newer release exists but is not complete yet; time will cure it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// Tagged or listed, but the files are not there.
    NoFiles {
        /// The release.
        version: PythonVersion,
        /// True if a listing already names it: then a cached 404 is likely.
        listed: bool,
    },
    /// Listed with files, but not tagged.
    NoTag {
        /// The release.
        version: PythonVersion,
    },
    /// The artifact is there without any evidence.
    NoEvidence {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
    },
    /// The artifact is there without evidence that the policy for the series requires.
    Lacks {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
        /// What is not there.
        evidence: EvidenceKind,
    },
    /// The source is out, the Windows installer is not.
    NoInstaller {
        /// The release.
        version: PythonVersion,
        /// When waiting ends.
        until: Timestamp,
    },
    /// A source did not answer.
    Unreachable {
        /// The release concerned, where one is known.
        version: Option<PythonVersion>,
        /// What was asked, and what came back.
        why: String,
    },
}

/// Something contradicts; a person must look.
#[derive(Debug)]
pub enum Hold {
    /// Evidence that does not hold.
    Rejected {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
        /// Why.
        rejection: Rejection,
    },
    /// The artifact has been out for long without evidence that the policy for the series requires.
    Lacks {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
        /// What is not there.
        evidence: EvidenceKind,
    },
    /// The only signature is an OpenPGP one, which names no digest, and the bytes were not to be read.
    Unread {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
    },
    /// The only evidence is an OpenPGP signature, and the policy requires a Sigstore bundle.
    OpenPgpOnly {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
    },
    /// The artifact has been out for long without evidence.
    NoEvidence {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
    },
    /// The grace is over, and the release folder, read whole, has no installer.
    NoInstaller {
        /// The release.
        version: PythonVersion,
        /// The series' phase, where it is known.
        phase: Option<Phase>,
        /// How long was waited.
        grace: SignedDuration,
    },
    /// The manifest is ahead of upstream.
    ManifestAhead {
        /// What the manifest says.
        version: PythonVersion,
        /// The newest release upstream, if any.
        newest: Option<PythonVersion>,
    },
    /// Upstream has no release that the new key could track.
    NoRelease {
        /// The key.
        key: TrackedKey,
    },
    /// The final of a series tracked by its pre-releases is out.
    PromotionDue {
        /// The final.
        version: PythonVersion,
    },
    /// The digest is known under another name.
    OtherName {
        /// The release.
        version: PythonVersion,
        /// Which artifact.
        kind: ArtifactKind,
        /// The name that the digest is known by.
        known: String,
    },
    /// The ledger's file of the series cannot be used.
    LedgerDamaged(LedgerFault),
    /// The entry tracks setuptools, the release bundles none.
    NoSetuptools {
        /// The release.
        version: PythonVersion,
    },
    /// The entry carries an OpenPGP key, and nobody's is pinned for the series.
    NoKeyPinned {
        /// The release.
        version: PythonVersion,
    },
    /// The templates fail for the series.
    Unrenderable {
        /// Where and why.
        error: String,
    },
    /// The series' Dockerfiles are not what its manifest entry and the templates give.
    Drift {
        /// Which files, and how.
        files: String,
    },
}

impl Wait {
    /// A word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFiles { .. } => "no-files",
            Self::NoTag { .. } => "no-tag",
            Self::NoEvidence { .. } => "no-evidence",
            Self::Lacks { .. } => "evidence-incomplete",
            Self::NoInstaller { .. } => "no-installer",
            Self::Unreachable { .. } => "unreachable",
        }
    }

    /// The release that is waited for, where one is known.
    pub fn version(&self) -> Option<&PythonVersion> {
        match self {
            Self::NoFiles { version, .. }
            | Self::NoTag { version }
            | Self::NoEvidence { version, .. }
            | Self::Lacks { version, .. }
            | Self::NoInstaller { version, .. } => Some(version),
            Self::Unreachable { version, .. } => version.as_ref(),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFiles { version, listed: false } => write!(f, "{version} is tagged but has no files yet"),
            Self::NoFiles { version, listed: true } => {
                write!(f, "{version} is listed on python.org but its files answer 404 still (a cache, most likely)")
            }
            Self::NoTag { version } => write!(f, "{version} is on python.org but not tagged in python/cpython yet"),
            Self::NoEvidence { version, kind } => {
                write!(f, "{} of {version} has neither Sigstore bundle nor OpenPGP signature yet", described(*kind))
            }
            Self::Lacks { version, kind, evidence } => write!(
                f,
                "{} of {version} has no {} yet, which the policy for the series requires",
                described(*kind),
                bare(*evidence)
            ),
            Self::NoInstaller { version, until } => {
                write!(f, "{version} has no Windows installer yet; waiting until {until:.0}")
            }
            Self::Unreachable { version: Some(version), why } => write!(f, "{version} could not be looked at: {why}"),
            Self::Unreachable { version: None, why } => write!(f, "upstream could not be looked at: {why}"),
        }
    }
}

impl Hold {
    /// A word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "evidence-rejected",
            Self::OpenPgpOnly { .. } => "openpgp-only",
            Self::Lacks { .. } => "evidence-incomplete",
            Self::Unread { .. } => "not-downloaded",
            Self::NoEvidence { .. } => "no-evidence",
            Self::NoInstaller { .. } => "no-installer",
            Self::ManifestAhead { .. } => "manifest-ahead",
            Self::NoRelease { .. } => "no-release",
            Self::PromotionDue { .. } => "promotion-due",
            Self::OtherName { .. } => "digest-of-another-name",
            Self::LedgerDamaged(_) => "ledger-damaged",
            Self::NoSetuptools { .. } => "no-setuptools",
            Self::NoKeyPinned { .. } => "no-key-pinned",
            Self::Unrenderable { .. } => "unrenderable",
            Self::Drift { .. } => "drift",
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { version, kind, rejection } => write!(f, "{} of {version}: {rejection}", described(*kind)),
            Self::OpenPgpOnly { version, kind } => write!(
                f,
                "the only evidence for {} of {version} is an OpenPGP signature; the policy for the series requires a Sigstore \
                 bundle",
                described(*kind)
            ),
            Self::Lacks { version, kind, evidence } => write!(
                f,
                "{} of {version} still has no {}, which the policy for the series requires; ask its release manager",
                described(*kind),
                bare(*evidence)
            ),
            Self::Unread { version, kind } => write!(
                f,
                "the only signature of {} of {version} is an OpenPGP one, which binds bytes and names no digest; run without \
                 --no-download",
                described(*kind)
            ),
            Self::NoEvidence { version, kind } => write!(
                f,
                "{} of {version} still has neither Sigstore bundle nor OpenPGP signature; ask its release manager",
                described(*kind)
            ),
            Self::NoInstaller { version, phase, grace } => {
                let phase = match phase {
                    Some(Phase::Feature) => "in its feature phase",
                    Some(Phase::Prerelease) => "in its pre-release phase",
                    Some(Phase::Bugfix) => "in its bugfix phase",
                    Some(Phase::Security) => "in its security phase",
                    Some(Phase::EndOfLife) => "past its end of life",
                    Some(Phase::Unknown) | None => "in an unknown phase",
                };
                write!(
                    f,
                    "{version} has no Windows installer {grace:#} after its source, and the series is {phase}; \
                     --without-windows goes on without the Windows variants"
                )
            }
            Self::ManifestAhead { version, newest: Some(newest) } => {
                write!(f, "the manifest says {version}, upstream has no such release; its newest is {newest}")
            }
            Self::ManifestAhead { version, newest: None } => {
                write!(f, "the manifest says {version}, upstream has no release of this series")
            }
            Self::NoRelease { key } => write!(f, "upstream has no release that {key} could track"),
            Self::PromotionDue { version } => {
                write!(f, "{version} is out: rename the key to {} to track its final releases", version.series())
            }
            Self::OtherName { version, kind, known } => {
                write!(f, "{} of {version} has the digest of {known}: one file under two names", described(*kind))
            }
            Self::LedgerDamaged(fault) => write!(f, "its ledger is damaged: {fault}"),
            Self::NoSetuptools { version } => write!(
                f,
                "the entry tracks setuptools, but {version} bundles none; remove it from the entry and the templates"
            ),
            Self::NoKeyPinned { version } => write!(
                f,
                "the entry carries gpg.key, and no OpenPGP key is pinned for {version}: from 3.14 on releases carry no OpenPGP \
                 signatures (PEP 761); remove gpg from the entry, or pin a key"
            ),
            Self::Unrenderable { error } => write!(f, "its Dockerfiles do not render: {error}"),
            Self::Drift { files } => write!(
                f,
                "its Dockerfiles are not what manifest and templates give ({files}); run `pybump render`, or pass --force"
            ),
        }
    }
}

/// That the OpenPGP signature beside `artifact` is there and nobody here can check it, if that is so.
pub(super) fn unchecked(artifact: &VerifiedArtifact) -> Option<String> {
    let OpenPgpState::NoKey(missing) = artifact.openpgp() else { return None };
    let of = described(artifact.artifact().kind);
    Some(format!("the OpenPGP signature beside {of} of {} is {missing}", artifact.artifact().version))
}

/// A kind of evidence without its article.
fn bare(evidence: EvidenceKind) -> &'static str {
    let described = evidence.described();
    described.split_once(' ').map_or(described, |(_, name)| name)
}

/// An artifact kind as a reader knows it.
pub(super) fn described(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Source => "the source tarball",
        ArtifactKind::Windows => "the Windows installer",
    }
}
