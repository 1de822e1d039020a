//! A repository's own signers file: the edits that bring its pins to what was found, its comments and order kept.
//!
//! Refuses to remove a pin, and to give back a text that, read again, pins anything but what was intended.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TomlError, Value, value};

use crate::model::{ArtifactKind, Fingerprint, Series, Signer, Signers, SignersError, SigstoreIdentity};
use crate::resolve::signers::{PinChange, is_for_windows};

/// Pins that could not be changed; nothing was.
#[derive(Debug, thiserror::Error)]
pub enum SignersFileError {
    /// It is no TOML.
    #[error(transparent)]
    Syntax(#[from] TomlError),
    /// It is no signers file, before or after.
    #[error(transparent)]
    Signers(#[from] SignersError),
    /// It is spelt in a way that is not edited.
    #[error(
        "its signers are not written as [[signer]] tables with series = [\"3.14\"] and the like; change it by hand"
    )]
    Form,
    /// Windows binaries have no signer, or several.
    #[error("{0} signers are for Windows binaries; expected one to give the key {1}; change it by hand")]
    Windows(usize, Fingerprint),
    /// What was made of it pins something else.
    #[error("what was made of it would not pin what was intended; change it by hand")]
    Other,
}

/// The text of a signers file with `changes` made, which are no two of one series that contradict each other.
pub fn with_pins(text: &str, changes: &[PinChange]) -> Result<String, SignersFileError> {
    let mut intended = pins(&Signers::parse(text)?);
    for change in changes {
        intend(&mut intended, change);
    }
    intended.retain(|_, (sigstore, keys)| sigstore.is_some() || !keys.is_empty());
    let mut file = File(text.parse()?);
    let mut sigstore = BTreeMap::<_, BTreeSet<Series>>::new();
    let mut keys = BTreeMap::<_, BTreeSet<Series>>::new();
    for change in changes {
        match change {
            PinChange::Sigstore { series, identity } => {
                sigstore.entry(identity).or_default().insert(*series);
            }
            PinChange::Key { series, key, person } => {
                keys.entry((person, key)).or_default().insert(*series);
            }
            PinChange::WindowsKey { .. } => {}
        }
    }
    for (identity, series) in sigstore {
        file.set_sigstore(identity, series)?;
    }
    for ((person, key), series) in keys {
        file.add_key(person, key, series)?;
    }
    for change in changes {
        if let PinChange::WindowsKey { key } = change {
            file.add_windows_key(key)?;
        }
    }
    let mut after = file.0.to_string();
    if text.contains("\r\n") {
        after = after.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if pins(&Signers::parse(&after)?) == intended { Ok(after) } else { Err(SignersFileError::Other) }
}

/// Identity and keys by series and, where a signer is for one alone, artifact.
type Pinned = BTreeMap<(Series, Option<ArtifactKind>), (Option<SigstoreIdentity>, BTreeSet<Fingerprint>)>;

fn pins(signers: &Signers) -> Pinned {
    let mut pinned = Pinned::new();
    for signer in signers.people() {
        let kinds: Vec<_> = if signer.artifacts.is_empty() {
            vec![None]
        } else {
            signer.artifacts.iter().map(|it| Some(*it)).collect()
        };
        for place in signer.series.iter().flat_map(|series| kinds.iter().map(|kind| (*series, *kind))) {
            let (sigstore, keys) = pinned.entry(place).or_default();
            *sigstore = sigstore.take().or_else(|| signer.sigstore.clone());
            keys.extend(signer.openpgp.iter().cloned());
        }
    }
    pinned
}

fn intend(pinned: &mut Pinned, change: &PinChange) {
    match change {
        PinChange::Sigstore { series, identity } => {
            pinned.entry((*series, None)).or_default().0 = Some(identity.clone());
        }
        PinChange::Key { series, key, .. } => {
            pinned.entry((*series, None)).or_default().1.insert(key.clone());
        }
        PinChange::WindowsKey { key } => {
            for ((_, kind), (_, keys)) in pinned {
                if *kind == Some(ArtifactKind::Windows) && !keys.is_empty() {
                    keys.insert(key.clone());
                }
            }
        }
    }
}

/// The file as it is edited.
struct File(DocumentMut);

impl File {
    /// The signers as they are by now, in the order of their tables.
    fn people(&self) -> Result<Vec<Signer>, SignersFileError> {
        Ok(Signers::parse(&self.0.to_string())?.people().to_vec())
    }

    fn tables(&mut self) -> Result<&mut ArrayOfTables, SignersFileError> {
        self.0.get_mut("signer").and_then(Item::as_array_of_tables_mut).ok_or(SignersFileError::Form)
    }

    fn table(&mut self, index: usize) -> Result<&mut Table, SignersFileError> {
        self.tables()?.get_mut(index).ok_or(SignersFileError::Form)
    }

    fn array(&mut self, index: usize, name: &str) -> Result<&mut Array, SignersFileError> {
        self.table(index)?.get_mut(name).and_then(Item::as_array_mut).ok_or(SignersFileError::Form)
    }

    /// Lets `identity` sign `series`. Where they are all that a signer signs, the signer stays in place.
    fn set_sigstore(
        &mut self,
        identity: &SigstoreIdentity,
        mut series: BTreeSet<Series>,
    ) -> Result<(), SignersFileError> {
        let mut name = identity.identity.clone();
        while let Some((index, held)) = self.holder(&series, |signer| signer.sigstore.is_some())? {
            let signer = &self.people()?[index];
            series.retain(|series| !held.contains(series));
            let same_person = signer.sigstore.as_ref().is_some_and(|pinned| pinned.identity == identity.identity);
            let whole = held.len() == signer.series.len();
            let others = self.people()?.iter().any(|other| is_of(other, identity));
            if same_person {
                name.clone_from(&signer.name);
            }
            if whole && (same_person || signer.openpgp.is_empty()) && !others {
                self.put_sigstore(index, identity)?;
                if !same_person {
                    set_text(self.table(index)?.get_mut("name").ok_or(SignersFileError::Form)?, &identity.identity)?;
                }
                continue;
            }
            self.detach(index, &held, !same_person)?;
            self.attach(&name, identity, &held, if same_person { &signer.openpgp } else { &[] })?;
        }
        if series.is_empty() { Ok(()) } else { self.attach(&name, identity, &series, &[]) }
    }

    /// Lets `key` sign `series` as well.
    fn add_key(
        &mut self,
        person: &str,
        key: &Fingerprint,
        mut series: BTreeSet<Series>,
    ) -> Result<(), SignersFileError> {
        while let Some((index, held)) = self.holder(&series, |signer| !signer.openpgp.is_empty())? {
            let signer = self.people()?[index].clone();
            series.retain(|series| !held.contains(series));
            if held.len() == signer.series.len() {
                push(self.array(index, "openpgp")?, &key.to_string());
                continue;
            }
            self.detach(index, &held, false)?;
            let mut keys = signer.openpgp.clone();
            keys.push(key.clone());
            self.add(&signer.name, &held, signer.sigstore.as_ref(), &keys)?;
        }
        if series.is_empty() { Ok(()) } else { self.add(person, &series, None, std::slice::from_ref(key)) }
    }

    fn add_windows_key(&mut self, key: &Fingerprint) -> Result<(), SignersFileError> {
        let people = self.people()?;
        let found: Vec<_> = (0..people.len()).filter(|index| is_for_windows(&people[*index])).collect();
        match found.as_slice() {
            [only] => {
                push(self.array(*only, "openpgp")?, &key.to_string());
                Ok(())
            }
            others => Err(SignersFileError::Windows(others.len(), key.clone())),
        }
    }

    /// The first signer of all artifacts who `signs` some of `series`, and which.
    fn holder(
        &self,
        series: &BTreeSet<Series>,
        signs: impl Fn(&Signer) -> bool,
    ) -> Result<Option<(usize, BTreeSet<Series>)>, SignersFileError> {
        let people = self.people()?;
        let mut holders = people.iter().enumerate().filter(|(_, signer)| signer.artifacts.is_empty() && signs(signer));
        Ok(holders.find_map(|(index, signer)| {
            let held: BTreeSet<_> = signer.series.iter().filter(|it| series.contains(it)).copied().collect();
            (!held.is_empty()).then_some((index, held))
        }))
    }

    /// Takes `series` from a signer; with `keep_keys` the signer's OpenPGP keys still sign them.
    fn detach(&mut self, index: usize, series: &BTreeSet<Series>, keep_keys: bool) -> Result<(), SignersFileError> {
        let signer = self.people()?[index].clone();
        let keeps = keep_keys && !signer.openpgp.is_empty();
        if signer.series.len() > series.len() {
            let array = self.array(index, "series")?;
            array
                .retain(|item| item.as_str().and_then(|text| text.parse().ok()).is_none_or(|it| !series.contains(&it)));
            if let Some(first) = array.get_mut(0).filter(|first| prefix(first) == " ") {
                first.decor_mut().set_prefix("");
            }
            return if keeps { self.add(&signer.name, series, None, &signer.openpgp) } else { Ok(()) };
        }
        if keeps {
            self.table(index)?.remove("sigstore");
        } else {
            self.tables()?.remove(index);
        }
        Ok(())
    }

    /// Gives `series` to the signer who has this identity and these keys alone, or to a new one.
    fn attach(
        &mut self,
        name: &str,
        identity: &SigstoreIdentity,
        series: &BTreeSet<Series>,
        keys: &[Fingerprint],
    ) -> Result<(), SignersFileError> {
        let people = self.people()?;
        let Some(index) = people.iter().position(|signer| is_of(signer, identity) && signer.openpgp == keys) else {
            let known = people
                .iter()
                .find(|signer| signer.sigstore.as_ref().is_some_and(|it| it.identity == identity.identity));
            let name = known.map_or(name, |signer| signer.name.as_str());
            return self.add(name, series, Some(identity), keys);
        };
        let array = self.array(index, "series")?;
        for series in series {
            push(array, &series.to_string());
        }
        Ok(())
    }

    /// A new signer behind the others.
    fn add(
        &mut self,
        name: &str,
        series: &BTreeSet<Series>,
        sigstore: Option<&SigstoreIdentity>,
        keys: &[Fingerprint],
    ) -> Result<(), SignersFileError> {
        let mut table = Table::new();
        table.insert("name", value(name));
        table.insert("series", value(series.iter().map(ToString::to_string).collect::<Array>()));
        if let Some(SigstoreIdentity { identity, issuer }) = sigstore {
            let pairs = [("identity", identity.as_str()), ("issuer", issuer.as_str())];
            table.insert("sigstore", value(pairs.into_iter().collect::<InlineTable>()));
        }
        if !keys.is_empty() {
            table.insert("openpgp", value(keys.iter().map(ToString::to_string).collect::<Array>()));
        }
        table.decor_mut().set_prefix("\n");
        self.tables()?.push(table);
        Ok(())
    }

    fn put_sigstore(&mut self, index: usize, identity: &SigstoreIdentity) -> Result<(), SignersFileError> {
        let sigstore = self.table(index)?.get_mut("sigstore").and_then(Item::as_table_like_mut);
        let sigstore = sigstore.ok_or(SignersFileError::Form)?;
        for (name, text) in [("identity", &identity.identity), ("issuer", &identity.issuer)] {
            set_text(sigstore.get_mut(name).ok_or(SignersFileError::Form)?, text)?;
        }
        Ok(())
    }
}

/// True of a signer of all artifacts who has this identity.
fn is_of(signer: &Signer, identity: &SigstoreIdentity) -> bool {
    signer.artifacts.is_empty() && signer.sigstore.as_ref() == Some(identity)
}

/// Sets a text where it differs, and keeps what stands around it.
fn set_text(item: &mut Item, text: &str) -> Result<(), SignersFileError> {
    let old = item.as_value_mut().ok_or(SignersFileError::Form)?;
    if old.as_str() != Some(text) {
        let decor = old.decor().clone();
        *old = Value::from(text);
        *old.decor_mut() = decor;
    }
    Ok(())
}

/// Adds a text as the last of an array, on a line of its own where the others have theirs.
fn push(array: &mut Array, text: &str) {
    let before = array.iter().last().map(prefix).filter(|before| before.contains('\n'));
    array.push(text);
    if let (Some(before), Some(last)) = (before, array.len().checked_sub(1)) {
        // A comment of the one before is not the new one's.
        let indent = before.rsplit('\n').next().unwrap_or_default();
        array.get_mut(last).expect("it was just added").decor_mut().set_prefix(format!("\n{indent}"));
    }
}

fn prefix(value: &Value) -> String {
    value.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
