//! The Windows installer: signed and uploaded hours after the source, and never again once a series takes security
//! fixes only.
//!
//! Owns the grace, and the rule that variants are dropped only where the release folder, read whole, has no installer.

use jiff::Timestamp;

use super::context::Context;
use super::observation::{ArtifactObservation, EvidenceState, Seen};
use super::plan::Pending;
use super::reason::{Hold, Wait};
use crate::model::{Artifact, ArtifactKind, PythonVersion};
use crate::sources::python_org::ReleaseFolder;
use crate::sources::release_cycle::Phase;
use crate::verify::VerifiedArtifact;

/// What becomes of the Windows variants of a series at a newer release.
#[derive(Debug)]
pub(super) enum Installer {
    /// There are none.
    NotNeeded,
    /// They follow.
    Ready(Box<VerifiedArtifact>),
    /// They go, and why.
    Dropped(String),
    /// The release is not complete without it.
    Waits(Pending),
    /// A person must look.
    Held(Hold),
}

/// The release, and by which rules its installer is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judgement<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) phase: Option<Phase>,
    /// Whether the series has Windows variants.
    pub(super) needed: bool,
    pub(super) version: &'a PythonVersion,
    pub(super) folder: Option<&'a Seen<ReleaseFolder>>,
    /// When the source was signed.
    pub(super) signed_at: Timestamp,
}

impl Judgement<'_> {
    /// Judges the installer, if the series needs one.
    pub(super) fn judge(&self, installer: Option<ArtifactObservation>) -> Installer {
        if !self.needed {
            return Installer::NotNeeded;
        }
        let Some(ArtifactObservation { file, evidence }) = installer else {
            return self.unreachable("its Windows installer was not asked for".to_owned());
        };
        let (version, kind) = (self.version.clone(), ArtifactKind::Windows);
        match evidence {
            EvidenceState::Failed(why) => self.unreachable(why),
            EvidenceState::Rejected(rejection) => Installer::Held(Hold::Rejected { version, kind, rejection }),
            EvidenceState::Verified(artifact) => match file {
                Some(Seen::Missing(_)) => self.missing(),
                Some(Seen::Failed(why)) => self.unreachable(why),
                Some(Seen::Found(_)) | None => Installer::Ready(artifact),
            },
            EvidenceState::Unread => Installer::Held(Hold::Unread { version, kind }),
            EvidenceState::Lacks(evidence) if self.in_grace() => self.waits(Wait::Lacks { version, kind, evidence }),
            EvidenceState::Lacks(evidence) => Installer::Held(Hold::Lacks { version, kind, evidence }),
            EvidenceState::NoBundle { openpgp } => match (file, openpgp) {
                (Some(Seen::Failed(why)), _) | (Some(Seen::Found(_)), Seen::Failed(why)) => self.unreachable(why),
                (Some(Seen::Found(_)), Seen::Found(())) => Installer::Held(Hold::OpenPgpOnly { version, kind }),
                (Some(Seen::Found(_)), _) if self.in_grace() => self.waits(Wait::NoEvidence { version, kind }),
                (Some(Seen::Found(_)), _) => Installer::Held(Hold::NoEvidence { version, kind }),
                (Some(Seen::Missing(_)) | None, _) => self.missing(),
            },
        }
    }

    /// The file answers 404.
    fn missing(&self) -> Installer {
        let version = self.version.clone();
        let grace = self.context.config.windows_grace;
        match self.listing() {
            Listing::Without if self.context.without_windows => {
                Installer::Dropped(format!("{version} has no Windows installer; dropped by --without-windows"))
            }
            _ if self.in_grace() => {
                let until = self.signed_at.saturating_add(grace).unwrap_or(Timestamp::MAX);
                self.waits(Wait::NoInstaller { version, until })
            }
            Listing::Without if self.phase == Some(Phase::Security) => Installer::Dropped(format!(
                "{version} has no Windows installer and the series is in its security phase: its Windows variants go"
            )),
            Listing::Without => Installer::Held(Hold::NoInstaller { version, phase: self.phase, grace }),
            Listing::With => self.waits(Wait::NoFiles { version, listed: true }),
            Listing::Unread(why) => self.unreachable(why),
        }
    }

    fn listing(&self) -> Listing {
        let unread = || Listing::Unread("its release folder could not be read whole".to_owned());
        match self.folder {
            Some(Seen::Found(folder)) if folder.artifact(&Artifact::windows(self.version)).is_some() => Listing::With,
            Some(Seen::Found(folder)) if folder.complete => Listing::Without,
            Some(Seen::Failed(why)) => Listing::Unread(why.clone()),
            Some(Seen::Found(_) | Seen::Missing(_)) | None => unread(),
        }
    }

    fn in_grace(&self) -> bool {
        self.context.now.duration_since(self.signed_at) < self.context.config.windows_grace
    }

    fn unreachable(&self, why: String) -> Installer {
        self.waits(Wait::Unreachable { version: Some(self.version.clone()), why })
    }

    fn waits(&self, wait: Wait) -> Installer {
        Installer::Waits(Pending { wait, since: Some(self.signed_at) })
    }
}

/// What the release folder says of the installer.
enum Listing {
    /// It names it.
    With,
    /// It was read whole, and does not name it.
    Without,
    /// It was not read whole; why.
    Unread(String),
}
