//! The Windows installer: signed and uploaded hours after the source, and never again once a series takes security
//! fixes only.
//!
//! Owns the grace, and the rule that variants are dropped only where the release folder, read whole, has no installer.

use jiff::Timestamp;

use super::observation::{CandidateObservation, EvidenceState, Seen};
use super::plan::Pending;
use super::reason::{Hold, Wait};
use crate::config::Config;
use crate::model::{Artifact, ArtifactKind};
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

/// When and under which rules the installer is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judgement<'a> {
    pub(super) config: &'a Config,
    pub(super) now: Timestamp,
    pub(super) phase: Option<Phase>,
    pub(super) without_windows: bool,
    pub(super) signed_at: Timestamp,
}

impl Judgement<'_> {
    /// Judges the installer of `candidate`, taking its evidence out.
    pub(super) fn judge(&self, candidate: &mut CandidateObservation) -> Installer {
        let version = candidate.version.clone();
        let Some(windows) = candidate.windows.take() else { return Installer::NotNeeded };
        let listed = candidate.folder.as_ref().and_then(Seen::found).map(|folder| {
            let name = Artifact::windows(&version).file_name();
            (folder.complete, folder.files.iter().any(|file| file.name == name))
        });
        let kind = ArtifactKind::Windows;
        match windows.evidence {
            EvidenceState::Failed(why) => self.waits(Wait::Unreachable { version: Some(version), why }),
            EvidenceState::Rejected(rejection) => Installer::Held(Hold::Rejected { version, kind, rejection }),
            EvidenceState::Verified(artifact) => match windows.file {
                Some(Seen::Missing(_)) => self.missing(candidate, listed),
                Some(Seen::Failed(why)) => self.waits(Wait::Unreachable { version: Some(version), why }),
                Some(Seen::Found(_)) | None => Installer::Ready(artifact),
            },
            EvidenceState::NoBundle { openpgp } => match (windows.file, openpgp) {
                (Some(Seen::Failed(why)), _) => self.waits(Wait::Unreachable { version: Some(version), why }),
                (Some(Seen::Found(_)), Seen::Found(())) => Installer::Held(Hold::OpenPgpOnly { version, kind }),
                (Some(Seen::Found(_)), _) if self.in_grace() => self.waits(Wait::NoEvidence { version, kind }),
                (Some(Seen::Found(_)), _) => Installer::Held(Hold::NoEvidence { version, kind }),
                (Some(Seen::Missing(_)) | None, _) => self.missing(candidate, listed),
            },
        }
    }

    /// The file answers 404; `listed` tells whether the folder was read whole, and whether it names the installer.
    fn missing(&self, candidate: &CandidateObservation, listed: Option<(bool, bool)>) -> Installer {
        let version = candidate.version.clone();
        if self.without_windows {
            return Installer::Dropped(format!("{version} has no Windows installer; dropped by --without-windows"));
        }
        if self.in_grace() {
            let until = self.signed_at.saturating_add(self.config.windows_grace).unwrap_or(Timestamp::MAX);
            return self.waits(Wait::NoInstaller { version, until });
        }
        match listed {
            Some((true, false)) if self.phase == Some(Phase::Security) => Installer::Dropped(format!(
                "{version} has no Windows installer and the series is in its security phase: its Windows variants go"
            )),
            Some((true, false)) => {
                Installer::Held(Hold::NoInstaller { version, phase: self.phase, grace: self.config.windows_grace })
            }
            Some((_, true)) => self.waits(Wait::NoFiles { version, listed: true }),
            Some((false, false)) | None => {
                let why = match &candidate.folder {
                    Some(Seen::Failed(why)) => why.clone(),
                    _ => "its release folder could not be read whole".to_owned(),
                };
                self.waits(Wait::Unreachable { version: Some(version), why })
            }
        }
    }

    fn in_grace(&self) -> bool {
        self.now.duration_since(self.signed_at) < self.config.windows_grace
    }

    fn waits(&self, wait: Wait) -> Installer {
        Installer::Waits(Pending { wait, since: Some(self.signed_at) })
    }
}
