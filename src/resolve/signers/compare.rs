//! The comparison itself.

use std::collections::BTreeSet;

use super::{Deviation, SignedPart, SignerComparison, SignerDifference, SignerPageName, is_for_windows};
use crate::model::{ArtifactKind, Fingerprint, Series, Signers};
use crate::sources::client::Answer;
use crate::sources::signer_pages::{OpenPgpRow, PageText, ShownKey, SignerPage, SignerPages, SigstoreRow};

/// Compares `pins` with `pages`.
///
/// Series older than every pinned one are no differences: python.org keeps listing who signed them, and no image follows
/// them. Nor is a key that the page shows beside a pinned one of a person who signs macOS binaries as well: which key is
/// for what the page does not say.
pub fn compare(pins: &Signers, pages: &SignerPages) -> SignerComparison {
    let mut comparison = SignerComparison::default();
    if let Some(page) = readable(&pages.sigstore, SignerPageName::Sigstore, &mut comparison) {
        sigstore(pins, page, &mut comparison);
    }
    if let Some(page) = readable(&pages.openpgp, SignerPageName::OpenPgp, &mut comparison) {
        openpgp(pins, page, &mut comparison);
    }
    comparison
}

/// The page, if there is one; what of it cannot be read goes into `comparison`.
fn readable<'a, R>(
    answer: &'a Answer<SignerPage<R>>,
    name: SignerPageName,
    comparison: &mut SignerComparison,
) -> Option<&'a SignerPage<R>> {
    let why = match answer {
        Answer::Found(page) => {
            comparison.unreadable.extend(page.unreadable.iter().map(|row| (name, row.clone())));
            return Some(page);
        }
        Answer::Missing(missing) => missing.to_string(),
        Answer::Failed(error) => error.to_string(),
    };
    comparison.unanswered.push((name, why));
    None
}

/// True if a row that cannot be read may be the one about `series`.
fn may_be_unread<R>(page: &SignerPage<R>, series: Option<Series>) -> bool {
    page.unreadable.iter().any(|row| row.series.is_empty() || series.is_some_and(|series| row.series.contains(&series)))
}

fn sigstore(pins: &Signers, page: &SignerPage<SigstoreRow>, comparison: &mut SignerComparison) {
    let pinned = |series| pins.of(series, ArtifactKind::Source).and_then(|pins| pins.sigstore.as_ref());
    let oldest = pinned_series(pins).first().copied();
    let mut found = Vec::new();
    for SigstoreRow { series, identity, text } in &page.rows {
        let pinned = pinned(*series).cloned();
        if pinned.is_none() && oldest.is_some_and(|oldest| *series < oldest) {
            comparison.notes.push(format!("{series} is older than every pinned series: {text}"));
        } else if pinned.as_ref() != Some(identity) {
            let deviation = Deviation::Sigstore { pinned, found: identity.clone() };
            found.push((*series, deviation, Some(text.clone())));
        }
    }
    for series in pinned_series(pins) {
        let Some(pinned) = pinned(series) else { continue };
        if !page.rows.iter().any(|row| row.series == series) && !may_be_unread(page, Some(series)) {
            found.push((series, Deviation::SigstoreGone { pinned: pinned.clone() }, None));
        }
    }
    found.sort_by_key(|(series, ..)| *series);
    comparison.differences.extend(found.into_iter().map(|(series, deviation, evidence)| SignerDifference {
        part: SignedPart::Series(series),
        deviation,
        evidence,
    }));
}

fn openpgp(pins: &Signers, page: &SignerPage<OpenPgpRow>, comparison: &mut SignerComparison) {
    let pinned_series = pinned_series(pins);
    let oldest = pinned_series.first().copied();
    let named: BTreeSet<_> = page.rows.iter().flat_map(|row| row.series.iter().copied()).collect();
    for row in &page.rows {
        let short: Vec<_> = row.keys.iter().filter(|key| matches!(key, ShownKey::Short(_))).collect();
        for key in short {
            comparison.notes.push(format!(
                "{key} of {}: 8 digits name no key, for anyone can make one that ends so; it is not compared",
                row.person
            ));
        }
    }
    for series in named.union(&pinned_series) {
        let rows: Vec<_> = page.rows.iter().filter(|row| row.series.contains(series)).collect();
        let pinned = pins.of(*series, ArtifactKind::Source).map_or(&[][..], |pins| &pins.openpgp);
        if pinned.is_empty() && oldest.is_some_and(|oldest| *series < oldest) {
            let persons: Vec<_> = rows.iter().map(|row| row.person.as_str()).collect();
            let note = format!("{series} is older than every pinned series: {}", persons.join(", "));
            comparison.notes.push(note);
        } else {
            let unread = may_be_unread(page, Some(*series));
            keys(SignedPart::Series(*series), &rows, pinned, unread, comparison);
        }
    }
    let rows: Vec<_> = page.rows.iter().filter(|row| row.windows).collect();
    let pinned: BTreeSet<_> =
        pins.people().iter().filter(|signer| is_for_windows(signer)).flat_map(|it| &it.openpgp).collect();
    let pinned: Vec<_> = pinned.into_iter().cloned().collect();
    keys(SignedPart::Windows, &rows, &pinned, may_be_unread(page, None), comparison);
}

/// Compares the keys that `rows` show with those `pinned` for the same.
fn keys(
    part: SignedPart,
    rows: &[&OpenPgpRow],
    pinned: &[Fingerprint],
    unread: bool,
    comparison: &mut SignerComparison,
) {
    let mut tell = |deviation, evidence| {
        comparison.differences.push(SignerDifference { part, deviation, evidence });
    };
    let is_pinned = |key: &ShownKey| pinned.iter().any(|pinned| key.names(pinned));
    for row in rows {
        let may_be_for_macos = row.macos && row.keys.iter().any(is_pinned);
        let unpinned = |key: &&ShownKey| !matches!(key, ShownKey::Short(_)) && !is_pinned(key);
        for key in row.keys.iter().filter(|_| !may_be_for_macos).filter(unpinned) {
            let (pinned, found, person) = (pinned.to_vec(), key.clone(), row.person.clone());
            tell(Deviation::Key { pinned, found, person }, Some(row.text.clone()));
        }
    }
    let shown: Vec<_> = rows.iter().flat_map(|row| row.keys.iter().cloned()).collect();
    for key in pinned.iter().filter(|key| !unread && !shown.iter().any(|shown| shown.names(key))) {
        let words: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
        let evidence = (!words.is_empty()).then(|| PageText::new(&words.join("; ")));
        tell(Deviation::KeyGone { pinned: key.clone(), found: shown.clone() }, evidence);
    }
}

fn pinned_series(pins: &Signers) -> BTreeSet<Series> {
    pins.people().iter().flat_map(|signer| signer.series.iter().copied()).collect()
}
