//! What holds whatever the sources say: random manifests, random observations.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::scene::*;
use crate::model::{Artifact, ArtifactKind, Channel, Entry, Sha256, TrackedKey};
use crate::resolve::*;
use crate::sources::cpython::Tag;
use crate::sources::get_pip::GetPipPin;
use crate::sources::release_cycle::{Cycle, Phase};
use crate::verify::Rejection;

/// What one question comes to, as a value that can be built twice.
#[derive(Debug, Clone)]
enum Answer<T> {
    Found(T),
    Missing,
    Failed,
}

impl<T> Answer<T> {
    fn seen<U>(&self, build: impl FnOnce(&T) -> U) -> Seen<U> {
        match self {
            Self::Found(value) => Seen::Found(build(value)),
            Self::Missing => missing(),
            Self::Failed => failed("it"),
        }
    }
}

fn answer<T: Clone + std::fmt::Debug + 'static>(found: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Answer<T>> {
    prop_oneof![4 => found.prop_map(Answer::Found), 1 => Just(Answer::Missing), 1 => Just(Answer::Failed)].boxed()
}

#[derive(Debug, Clone)]
enum Proof {
    /// Signed so many hours ago, over the digest of the artifact's own name or of another's.
    Signed {
        hours: i64,
        other: bool,
    },
    Rejected,
    NoBundle(Answer<()>),
    Failed,
}

#[derive(Debug, Clone)]
struct ArtifactCase {
    file: Option<Answer<Option<i64>>>,
    proof: Proof,
}

#[derive(Debug, Clone)]
struct ReleaseCase {
    release: usize,
    tagged: Option<Answer<i64>>,
    source: ArtifactCase,
    windows: Option<ArtifactCase>,
    /// Whether it was read whole, and whether it lists source and installer.
    folder: Option<Answer<(bool, bool, bool)>>,
    /// pip, setuptools.
    bundled: Option<Answer<(&'static str, Option<&'static str>)>>,
}

#[derive(Debug, Clone)]
struct EntryCase {
    release: usize,
    windows: bool,
    checksums: (bool, bool),
    components: bool,
    get_pip: bool,
}

#[derive(Debug, Clone)]
struct SeriesCase {
    entry: Option<EntryCase>,
    tags: Answer<Vec<usize>>,
    candidates: Vec<ReleaseCase>,
    final_release: Option<ReleaseCase>,
}

#[derive(Debug, Clone)]
struct World {
    index: Answer<Vec<bool>>,
    phase: Answer<Option<Phase>>,
    get_pip: Option<Answer<&'static str>>,
    without_windows: bool,
    series: Vec<SeriesCase>,
}

const KEYS: [&str; 3] = ["3.13", "3.14", "3.15-rc"];

/// The releases of each key, oldest first; the last is none that the key wants.
const RELEASES: [[&str; 5]; 3] = [
    ["3.13.0", "3.13.1", "3.13.2", "3.13.10", "3.13.2rc1"],
    ["3.14.0", "3.14.1", "3.14.2", "3.14.10", "3.13.10"],
    ["3.15.0a1", "3.15.0a7", "3.15.0b1", "3.15.0rc1", "3.15.0"],
];

fn hours() -> impl Strategy<Value = i64> + Clone {
    select(vec![2_i64, 23, 30, 90])
}

fn proof() -> impl Strategy<Value = Proof> {
    prop_oneof![
        6 => (hours(), prop::bool::weighted(0.1)).prop_map(|(hours, other)| Proof::Signed { hours, other }),
        1 => Just(Proof::Rejected),
        2 => answer(Just(())).prop_map(Proof::NoBundle),
        1 => Just(Proof::Failed),
    ]
}

fn artifact_case() -> impl Strategy<Value = ArtifactCase> {
    let file = option::weighted(0.9, answer(option::of(hours())));
    (file, proof()).prop_map(|(file, proof)| ArtifactCase { file, proof })
}

fn release_case() -> impl Strategy<Value = ReleaseCase> {
    let bundled = (select(vec!["23.0", "24.0", "25.0"]), option::weighted(0.8, select(vec!["60.0", "65.5.1", "70.0"])));
    (
        0..5_usize,
        option::weighted(0.9, answer(select(vec![3_i64, 24, 91]))),
        artifact_case(),
        option::weighted(0.9, artifact_case()),
        option::weighted(0.8, answer(any::<(bool, bool, bool)>())),
        option::weighted(0.9, answer(bundled)),
    )
        .prop_map(|(release, tagged, source, windows, folder, bundled)| ReleaseCase {
            release,
            tagged,
            source,
            windows,
            folder,
            bundled,
        })
}

