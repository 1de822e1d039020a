//! The loopback mirror that `benches/run` measures against. Serves until its standard input ends.
//!
//! `images DIR DELAY`: for the docker-library repository in DIR, a world in which every tracked series has a newer
//! release, each answer held back for DELAY milliseconds; DIR's digests become those of the made-up releases, for the
//! real ones are not here. `release VERSION TARBALL BUNDLE`: a world that holds one real release.
//!
//! Prints one line of JSON when it is ready, and one for each line it reads: what was asked since the line before.

use std::error::Error;
use std::fs;
use std::io::BufRead as _;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pybump::demo::world::{Release, Server, World};
use pybump::layout::{DockerLibrary, Edit, MANIFEST, apply};
use pybump::model::{Artifact, ArtifactKind, PythonVersion};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (world, delay) = match arguments[..] {
        ["images", folder, delay] => (images(Path::new(folder))?, Duration::from_millis(delay.parse()?)),
        ["release", version, tarball, bundle] => (release(&version.parse()?, tarball, bundle)?, Duration::ZERO),
        _ => return Err("run by benches/run, as `images DIR DELAY` or `release VERSION TARBALL BUNDLE`".into()),
    };
    let trusted_root = world.trusted_root();
    let server = Server::start(world, delay)?;
    let address = server.address().to_string();
    println!("{}", json!({ "address": address, "mirrors": server.mirrors(), "trusted_root": trusted_root }));
    for line in std::io::stdin().lock().lines() {
        line?;
        let requests = server.requests();
        server.forget_requests();
        let bodies: usize = requests.iter().map(|request| request.body).sum();
        println!("{}", json!({ "requests": requests.len(), "bytes": bodies }));
    }
    Ok(())
}

/// A world in which every series that `folder` tracks has a newer release, and `folder` agreeing with it.
fn images(folder: &Path) -> Result<World> {
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let ago = |hours| now - SignedDuration::from_hours(hours);
    let mut world = World::new()?;
    let layout = DockerLibrary::open(folder)?;
    let mut text = layout.text().clone();
    let mut tags = String::new();
    for (key, tracked) in &layout.manifest().entries {
        world.phase(key.series, if tracked.has_windows() { "bugfix" } else { "security" });
        for (version, hours) in [(tracked.version.clone(), 1000), (newer(&tracked.version)?, 40)] {
            let windows = tracked.has_windows();
            world.release(&Release { windows, ..Release::new(&version, ago(hours)) })?;
            for_versions_sh(&mut world, &version, &mut tags, now)?;
        }
        let mut entry = text.entry(*key);
        for (kind, name) in [(ArtifactKind::Source, "source"), (ArtifactKind::Windows, "windows")] {
            if let (Some(sha256), Some(_)) = (world.digest(&tracked.version, kind), tracked.checksum(kind)) {
                entry["checksums"][name] = json!({ "sha256": sha256 });
            }
        }
        text = text.with_entry(*key, &entry)?;
    }
    world.put("/python/cpython.git/HEAD", "ref: refs/heads/main\n".into(), now);
    world.put("/python/cpython.git/info/refs", tags.into(), now);
    apply(folder, &[Edit::Write { path: MANIFEST.into(), text: text.as_str().to_owned() }])?;
    Ok(world)
}

/// The release after `version`: the next patch, or the next pre-release of the same stage.
fn newer(version: &PythonVersion) -> Result<PythonVersion> {
    let text = version.to_string();
    let digits = text.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let next = text[digits..].parse::<u64>()? + 1;
    Ok(format!("{}{next}", &text[..digits]).parse()?)
}

/// Puts what upstream's `versions.sh` asks for of `version`, at the paths that its URLs have without their hosts.
fn for_versions_sh(world: &mut World, version: &PythonVersion, tags: &mut String, now: Timestamp) -> Result<()> {
    let tag = version.tag();
    let file = "Lib/ensurepip/__init__.py";
    let ensurepip = world.page(&format!("/raw/python/cpython/{tag}/{file}")).ok_or("a release has its ensurepip")?;
    let ensurepip = ensurepip.body.clone();
    world.put(&format!("/python/cpython/raw/{tag}/{file}"), ensurepip, now);
    world.put("/pypi/setuptools/79.0.1/json", "{}".into(), now);
    let object: String = world.digest(version, ArtifactKind::Source).ok_or("a release has a tarball")?.to_string();
    tags.extend([&object[..40], "\trefs/tags/", &tag, "\n"]);
    Ok(())
}

/// A world that holds the source of one real release and its bundle.
fn release(version: &PythonVersion, tarball: &str, bundle: &str) -> Result<World> {
    let bundle = fs::read(bundle)?;
    let signed: Value = serde_json::from_slice(&bundle)?;
    let logged = &signed["verificationMaterial"]["tlogEntries"][0]["integratedTime"];
    let logged = Timestamp::from_second(logged.as_str().ok_or("the bundle has a log entry")?.parse()?)?;
    let mut world = World::new()?;
    world.tag(version, logged - SignedDuration::from_hours(1));
    let path = format!("/ftp/python/{}", Artifact::source(version).path());
    world.put(&path, fs::read(tarball)?.into(), logged);
    world.put(&format!("{path}.sigstore"), bundle.into(), logged);
    Ok(world)
}
