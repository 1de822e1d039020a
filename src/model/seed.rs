//! What the first series of an empty manifest starts from.
//!
//! Owns `state/seed/series.json`, which names suites that upstream's own images are built on. Holds no digest.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Entry, PythonVersion, Series, Variant};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    series: Series,
    variants: Vec<Variant>,
}

static SEED: LazyLock<(Series, Entry)> = LazyLock::new(|| {
    let Seed { series, variants } = serde_json::from_str(include_str!("../../state/seed/series.json"))
        .expect("the embedded seed is checked by a test");
    let version: PythonVersion = format!("{series}.0").parse().expect("a series has a first release");
    let (source, windows, setuptools, pip, get_pip, gpg_key) = (None, None, None, None, None, None);
    (series, Entry { version, variants, source, windows, setuptools, pip, get_pip, gpg_key })
});

impl Entry {
    /// What the first series of an empty manifest starts from: variants, and neither digests nor components.
    pub fn seed() -> &'static Self {
        &SEED.1
    }
}

impl Series {
    /// The series that a new repository may start with: one in bugfix phase when this pybump was made.
    pub fn seed() -> Self {
        SEED.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Signers;

    #[test]
    fn the_seed_is_whole_and_signed_by_somebody_pinned() {
        let entry = Entry::seed();
        assert!(entry.variants.len() > 2 && !entry.has_windows());
        assert_eq!((entry.source, &entry.setuptools), (None, &None));
        assert_eq!(entry.version.series(), Series::seed());
        assert!(Signers::embedded().of(Series::seed(), crate::model::ArtifactKind::Source).is_some());
    }
}
