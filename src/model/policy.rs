//! Which evidence a release needs before its digests count, and which is looked at where it is there.
//!
//! Owns the default: all evidence that exists must hold, and one of Sigstore and OpenPGP must exist; from 3.14 on, where
//! PEP 761 ends OpenPGP, that one is Sigstore. Refuses a policy by which nobody need have signed anything.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Series, SeriesRange};

/// A kind of evidence that lies beside an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// A Sigstore bundle, `.sigstore`.
    Sigstore,
    /// A detached OpenPGP signature, `.asc`.
    OpenPgp,
    /// An SBOM that names the file and its digest, `.spdx.json`.
    Sbom,
}

impl EvidenceKind {
    /// With its article, as it stands in a sentence.
    pub fn described(self) -> &'static str {
        match self {
            Self::Sigstore => "a Sigstore bundle",
            Self::OpenPgp => "an OpenPGP signature",
            Self::Sbom => "an SBOM",
        }
    }
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sigstore => "sigstore",
            Self::OpenPgp => "openpgp",
            Self::Sbom => "sbom",
        })
    }
}

/// What the releases of a series need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    require: BTreeSet<EvidenceKind>,
    require_any: BTreeSet<EvidenceKind>,
    check: BTreeSet<EvidenceKind>,
}

/// `[[policy]]` of a signers file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyRule {
    /// For which series. Of several rules for one series the first counts.
    pub series: SeriesRange,
    /// All of these must be there.
    #[serde(default)]
    pub require: BTreeSet<EvidenceKind>,
    /// One of these must be there.
    #[serde(default)]
    pub require_any: BTreeSet<EvidenceKind>,
    /// These are looked at, and must hold where they are there; what is required is looked at as well.
    #[serde(default)]
    pub check: BTreeSet<EvidenceKind>,
}

impl PolicyRule {
    /// The policy, if by it somebody must have signed what is accepted.
    pub(super) fn policy(&self) -> Option<Policy> {
        let signed = |kind: &EvidenceKind| *kind != EvidenceKind::Sbom;
        let sound =
            self.require.iter().any(signed) || (!self.require_any.is_empty() && self.require_any.iter().all(signed));
        let check = self.check.iter().chain(&self.require).chain(&self.require_any).copied().collect();
        sound.then(|| Policy { require: self.require.clone(), require_any: self.require_any.clone(), check })
    }
}

impl Policy {
    /// The policy for `series` where no rule of the signers file names it.
    pub fn default_for(series: Series) -> Self {
        use EvidenceKind::{OpenPgp, Sbom, Sigstore};
        if series.carries_openpgp() {
            let signed = BTreeSet::from([Sigstore, OpenPgp]);
            Self { require: BTreeSet::new(), require_any: signed, check: BTreeSet::from([Sigstore, OpenPgp, Sbom]) }
        } else {
            Self {
                require: BTreeSet::from([Sigstore]),
                require_any: BTreeSet::new(),
                check: BTreeSet::from([Sigstore, Sbom]),
            }
        }
    }

    /// True if this kind of evidence is looked at, and must hold where it is there.
    pub fn checks(&self, kind: EvidenceKind) -> bool {
        self.check.contains(&kind)
    }

    /// True if nothing is accepted without this kind of evidence.
    pub fn requires(&self, kind: EvidenceKind) -> bool {
        self.require.contains(&kind) || (self.require_any.len() == 1 && self.require_any.contains(&kind))
    }

    /// The first kind of evidence that is required and not among `present`.
    pub fn missing(&self, present: &BTreeSet<EvidenceKind>) -> Option<EvidenceKind> {
        let any = self.require_any.first().filter(|_| self.require_any.is_disjoint(present));
        self.require.difference(present).next().or(any).copied()
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |kinds: &BTreeSet<EvidenceKind>, joint: &str| {
            kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(joint)
        };
        let any = listed(&self.require_any, " or ");
        let all = listed(&self.require, " and ");
        let required = [all, any].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" and ");
        write!(f, "requires {required}; checks {}", listed(&self.check, ", "))
    }
}

#[cfg(test)]
mod tests {
    use super::EvidenceKind::{OpenPgp, Sbom, Sigstore};
    use super::*;

    fn rule(text: &str) -> PolicyRule {
        toml::from_str(&format!("series = \"3.14\"\n{text}")).unwrap()
    }

    #[test]
    fn a_policy_by_which_nobody_need_have_signed_is_none() {
        for text in ["", "check = [\"sigstore\"]", "require = [\"sbom\"]", "require-any = [\"sigstore\", \"sbom\"]"] {
            assert_eq!(rule(text).policy(), None, "{text}");
        }
        for text in ["require = [\"sigstore\"]", "require-any = [\"openpgp\"]", "require = [\"sbom\", \"openpgp\"]"] {
            assert!(rule(text).policy().is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let any = Policy::default_for(Series::new(3, 13));
        assert_eq!(any.missing(&BTreeSet::from([OpenPgp])), None);
        assert_eq!(any.missing(&BTreeSet::from([Sbom])), Some(Sigstore));
        let strict = Policy::default_for(Series::new(3, 14));
        assert_eq!(strict.missing(&BTreeSet::from([OpenPgp, Sbom])), Some(Sigstore));
        assert!(strict.requires(Sigstore) && !any.requires(Sigstore));
        assert!(!strict.checks(OpenPgp) && any.checks(OpenPgp) && strict.checks(Sbom));
        let both = rule("require = [\"sigstore\", \"openpgp\"]").policy().unwrap();
        assert_eq!(both.missing(&BTreeSet::from([Sigstore])), Some(OpenPgp));
        insta::assert_snapshot!(any, @"requires sigstore or openpgp; checks sigstore, openpgp, sbom");
        insta::assert_snapshot!(both, @"requires sigstore and openpgp; checks sigstore, openpgp");
    }
}
