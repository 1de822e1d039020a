//! Worlds that tests start from, and the words to build them with.

use jiff::{SignedDuration, Timestamp};
use pybump::demo::world::{Release, World};
use pybump::model::{Artifact, PythonVersion};

pub fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

pub fn source(text: &str) -> Artifact {
    Artifact::source(&version(text))
}

pub fn windows(text: &str) -> Artifact {
    Artifact::windows(&version(text))
}

/// So many hours ago, to the second.
pub fn hours_ago(hours: i64) -> Timestamp {
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    now - SignedDuration::from_hours(hours)
}

/// A whole release tagged so many hours ago, with nothing wrong.
pub fn release(text: &str, hours: i64) -> Release {
    Release::new(&version(text), hours_ago(hours))
}

/// A world in which 3.13.9 and 3.14.2 are the newest releases, both long out, their series in bugfix phase.
pub fn calm() -> World {
    let mut world = World::new().unwrap();
    for (text, hours) in [("3.13.9", 2000), ("3.14.1", 3000), ("3.14.2", 2000)] {
        world.release(&release(text, hours)).unwrap();
    }
    for key in ["3.13", "3.14"] {
        world.phase(key.parse().unwrap(), "bugfix");
    }
    world
}

/// As [`calm`], but 3.14.3 came out twenty hours ago, with an installer.
pub fn one_behind() -> World {
    let mut world = calm();
    world.release(&release("3.14.3", 20)).unwrap();
    world
}
