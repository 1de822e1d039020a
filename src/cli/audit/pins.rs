//! `pybump audit --base`: the get-pip pins that a pull request sets or moves.
//!
//! Nobody signs the script, so that pypa's own branch has to have it. Refuses what GitHub serves under the address of
//! pypa/get-pip and is not on that branch, such as the commits of forks, and any other address.

use serde_json::Value;

use crate::layout::{DockerLibrary, ManifestText};
use crate::model::{CommitSha, TrackedKey};
use crate::report::audit::{AuditVerdict, AuditedPin};
use crate::sources::client::{Answer, Client};
use crate::sources::get_pip::{self, Script};
use crate::verify::quote::quote;

/// A pin, and the keys under which it is new.
#[derive(Debug)]
pub struct ProposedPin {
    keys: Vec<TrackedKey>,
    commit: CommitSha,
    entry: Value,
}

/// Why a pin is not let through.
type Fault = (AuditVerdict, String);

/// The pins under `keys` that the manifest of `base` does not have there.
pub fn proposed(layout: &DockerLibrary, base: Option<&ManifestText>, keys: &[TrackedKey]) -> Vec<ProposedPin> {
    let mut pins = Vec::<ProposedPin>::new();
    for key in keys {
        let commit = layout.manifest().entries.get(key).and_then(|entry| entry.get_pip.clone());
        let (Some(commit), Some(entry)) = (commit, layout.text().entry(*key).remove("get-pip")) else { continue };
        if base.is_some_and(|base| base.entry(*key).get("get-pip") == Some(&entry)) {
            continue;
        }
        match pins.iter_mut().find(|pin| pin.entry == entry) {
            Some(pin) => pin.keys.push(*key),
            None => pins.push(ProposedPin { keys: vec![*key], commit, entry }),
        }
    }
    pins
}

/// The verdict over `pin`, asked of GitHub.
pub async fn judge(client: &Client, pin: &ProposedPin) -> AuditedPin {
    let (verdict, reason) = match vouched_for(client, pin).await {
        Ok(()) => (AuditVerdict::Holds, None),
        Err((AuditVerdict::Unanswered, why)) => (AuditVerdict::Unanswered, Some(why)),
        Err((verdict, why)) => (verdict, Some(format!("{why}; let pybump update write the pin"))),
    };
    let keys = pin.keys.iter().map(ToString::to_string).collect();
    AuditedPin { keys, commit: pin.commit.to_string(), verdict, reason }
}

async fn vouched_for(client: &Client, pin: &ProposedPin) -> Result<(), Fault> {
    let commit = &pin.commit;
    let text = |name| pin.entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let refused = |why: String| (AuditVerdict::Refused, why);
    let untold = |what: &str, error: &dyn std::fmt::Display| {
        (AuditVerdict::Unanswered, format!("whether {what} cannot be told: {error}"))
    };

    let url = text("url");
    let scripts = [Script::Current].into_iter().chain(pin.keys.iter().map(|key| Script::Legacy(key.series)));
    let script = scripts.into_iter().find(|script| get_pip::url(*script, commit).as_str() == url).ok_or_else(|| {
        let expected = get_pip::url(Script::Current, commit);
        refused(format!("its url is \"{}\", and that of the script at its commit is {expected}", quote(url)))
    })?;
    match get_pip::is_on_main(client, commit).await {
        Answer::Found(true) => {}
        Answer::Found(false) => {
            return Err(refused(format!(
                "commit {commit} is not on the branch main of pypa/get-pip: GitHub serves the commits of every fork under that \
                 repository's address"
            )));
        }
        Answer::Missing(missing) => {
            return Err(refused(format!("pypa/get-pip has no commit {commit} on its branch main: {missing}")));
        }
        Answer::Failed(error) => {
            return Err(untold(&format!("commit {commit} is on the branch main of pypa/get-pip"), &error));
        }
    }
    match get_pip::pin(client, script, commit.clone()).await {
        Answer::Found(found) if text("sha256").parse().ok() == Some(found.sha256) => Ok(()),
        Answer::Found(found) => {
            let pinned = quote(text("sha256"));
            Err(refused(format!(
                "its sha256 is \"{pinned}\", and that of the script at its commit is {}",
                found.sha256
            )))
        }
        Answer::Missing(missing) => Err(refused(format!("there is no such script at its commit: {missing}"))),
        Answer::Failed(error) => Err(untold("its sha256 is that of the script at its commit", &error)),
    }
}