fn series_case() -> impl Strategy<Value = SeriesCase> {
    let entry = (0..4_usize, any::<bool>(), any::<(bool, bool)>(), prop::bool::weighted(0.4), any::<bool>());
    let entry = entry.prop_map(|(release, windows, checksums, components, get_pip)| EntryCase {
        release,
        windows,
        checksums,
        components,
        get_pip,
    });
    (option::weighted(0.8, entry), answer(vec(0..5_usize, 0..5)), vec(release_case(), 0..4), option::of(release_case()))
        .prop_map(|(entry, tags, candidates, final_release)| SeriesCase { entry, tags, candidates, final_release })
}

fn world() -> impl Strategy<Value = World> {
    (
        answer(vec(any::<bool>(), 15)),
        answer(select(phases().to_vec())),
        option::of(answer(select(vec!["a", "b"]))),
        any::<bool>(),
        vec(series_case(), 3),
    )
        .prop_map(|(index, phase, get_pip, without_windows, series)| World {
            index,
            phase,
            get_pip,
            without_windows,
            series,
        })
}

impl ArtifactCase {
    fn digest(other: bool, artifact: &Artifact) -> Sha256 {
        if other { digest(&source("3.14.1")) } else { digest(artifact) }
    }

    fn observed(&self, artifact: &Artifact) -> ArtifactObservation {
        let time = |hours: &Option<i64>| ArtifactFile { modified: hours.map(hours_ago), size: None };
        let evidence = match &self.proof {
            Proof::Signed { hours, other } => {
                let made = verified(artifact, Self::digest(*other, artifact), hours_ago(*hours));
                EvidenceState::Verified(Box::new(made))
            }
            Proof::Rejected => EvidenceState::Rejected(Rejection::NoSigner(artifact.version.series())),
            Proof::NoBundle(openpgp) => EvidenceState::NoBundle { openpgp: openpgp.seen(|()| ()) },
            Proof::Failed => EvidenceState::Failed("503 of it".to_owned()),
        };
        ArtifactObservation { file: self.file.as_ref().map(|file| file.seen(time)), evidence }
    }
}

impl ReleaseCase {
    fn observed(&self, key: usize) -> CandidateObservation {
        let version = version(RELEASES[key][self.release]);
        let (source, windows) = (Artifact::source(&version), Artifact::windows(&version));
        let listing = |(complete, with_source, with_windows): &(bool, bool, bool)| {
            let listed = [(*with_source, &source), (*with_windows, &windows)].into_iter().filter(|(listed, _)| *listed);
            let files: Vec<_> = listed.map(|(_, artifact)| artifact.clone()).collect();
            folder(*complete, &files).found().cloned().unwrap()
        };
        let bundling = |(pip, setuptools): &(&str, Option<&str>)| bundled(pip, *setuptools).found().cloned().unwrap();
        CandidateObservation {
            tagged_at: self.tagged.as_ref().map(|tagged| tagged.seen(|hours| hours_ago(*hours))),
            source: self.source.observed(&source),
            windows: self.windows.as_ref().map(|case| case.observed(&windows)),
            folder: self.folder.as_ref().map(|folder| folder.seen(listing)),
            ensurepip: self.bundled.as_ref().map(|bundled| bundled.seen(bundling)),
            version,
        }
    }

    /// True if the release's folder, read whole, has no installer.
    fn has_no_installer(&self) -> bool {
        matches!(self.folder, Some(Answer::Found((true, _, false))))
    }
}

impl EntryCase {
    fn entry(&self, key: usize) -> Entry {
        let full = if self.windows { entry } else { linux_entry };
        let full = full(RELEASES[key][self.release]);
        let component = |version: &str| self.components.then(|| version.parse().unwrap());
        Entry {
            source: full.source.filter(|_| self.checksums.0),
            windows: full.windows.filter(|_| self.checksums.1),
            setuptools: component("65.5.1"),
            pip: component("24.0"),
            get_pip: self.get_pip.then(|| pin("a").commit),
            ..full
        }
    }
}

impl SeriesCase {
    fn observed(&self, key: usize) -> SeriesObservation {
        let tags = |tagged: &Vec<usize>| -> Vec<Tag> {
            tagged.iter().map(|release| tag(version(RELEASES[key][*release]))).collect()
        };
        SeriesObservation {
            tags: self.tags.seen(tags),
            candidates: self.candidates.iter().map(|candidate| candidate.observed(key)).collect(),
            recorded: None,
            final_release: self.final_release.as_ref().map(|candidate| candidate.observed(key)),
        }
    }
}

