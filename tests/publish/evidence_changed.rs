//! Evidence that is another than was accepted, over the same bytes: a pull request that changes the ledger alone.

use insta::assert_snapshot;
use pybump::demo::github::Merge;
use pybump::demo::world::{Fault, World};

use super::contradictions::{LEDGER, image, issues, plain, recorded};
use super::stage::IMAGES;
use crate::audit::stage::signed_again;
use crate::support::openpgp::path;
use crate::support::worlds::{release, source};

const ALARM: &str = "pybump/update-alarm-3.14";

#[test]
fn evidence_made_again_becomes_a_pull_request_that_changes_the_ledger_alone() {
    let stage = recorded("");
    stage.server.world(|world| signed_again(world, "3.14.3"));
    image(&stage, 5).said("the evidence for them is not").said("opened");
    let pull = stage.pulls().pop().unwrap();
    assert_eq!((pull.head.branch.as_str(), pull.labels.contains("security")), (ALARM, true));
    assert_snapshot!(pull.title, @"Review 3.14: the evidence for Python-3.14.3.tar.xz changed");
    let body = pull.body.clone().unwrap().replace(&stage.server.address().to_string(), "WORLD");
    assert_snapshot!(plain(&body), @r"
    > [!CAUTION]
    > **Do not merge this because its checks are green.** It changes the ledger alone; whether the new evidence is right is for a person to find out.

    The bytes of `Python-3.14.3.tar.xz` are those that were accepted, the evidence beside it is not:

    - accepted with the bundle `DIGEST` (log entry `1014650`), the one beside it is `DIGEST` (log entry `1014650`) now

    Releases are signed again now and then, years later. Merging takes the new evidence over; until this is settled, the series gets no updates. Other series go on.

    | Accepted | |
    |---|---|
    | SHA-256 | `DIGEST` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | DATE TIME UTC, log entry [1014650](https://search.sigstore.dev/?logIndex=1014650) |
    | Bundle | SHA-256 `DIGEST` |
    | Accepted on evidence of | DATE TIME UTC |

    | Upstream now | |
    |---|---|
    | **[Python-3.14.3.tar.xz](https://www.python.org/ftp/python/3.14.3/Python-3.14.3.tar.xz)** | not downloaded: its bytes were not hashed |
    | SHA-256 | `DIGEST` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | DATE TIME UTC, log entry [1014650](https://search.sigstore.dev/?logIndex=1014650) |
    | Name bound by | the SBOM's file name and version |

    The evidence beside the file holds: it is by the signer who is pinned for the series. That does not tell why it changed.

    > [!WARNING]
    > **Not built and not tested:** pybump builds no image. Wait for the checks below, if this repository has any.

    ### Before merging

    1. Look for an announcement: [the release's files](https://www.python.org/ftp/python/3.14.3/), [discuss.python.org](https://discuss.python.org/search?q=3.14.3), and ask the release manager by a way that this pull request does not name.
    2. See what upstream serves, and who signed it, with pybump and without:

       ```sh
       pybump verify 3.14.3
       curl -fsSL --remote-name-all \
         https://www.python.org/ftp/python/3.14.3/Python-3.14.3.tar.xz \
         https://www.python.org/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore
       sha256sum Python-3.14.3.tar.xz
       # DIGEST
       python3 -m sigstore verify identity \
         --bundle Python-3.14.3.tar.xz.sigstore \
         --cert-identity hugo@python.org \
         --cert-oidc-issuer https://github.com/login/oauth \
         Python-3.14.3.tar.xz
       ```

    3. See when the recorded digest came in, and that this branch changes nothing else:

       ```sh
       git clone http://WORLD/acme/python.git
       cd python
       git log -S DIGEST -- versions.json
       git fetch origin pybump/update-alarm-3.14
       git diff COMMIT...FETCH_HEAD
       ```
    ");
    let log = stage.github(|github| github.log(IMAGES, ALARM));
    assert_snapshot!(plain(&log[0].message), @"
    Update 3.14

    The evidence for the file changed, its bytes did not: find out why
    before this is merged.

    Upstream's evidence now:

    Python-3.14.3.tar.xz
      sha256 DIGEST
      signer hugo@python.org
      issuer https://github.com/login/oauth
      signed DATE TIME UTC
      log    entry 1014650
    ");
    let files = |branch: &str| {
        let all = ["versions.json", LEDGER, "state/ledger/3.13.json", "3.14/slim-trixie/Dockerfile", "pybump.toml"];
        all.map(|path| stage.file(branch, path))
    };
    let (main, alarm) = (files("main"), files(ALARM));
    let changed: Vec<_> = (0..main.len()).filter(|at| main[*at] != alarm[*at]).collect();
    assert_eq!(changed, [1]);
    let ledger: serde_json::Value = serde_json::from_str(alarm[1].as_ref().unwrap()).unwrap();
    let sources: Vec<_> = ledger["artifacts"].as_array().unwrap().iter().filter(|it| it["kind"] == "source").collect();
    assert_eq!((sources.len(), &sources[0]["sha256"]), (2, &sources[1]["sha256"]));
    // The same bytes have the same size and tag.
    assert!(sources[0]["size"].is_u64() && sources[0]["size"] == sources[1]["size"], "{sources:#?}");
    assert_eq!((&sources[0]["tagged_at"], sources[1].get("replaces")), (&sources[1]["tagged_at"], None));
    image(&stage, 5);
    assert_eq!((stage.writes(), issues(&stage).len()), (0, 0));
    stage.merge(pull.number, Merge::Squash);
    image(&stage, 0).said("2 series: 2 current");
    assert_eq!(stage.branch(ALARM), None);
    image(&stage, 0);
    assert_eq!(stage.writes(), 0);
    stage.run(&["audit"]).ended(0).said("4 as accepted");
}

#[test]
fn an_alarms_pull_request_stays_while_the_evidence_is_away_and_goes_once_it_is_as_accepted() {
    let stage = recorded("");
    let genuine = stage.server.world(|world| world.page(&path(&source("3.14.3"), ".sigstore")).unwrap().body.clone());
    stage.server.world(|world| signed_again(world, "3.14.3"));
    image(&stage, 5);
    let before = stage.pulls();
    for away in [Fault::Status(404, String::new()), Fault::Status(503, String::new())] {
        stage.server.world(|world| world.fail(&path(&source("3.14.3"), ".sigstore"), away));
        image(&stage, 0);
        assert_eq!((stage.writes(), stage.pulls()), (0, before.clone()));
        stage.server.world(World::mend);
    }
    stage.server.world(|world| {
        world.put(&path(&source("3.14.3"), ".sigstore"), genuine, crate::support::worlds::hours_ago(1));
    });
    image(&stage, 0).said("closed");
    assert!(!stage.pulls().pop().unwrap().open);
}

#[test]
fn with_a_branch_a_series_each_alarm_is_the_same() {
    let stage = recorded("group = \"series\"\n");
    stage.server.world(|world| {
        signed_again(world, "3.14.3");
        world.release(&release("3.13.10", 10)).unwrap();
    });
    image(&stage, 5);
    let branches: Vec<_> = stage.pulls().into_iter().filter(|pull| pull.open).map(|pull| pull.head.branch).collect();
    assert_eq!(branches, ["pybump/update-3.13", ALARM]);
    image(&stage, 5);
    assert_eq!(stage.writes(), 0);
}
