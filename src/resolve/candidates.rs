//! Which releases a key might be set to: from tags and listings together, for either may lag.

use std::collections::BTreeSet;

use crate::model::{Channel, PythonVersion, TrackedKey};

/// The releases that `key` admits among `tagged` and `listed`, newest first, down to `at` and with it.
///
/// python.org's listing sits behind an aggressive cache, and a tag may never get files, so each is only a hint; the
/// files decide. A listed folder `X.Y.0` says nothing of a final: it holds the pre-releases too.
pub fn candidates<'a>(
    key: TrackedKey,
    at: Option<&'a PythonVersion>,
    tagged: impl IntoIterator<Item = &'a PythonVersion>,
    listed: impl IntoIterator<Item = &'a PythonVersion>,
) -> Vec<PythonVersion> {
    tagged
        .into_iter()
        .chain(listed)
        .chain(at)
        .filter(|version| key.admits(version) && at.is_none_or(|at| *version >= at))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .rev()
        .cloned()
        .collect()
}

/// The first tagged final of the series, where `key` tracks its pre-releases: a later one may have no files yet.
pub fn released_final<'a>(
    key: TrackedKey,
    tagged: impl IntoIterator<Item = &'a PythonVersion>,
) -> Option<&'a PythonVersion> {
    let finals = tagged.into_iter().filter(|version| version.series() == key.series && !version.is_prerelease());
    finals.min().filter(|_| key.channel == Channel::PreRelease)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<PythonVersion> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn newest_first(key: &str, at: Option<&str>, tagged: &[&str], listed: &[&str]) -> String {
        let at = at.map(|at| at.parse().unwrap());
        let found = candidates(key.parse().unwrap(), at.as_ref(), &versions(tagged), &versions(listed));
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_and_listing_add_up_and_the_manifest_bounds_them_below() {
        assert_eq!(
            newest_first("3.14", Some("3.14.2"), &["3.14.1", "3.14.3", "3.14.10rc1"], &["3.14.10", "3.13.9"]),
            "3.14.10 3.14.3 3.14.2"
        );
        assert_eq!(
            newest_first("3.15-rc", None, &["3.15.0a1", "3.15.0b1", "3.15.0"], &["3.15.0"]),
            "3.15.0b1 3.15.0a1"
        );
        assert_eq!(newest_first("3.14", Some("3.14.9"), &[], &[]), "3.14.9");
    }

    #[test]
    fn a_final_matters_to_pre_release_keys_alone() {
        let tagged = versions(&["3.15.0rc1", "3.15.1", "3.15.0", "3.14.9"]);
        assert_eq!(released_final("3.15-rc".parse().unwrap(), &tagged).unwrap().to_string(), "3.15.0");
        assert_eq!(released_final("3.15".parse().unwrap(), &tagged), None);
    }
}
