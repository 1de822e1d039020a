//! The two pages of signers and, for keys that they name by id alone, the fingerprints: what the pins differ in, and the
//! changes that this asks for.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use crate::model::{Fingerprint, Signers};
use crate::resolve::signers::{
    Deviation, PinChange, SignedPart, SignerComparison, SignerDifference, compare, is_for_windows,
};
use crate::sources::client::{Answer, Client};
use crate::sources::signer_pages::ShownKey;
use crate::sources::{openpgp_key, signer_pages};

/// What the pages come to for pins.
#[derive(Debug, Clone)]
pub struct SignerFindings {
    /// Differences, and what could not be read.
    pub comparison: SignerComparison,
    /// For each difference, in its order, the change of the pins that follows; or why none does.
    pub changes: Vec<Result<PinChange, NoChange>>,
    /// The keys that were asked for by id, as they came: each has its fingerprint, and nothing else of it was checked.
    pub keys: BTreeMap<Fingerprint, String>,
}

/// Why a difference changes no pin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoChange {
    /// A person decides.
    #[error("{0}")]
    ByHand(&'static str),
    /// The key could not be had.
    #[error("its fingerprint could not be had: {0}")]
    NoKey(String),
}

impl SignerFindings {
    /// The differences that change a pin, with the change.
    pub fn adopted(&self) -> impl Iterator<Item = (&SignerDifference, &PinChange)> {
        let pairs = self.comparison.differences.iter().zip(&self.changes);
        pairs.filter_map(|(difference, change)| Some((difference, change.as_ref().ok()?)))
    }

    /// Those that change none, with the reason.
    pub fn left(&self) -> impl Iterator<Item = (&SignerDifference, &NoChange)> {
        let pairs = self.comparison.differences.iter().zip(&self.changes);
        pairs.filter_map(|(difference, change)| Some((difference, change.as_ref().err()?)))
    }

    /// The keys that changes pin, in order.
    pub fn adopted_keys(&self) -> BTreeSet<&Fingerprint> {
        let key = |(_, change)| match change {
            &PinChange::Sigstore { .. } => None,
            PinChange::Key { key, .. } | PinChange::WindowsKey { key } => Some(key),
        };
        self.adopted().filter_map(key).collect()
    }

    /// True if everything that there was to read was read.
    pub fn is_complete(&self) -> bool {
        self.comparison.is_complete() && !self.left().any(|(_, why)| matches!(why, NoChange::NoKey(_)))
    }
}

/// Reads the pages and compares them with `pins`.
pub async fn signers(client: &Client, pins: &Signers) -> SignerFindings {
    let comparison = compare(pins, &signer_pages::fetch(client).await);
    let ids: BTreeSet<_> = comparison.differences.iter().filter_map(asked_for).collect();
    let answers = join_all(ids.iter().map(|id| openpgp_key::fetch_by_id(client, id))).await;
    let known: BTreeMap<_, _> = ids.into_iter().zip(answers).collect();
    let for_windows = pins.people().iter().filter(|signer| is_for_windows(signer)).count();
    let change = |difference| change(difference, &known, for_windows);
    let changes = comparison.differences.iter().map(change).collect();
    let keys = known.into_values().filter_map(|answer| match answer {
        Answer::Found(key) => Some(key),
        Answer::Missing(_) | Answer::Failed(_) => None,
    });
    let keys = keys.collect();
    SignerFindings { comparison, changes, keys }
}

/// The key id whose fingerprint is needed.
fn asked_for(difference: &SignerDifference) -> Option<&str> {
    match &difference.deviation {
        Deviation::Key { found: ShownKey::Long(id), .. } => Some(id),
        _ => None,
    }
}

fn change(
    difference: &SignerDifference,
    known: &BTreeMap<&str, Answer<(Fingerprint, String)>>,
    for_windows: usize,
) -> Result<PinChange, NoChange> {
    let part = difference.part;
    match (&difference.deviation, part) {
        (Deviation::Sigstore { found, .. }, SignedPart::Series(series)) => {
            Ok(PinChange::Sigstore { series, identity: found.clone() })
        }
        (Deviation::Key { .. }, SignedPart::Windows) if for_windows != 1 => Err(NoChange::ByHand(
            "for which series it is the page does not say, and not exactly one signer of Windows binaries is pinned; pin it \
             by hand",
        )),
        (Deviation::Key { found, person, .. }, part) => {
            let key = match found {
                ShownKey::Fingerprint(key) => key.clone(),
                ShownKey::Long(id) | ShownKey::Short(id) => match known.get(id.as_str()) {
                    Some(Answer::Found((key, _))) => key.clone(),
                    Some(Answer::Missing(missing)) => return Err(NoChange::NoKey(missing.to_string())),
                    Some(Answer::Failed(error)) => return Err(NoChange::NoKey(error.to_string())),
                    None => return Err(NoChange::NoKey(format!("{id} was not asked for"))),
                },
            };
            Ok(match part {
                SignedPart::Series(series) => PinChange::Key { series, key, person: person.clone() },
                SignedPart::Windows => PinChange::WindowsKey { key },
            })
        }
        _ => Err(NoChange::ByHand("pybump removes no pin; if it is no longer to count, remove it by hand")),
    }
}
