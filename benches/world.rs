//! The loopback mirror that `benches/run` measures against. Serves until its standard input ends.
//!
//! `images DIR DELAY`: for the docker-library repository in DIR, a world in which every tracked series has a newer
//! release, each answer held back for DELAY milliseconds; DIR's digests become those of the made-up releases, for the
//! real ones are not here. `watched DIR OWNER…`: the same before those releases come out, without a delay, committed, and on a
//! GitHub as `OWNER/python` for each OWNER. `release VERSION TARBALL BUNDLE`: a world that holds one real release.
//!
//! Prints one line of JSON when it is ready, and one for each line it reads: what was asked since the line before, and how many
//! pull requests are open. The line `release` lets the newer releases come out.

use std::error::Error;
use std::fs;
use std::io::BufRead as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pybump::demo::github::{AccountKind, Permission};
use pybump::demo::world::{Release, Request, Server, World};
use pybump::layout::{DockerLibrary, Edit, MANIFEST, apply};
use pybump::model::{Artifact, ArtifactKind, PythonVersion};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Whose token everything on the world's GitHub is done with.
const TOKEN: &str = "token-of-the-bot";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (mut newer, mut owners) = (Vec::new(), &[][..]);
    let (world, delay) = match arguments[..] {
        ["images", folder, delay] => (images(Path::new(folder))?, Duration::from_millis(delay.parse()?)),
        ["watched", folder, ref all @ ..] => {
            let (world, releases) = watched(Path::new(folder), all)?;
            (newer, owners) = (releases, all);
            (world, Duration::ZERO)
        }
        ["release", version, tarball, bundle] => (release(&version.parse()?, tarball, bundle)?, Duration::ZERO),
        _ => return Err("run by benches/run, as its comment on top says".into()),
    };
    let trusted_root = world.trusted_root();
    let server = Server::start(world, delay)?;
    let address = server.address().to_string();
    let mirrors = server.mirrors();
    println!("{}", json!({ "address": address, "mirrors": mirrors, "trusted_root": trusted_root, "token": TOKEN }));
    for line in std::io::stdin().lock().lines() {
        if line? == "release" {
            server.world(|world| newer.drain(..).try_for_each(|release| world.release(&release)))?;
        }
        let requests = server.requests();
        server.forget_requests();
        let bodies: usize = requests.iter().map(|request| request.body).sum();
        let upstream = requests.iter().filter(|request| is_upstream(request)).count();
        let has_one = |world: &World, owner: &str| world.github.pulls(&repository(owner)).iter().any(|pull| pull.open);
        let pulls = server.world(|world| owners.iter().filter(|owner| has_one(world, owner)).count());
        println!("{}", json!({ "requests": requests.len(), "bytes": bodies, "upstream": upstream, "pulls": pulls }));
    }
    Ok(())
}

/// True unless it is about the image repositories, or whose token it is.
fn is_upstream(request: &Request) -> bool {
    let of_github = request.target.strip_prefix("/api/");
    of_github.is_none_or(|path| path.starts_with("repos/python/") || path.starts_with("repos/pypa/"))
}

/// A world in which every series that `folder` tracks has a newer release, and `folder` agreeing with it.
fn images(folder: &Path) -> Result<World> {
    let mut world = World::new()?;
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let (tracked, newer) = tracked(&mut world, folder)?;
    let mut tags = String::new();
    for release in &newer {
        world.release(release)?;
    }
    for version in tracked.iter().chain(newer.iter().map(|release| &release.version)) {
        for_versions_sh(&mut world, version, &mut tags, now)?;
    }
    world.put("/python/cpython.git/HEAD", "ref: refs/heads/main\n".into(), now);
    world.put("/python/cpython.git/info/refs", tags.into(), now);
    Ok(world)
}

/// A world in which every series that `folder` tracks is at its newest release, `folder` agreeing with it and committed, and
/// a GitHub where each of the `owners` has it; and the releases that come out later.
fn watched(folder: &Path, owners: &[&str]) -> Result<(World, Vec<Release>)> {
    let mut world = World::new()?;
    let (_, newer) = tracked(&mut world, folder)?;
    let layout = DockerLibrary::open(folder)?;
    let keys: Vec<_> = layout.manifest().entries.keys().copied().collect();
    for (key, rendered) in layout.render(layout.text(), &keys)? {
        apply(folder, &layout.edits(key, &rendered?)?)?;
    }
    let commit =
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--all", "--message=Settle"];
    let committed = Command::new("git").arg("-C").arg(folder).args(commit).status()?;
    if !committed.success() {
        return Err("git commit failed".into());
    }
    let github = &mut world.github;
    github.account("bot", TOKEN, AccountKind::User);
    // Forks share their objects, so that many of them fit into memory.
    let upstream = repository("upstream");
    github.import(&upstream, folder)?;
    for owner in owners {
        let fork = github.fork(&upstream, owner);
        github.permit("bot", &fork, Permission::Write);
    }
    Ok((world, newer))
}

/// The image repository of `owner`.
fn repository(owner: &str) -> String {
    format!("{owner}/python")
}

/// Puts the releases that `folder` tracks into the world, and their digests into `folder`; those releases, and the next one of
/// each series.
fn tracked(world: &mut World, folder: &Path) -> Result<(Vec<PythonVersion>, Vec<Release>)> {
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let ago = |hours| now - SignedDuration::from_hours(hours);
    let layout = DockerLibrary::open(folder)?;
    let mut text = layout.text().clone();
    let (mut tracked, mut next) = (Vec::new(), Vec::new());
    for (key, at) in &layout.manifest().entries {
        let windows = at.has_windows();
        world.phase(key.series, if windows { "bugfix" } else { "security" });
        world.release(&Release { windows, ..Release::new(&at.version, ago(1000)) })?;
        next.push(Release { windows, ..Release::new(&newer(&at.version)?, ago(40)) });
        let mut entry = text.entry(*key);
        for (kind, name) in [(ArtifactKind::Source, "source"), (ArtifactKind::Windows, "windows")] {
            if let (Some(sha256), Some(_)) = (world.digest(&at.version, kind), at.checksum(kind)) {
                entry["checksums"][name] = json!({ "sha256": sha256 });
            }
        }
        text = text.with_entry(*key, &entry)?;
        tracked.push(at.version.clone());
    }
    apply(folder, &[Edit::Write { path: MANIFEST.into(), text: text.as_str().to_owned() }])?;
    Ok((tracked, next))
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