impl World {
    /// The scene with the series of these keys alone; the manifest is always whole.
    fn scene(&self, keys: &[usize]) -> Scene {
        let mut scene = Scene::empty();
        scene.without_windows = self.without_windows;
        for (key, series) in self.series.iter().enumerate() {
            scene.manifest.entries.extend(series.entry.as_ref().map(|entry| (tracked(key), entry.entry(key))));
        }
        let all = RELEASES.iter().flatten().map(|text| version(text));
        let listed = |named: &Vec<bool>| all.zip(named).filter(|(_, named)| **named).map(|(all, _)| all).collect();
        let series_of = |key: &usize| (tracked(*key), self.series[*key].observed(*key));
        let cycle = |phase: &Option<Phase>| -> BTreeMap<_, _> {
            let cycle = phase.map(|phase| Cycle { phase, first_release: None, end_of_life: None, pep: None });
            (0..3).filter_map(|key| Some((tracked(key).series, cycle.clone()?))).collect()
        };
        scene.observations = Observations {
            index: self.index.seen(listed),
            cycles: self.phase.seen(cycle),
            get_pip: self.get_pip.as_ref().map(|newest| newest.seen(|digits| -> GetPipPin { pin(digits) })),
            series: keys.iter().map(series_of).collect(),
        };
        scene
    }

    fn may_drop_variants(&self) -> bool {
        self.without_windows || matches!(self.phase, Answer::Found(Some(Phase::Security)))
    }
}

fn tracked(key: usize) -> TrackedKey {
    KEYS[key].parse().unwrap()
}

/// The digests that a source signs for this artifact of this release.
fn signed_digests(series: &SeriesCase, key: usize, artifact: &Artifact) -> Vec<(Sha256, Timestamp)> {
    let of = |case: &ReleaseCase| match artifact.kind {
        ArtifactKind::Source => Some(case.source.proof.clone()),
        ArtifactKind::Windows => case.windows.as_ref().map(|windows| windows.proof.clone()),
    };
    let cases = series.candidates.iter().filter(|case| RELEASES[key][case.release] == artifact.version.to_string());
    let proofs = cases.filter_map(of);
    let signed = |proof| match proof {
        Proof::Signed { hours, other } => Some((ArtifactCase::digest(other, artifact), hours_ago(hours))),
        _ => None,
    };
    proofs.filter_map(signed).collect()
}

fn check(world: &World, key: usize, plan: &SeriesPlan, scene: &Scene) -> Result<(), TestCaseError> {
    let Outcome::Update(change) = &plan.outcome else { return Ok(()) };
    let series = &world.series[key];
    let entry = scene.manifest.entries.get(&plan.key);
    let before = entry.unwrap_or_else(|| seed(&scene.manifest));
    prop_assert!(plan.key.admits(&change.to));
    prop_assert_eq!(change.to.is_prerelease(), plan.key.channel == Channel::PreRelease);
    prop_assert!(plan.at.as_ref().is_none_or(|at| change.to >= *at), "lowered");
    prop_assert_eq!(&change.from, &plan.at);

    for artifact in change.artifacts() {
        let signed = signed_digests(series, key, artifact.artifact());
        prop_assert!(signed.contains(&(artifact.sha256(), artifact.signed_at())), "a digest from nowhere");
        prop_assert_eq!(&artifact.artifact().version, &change.to);
    }
    let in_place = plan.at.as_ref() == Some(&change.to);
    for artifact in change.artifacts().filter(|_| in_place) {
        let recorded = before.checksum(artifact.artifact().kind);
        prop_assert!(recorded.is_none_or(|recorded| recorded == artifact.sha256()), "a checksum was replaced");
    }

    let mut variants = change.variants.clone();
    variants.extend(change.dropped.clone());
    prop_assert_eq!(&variants, &before.variants, "variants got lost");
    if !change.dropped.is_empty() {
        let of = |case: &&ReleaseCase| RELEASES[key][case.release] == change.to.to_string();
        prop_assert!(world.may_drop_variants() && !in_place);
        prop_assert!(series.candidates.iter().filter(of).any(ReleaseCase::has_no_installer));
        prop_assert!(change.dropped.iter().all(crate::model::Variant::is_windows));
    }
    let keeps_windows = change.variants.iter().any(crate::model::Variant::is_windows);
    prop_assert!(in_place || keeps_windows == change.windows.is_some(), "variants without their installer");

    for component in &change.components {
        if let ComponentChange::Package { from: Some(from), to, .. } = component {
            prop_assert!(!in_place || from < to, "a component went back without a CPython change");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_sources_say_the_rules_hold(world in world()) {
        let together = world.scene(&[0, 1, 2]).plan();
        prop_assert_eq!(format!("{together:?}"), format!("{:?}", world.scene(&[0, 1, 2]).plan()), "not pure");
        for (key, plan) in together.series.iter().enumerate() {
            let alone = world.scene(&[key]).plan();
            prop_assert_eq!(format!("{plan:?}"), format!("{:?}", alone.series[0]), "another series decided");
            check(&world, key, plan, &world.scene(&[]))?;
            prop_assert!(!shown(&alone).is_empty());
        }
    }
}
