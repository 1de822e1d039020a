//! The pinned signers: who signs which artifacts of which series, as whom, and which evidence that takes.
//!
//! Owns the text of `signers.toml`. Refuses two people for one thing, and a person with nothing to sign with.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ArtifactKind, Fingerprint, InvalidValue, Policy, PolicyRule, Series, SeriesRange, SigstoreIdentity};

/// `[[signer]]`: a person's pinned identities, and what they sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The person's name.
    pub name: String,
    /// The series whose releases they sign.
    pub series: Vec<Series>,
    /// Which artifacts of these; all if not given. Whoever is named for an artifact takes the place of whoever signs all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactKind>,
    /// Whom their Sigstore certificates name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigstore: Option<SigstoreIdentity>,
    /// Their OpenPGP primary keys; none from 3.14 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub openpgp: Vec<Fingerprint>,
}

/// Who signs one kind of artifact of one series, and which evidence that takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// Whom the Sigstore bundle must name, if anyone is pinned.
    pub sigstore: Option<SigstoreIdentity>,
    /// The primary keys of which one must have made the OpenPGP signature.
    pub openpgp: Vec<Fingerprint>,
    /// Which evidence is needed.
    pub policy: Policy,
}

/// The table of pinned signers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers {
    people: Vec<Signer>,
    rules: Vec<(SeriesRange, Policy)>,
    pins: BTreeMap<(Series, ArtifactKind), Pins>,
}

/// Why a signers file was refused.
#[derive(Debug, thiserror::Error)]
pub enum SignersError {
    /// It is not TOML of the expected shape.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// It was written for another version of pybump.
    #[error("schema {0} is not known here; this pybump reads schema 1")]
    Schema(u32),
    /// Two signers claim one thing.
    #[error("series {series} has two signers of {what}, {first} and {second}; it has one")]
    Doubled {
        /// The series claimed twice.
        series: Series,
        /// What is signed, and how.
        what: String,
        /// Who claims it first in the file.
        first: String,
        /// Who claims it again.
        second: String,
    },
    /// An identity that is no address, or an issuer that is no https URL.
    #[error("{name}: {problem}")]
    Identity {
        /// The signer's name.
        name: String,
        /// What is wrong with which value.
        problem: InvalidValue,
    },
    /// A signer who signs with nothing.
    #[error("{0} has neither a Sigstore identity nor an OpenPGP key; give one, or remove the signer")]
    Nothing(String),
    /// A policy by which nobody need have signed anything.
    #[error(
        "the policy for {0} requires no signature; name sigstore or openpgp in `require`, or only these two in `require-any`"
    )]
    Unsigned(SeriesRange),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    #[serde(default)]
    policy: Vec<PolicyRule>,
    signer: Vec<Signer>,
}

impl Signers {
    /// Parses the text of a `signers.toml`.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let file: File = toml::from_str(text)?;
        if file.schema != 1 {
            return Err(SignersError::Schema(file.schema));
        }
        let rule = |rule: PolicyRule| {
            let policy = rule.policy().ok_or_else(|| SignersError::Unsigned(rule.series.clone()))?;
            Ok((rule.series, policy))
        };
        let rules = file.policy.into_iter().map(rule).collect::<Result<Vec<_>, SignersError>>()?;
        let mut signers = Self { people: file.signer, rules, pins: BTreeMap::new() };
        signers.pins = signers.pinned()?;
        Ok(signers)
    }

    /// The file that this build of pybump pins by.
    pub const EMBEDDED: &str = include_str!("../../state/signers.toml");

    /// The signers that this build of pybump pins: CPython 3.7 to 3.17.
    pub fn embedded() -> Self {
        Self::parse(Self::EMBEDDED).expect("the embedded signers are checked by a test")
    }

    /// The people, as the file has them.
    pub fn people(&self) -> &[Signer] {
        &self.people
    }

    /// Every OpenPGP key that is pinned for any series, in order.
    pub fn openpgp_keys(&self) -> BTreeSet<&Fingerprint> {
        self.people.iter().flat_map(|signer| &signer.openpgp).collect()
    }

    /// Who signs the artifacts of this `kind` of `series`, if anyone is pinned.
    pub fn of(&self, series: Series, kind: ArtifactKind) -> Option<&Pins> {
        self.pins.get(&(series, kind))
    }

    /// Which evidence the releases of `series` need.
    pub fn policy(&self, series: Series) -> Policy {
        let rule = self.rules.iter().find(|(range, _)| range.contains(series));
        rule.map_or_else(|| Policy::default_for(series), |(_, policy)| policy.clone())
    }

    /// By series and artifact; whoever is named for the artifact before whoever signs all.
    fn pinned(&self) -> Result<BTreeMap<(Series, ArtifactKind), Pins>, SignersError> {
        let mut sigstore = BTreeMap::<_, (&Signer, &SigstoreIdentity)>::new();
        let mut openpgp = BTreeMap::<_, (&Signer, &[Fingerprint])>::new();
        for signer in &self.people {
            let name = || signer.name.clone();
            if signer.sigstore.is_none() && signer.openpgp.is_empty() {
                return Err(SignersError::Nothing(name()));
            }
            if let Some(identity) = &signer.sigstore {
                identity.clone().checked().map_err(|problem| SignersError::Identity { name: name(), problem })?;
            }
            let kinds: Vec<_> = match signer.artifacts.as_slice() {
                [] => vec![None],
                kinds => kinds.iter().copied().map(Some).collect(),
            };
            for place in signer.series.iter().flat_map(|series| kinds.iter().map(|kind| (*series, *kind))) {
                if let Some(identity) = &signer.sigstore
                    && let Some((first, _)) = sigstore.insert(place, (signer, identity))
                {
                    return Err(doubled(place, "with Sigstore", first, signer));
                }
                if !signer.openpgp.is_empty()
                    && let Some((first, _)) = openpgp.insert(place, (signer, &signer.openpgp))
                {
                    return Err(doubled(place, "with OpenPGP", first, signer));
                }
            }
        }
        let series: BTreeSet<_> = self.people.iter().flat_map(|signer| signer.series.iter().copied()).collect();
        let places = series.into_iter().flat_map(|series| ArtifactKind::ALL.map(|kind| (series, kind)));
        Ok(places
            .filter_map(|(series, kind)| {
                let sigstore = sigstore.get(&(series, Some(kind))).or_else(|| sigstore.get(&(series, None)));
                let openpgp = openpgp.get(&(series, Some(kind))).or_else(|| openpgp.get(&(series, None)));
                let pins = Pins {
                    sigstore: sigstore.map(|(_, identity)| (*identity).clone()),
                    openpgp: openpgp.map_or(Vec::new(), |(_, keys)| keys.to_vec()),
                    policy: self.policy(series),
                };
                (sigstore.is_some() || openpgp.is_some()).then_some(((series, kind), pins))
            })
            .collect())
    }
}

fn doubled((series, kind): (Series, Option<ArtifactKind>), how: &str, first: &Signer, second: &Signer) -> SignersError {
    let what = kind.map_or_else(|| format!("all artifacts {how}"), |kind| format!("{kind} artifacts {how}"));
    SignersError::Doubled { series, what, first: first.name.clone(), second: second.name.clone() }
}

#[cfg(test)]
mod tests;
