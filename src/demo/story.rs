//! The demo's world: four series, each in another state, and the image repository that tracks them.

use jiff::{SignedDuration, Timestamp};

use super::authority::AuthorityError;
use super::scaffold::Seed;
use super::world::{Release, World};
use crate::model::{InvalidValue, PythonVersion, Series, SigstoreIdentity};

/// Why the story could not be told.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The authority could not sign.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// A version or key is misspelt.
    #[error(transparent)]
    Value(#[from] InvalidValue),
}

const LINUX: [&str; 4] = ["trixie", "slim-trixie", "alpine3.22", "ubuntu24.04"];
const WINDOWS: &str = "windows/windowsservercore-ltsc2025";

/// The repository's `pybump.toml`: what only its owner knows.
pub const CONFIGURATION: &str = "\
ledger = \"state/ledger\"

[library]
maintainers = [\"Mara Maintainer <mara@example.org> (@mara)\"]
git-repo = \"https://github.com/example/python.git\"

[publish]
repository = \"example/python\"
";

/// When the repository's first commit was made.
pub fn begun(now: Timestamp) -> Timestamp {
    now - SignedDuration::from_hours(1100)
}

/// The world as of `now`: 3.12 has a release signed by a stranger, 3.13 has nothing new, 3.14 has a release, and of 3.15
/// there is a tag without files.
pub fn world(now: Timestamp) -> Result<World, StoryError> {
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let ago = |hours| now - SignedDuration::from_hours(hours);
    let mut world = World::new()?;
    for (version, tagged) in [("3.12.11", 4000), ("3.13.9", 900), ("3.14.2", 1200), ("3.14.3", 20), ("3.15.0a4", 500)] {
        let version: PythonVersion = version.parse()?;
        let windows = version.series() > Series::new(3, 12);
        world.release(&Release { windows, ..Release::new(&version, ago(tagged)) })?;
    }
    let stranger = SigstoreIdentity {
        identity: "mallory@example.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    };
    let forged = Release { windows: false, signer: Some(stranger), ..Release::new(&"3.12.12".parse()?, ago(6)) };
    world.release(&forged)?;
    world.tag(&"3.15.0a5".parse()?, ago(2));
    for (series, phase) in [(12, "security"), (13, "bugfix"), (14, "bugfix"), (15, "feature")] {
        world.phase(Series::new(3, series), phase);
    }
    Ok(world)
}

/// The image repository, one release behind in 3.14.
pub fn seeds() -> Result<Vec<Seed>, StoryError> {
    [("3.12", "3.12.11", false), ("3.13", "3.13.9", true), ("3.14", "3.14.2", true), ("3.15-rc", "3.15.0a4", true)]
        .into_iter()
        .map(|(key, version, windows)| {
            let variants = LINUX.into_iter().chain(windows.then_some(WINDOWS)).collect();
            Ok(Seed { key: key.parse()?, version: version.parse()?, variants })
        })
        .collect()
}
