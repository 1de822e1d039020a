//! The image repository's bodies, whole.

use super::scene::*;
use crate::config::Group;
use crate::model::ArtifactKind;
use crate::publish::wording::series::changelog;
use crate::publish::wording::{ImageFacts, PersonsPull, Wording, image};
use crate::resolve::{Change, Hold, Outcome, Pending, Plan, Wait};

fn shown(Wording { title, body }: &Wording) -> String {
    format!("{title}\n\n{body}")
}

#[test]
fn one_series_is_told_without_folding() {
    let moved = Change {
        components: vec![setuptools("79.0.0", "79.0.1"), get_pip(Some("a"), "b")],
        dropped: vec!["bookworm".parse().unwrap()],
        ..change("3.11.13", "3.11.14")
    };
    let plan = Plan { series: vec![update("3.11", moved)], incomplete: false };
    let commits = [commit(&plan, "3.11", "Update 3.11 to 3.11.14, setuptools 79.0.1")];
    let place = Place::new();
    insta::assert_snapshot!(shown(&image(&facts(&plan, &commits, &place, &[]), ENDING)), @r"
    Update 3.11 to 3.11.14, setuptools 79.0.1

    | Series | Step | What | Evidence |
    |---|---|---|---|
    | **3.11** | 3.11.13 → 3.11.14 | source, Windows installer, setuptools 79.0.0 → 79.0.1, get-pip, 4 Dockerfiles, **drops 1 variant** | signed by `hugo@python.org`, bytes hashed |

    > [!WARNING]
    > **Not built and not tested:** pybump builds no image. No workflow has run either: GitHub starts none for what is pushed with `GITHUB_TOKEN`. To start them, close this pull request and open it again. To have them start by themselves, give pybump the token of a GitHub App or of a person in `PYBUMP_GITHUB_TOKEN`.

    [changelog](https://docs.python.org/release/3.11.14/whatsnew/changelog.html#python-3-11-14-final) · [tag v3.11.14](https://github.com/python/cpython/releases/tag/v3.11.14) · [3.11.13...3.11.14](https://github.com/python/cpython/compare/v3.11.13...v3.11.14) · [files](https://www.python.org/ftp/python/3.11.14/)

    | Artifact | |
    |---|---|
    | **[Python-3.11.14.tar.xz](https://www.python.org/ftp/python/3.11.14/Python-3.11.14.tar.xz)** | 120 bytes, downloaded and hashed |
    | SHA-256 | `0fb5ff170bf0f566b067816c98a2e2ee1bc229d65180d4cb365da59679576a93` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 14:03 UTC, log entry [1004021](https://search.sigstore.dev/?logIndex=1004021) |
    | Name bound by | the archive's top folder, a signing time after the tag |
    | **[python-3.11.14-amd64.exe](https://www.python.org/ftp/python/3.11.14/python-3.11.14-amd64.exe)** | 24 bytes, downloaded and hashed |
    | SHA-256 | `df78ca80f594492dd2f07fe32b1b47800862122982206c4675c24c46464936cc` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 17:20 UTC, log entry [1057208](https://search.sigstore.dev/?logIndex=1057208) |
    | Name bound by | a signing time after the tag |

    | Component | Before | After |
    |---|---|---|
    | setuptools | 79.0.0 | [79.0.1](https://pypi.org/project/setuptools/79.0.1/) |
    | get-pip | `aaaaaaaaaaaa` | [`bbbbbbbbbbbb`](https://github.com/pypa/get-pip/commit/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb), [what changed](https://github.com/pypa/get-pip/compare/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)<br>SHA-256 `8f380d06adfe64e97b1c44c91e6ae5e1d864401919919c060ec9d167eb356c80`, signed by nobody |

    Variants dropped: `bookworm`

    <details>
    <summary>5 files touched, 4 Dockerfiles</summary>

    - `3.11/trixie/Dockerfile`
    - `3.11/slim-trixie/Dockerfile`
    - `3.11/windows/windowsservercore-ltsc2025/Dockerfile`
    - `3.11/bookworm/Dockerfile`, removed
    - `versions.json`

    </details>

    ### Reproduce

    The tree, as long as upstream has nothing newer for these series:

    ```sh
    git clone https://github.com/docker-library/python.git
    cd python
    git checkout --quiet 8545fffc8545fffc8545fffc8545fffc8545fffc
    pybump update 3.11 --commit
    git rev-parse 'HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    ```

    The branch: the same tree, and every Dockerfile as manifest and templates give it:

    ```sh
    git fetch origin pybump/update
    git rev-parse 'FETCH_HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    git checkout --quiet FETCH_HEAD && pybump render --check
    ```

    The evidence, and the digests without pybump:

    ```sh
    pybump verify 3.11.14
    curl -fsSL https://www.python.org/ftp/python/3.11.14/Python-3.11.14.tar.xz | sha256sum
    # 0fb5ff170bf0f566b067816c98a2e2ee1bc229d65180d4cb365da59679576a93
    curl -fsSL https://www.python.org/ftp/python/3.11.14/python-3.11.14-amd64.exe | sha256sum
    # df78ca80f594492dd2f07fe32b1b47800862122982206c4675c24c46464936cc
    curl -fsSL https://github.com/pypa/get-pip/raw/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/public/get-pip.py | sha256sum
    # 8f380d06adfe64e97b1c44c91e6ae5e1d864401919919c060ec9d167eb356c80
    ```

    <!-- pybump: 0123456789abcdef -->
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a whole body")]
fn of_several_series_the_table_comes_first_and_those_left_out_come_with_their_reasons() {
    let mut newer = update("3.14", change("3.14.1", "3.14.2"));
    let wait = Wait::NoInstaller { version: version("3.14.3"), until: at("2025-12-06T09:00:00Z") };
    newer.pending = Some(Pending { wait, since: Some(at("2025-12-05T09:00:00Z")) });
    newer.notes.push("get-pip stays: 503 of https://api.github.com/repos".to_owned());
    let mut components =
        Change { adds_digests: false, components: vec![get_pip(None, "c")], ..change("3.10.19", "3.10.19") };
    components.windows = None;
    let held = Outcome::Held {
        hold: Hold::Drift { files: "3.12/trixie/Dockerfile differs".to_owned() },
        since: Some(at("2025-12-01T08:00:00Z")),
    };
    let plan = Plan {
        incomplete: false,
        series: vec![
            series("3.9", "3.9.25", Outcome::Current),
            update("3.10", components),
            update("3.11", change("3.11.13", "3.11.14")),
            series("3.12", "3.12.11", held),
            update("3.13", change("3.13.9", "3.13.10")),
            newer,
            series("3.15-rc", "3.15.0a2", waiting("503 of https://www.python.org/ftp/python/3.15.0/")),
        ],
    };
    let commits = [
        commit(&plan, "3.10", "Update 3.10 to get-pip https://github.com/pypa/get-pip/commit/cccc"),
        commit(&plan, "3.13", "Update 3.13 to 3.13.10"),
        commit(&plan, "3.14", "Update 3.14 to 3.14.2"),
    ];
    let persons = [PersonsPull {
        opened_at: jiff::Timestamp::UNIX_EPOCH,
        number: 1066,
        title: "Update 3.11 by hand, @all".to_owned(),
        keys: vec![key("3.11")],
    }];
    let place = Place::new();
    insta::assert_snapshot!(shown(&image(&facts(&plan, &commits, &place, &persons), ENDING)), @r"
    Update 3.10 to get-pip cccccccc, 3.13 to 3.13.10, 3.14 to 3.14.2

    | Series | Step | What | Evidence |
    |---|---|---|---|
    | **3.10** | 3.10.19 stays | get-pip, 3 Dockerfiles | no digest changes |
    | **3.13** | 3.13.9 → 3.13.10 | source, Windows installer, 3 Dockerfiles | signed by `hugo@python.org`, bytes hashed |
    | **3.14** | 3.14.1 → 3.14.2 | source, Windows installer, 3 Dockerfiles | signed by `hugo@python.org`, bytes hashed |

    > [!WARNING]
    > **Not built and not tested:** pybump builds no image. No workflow has run either: GitHub starts none for what is pushed with `GITHUB_TOKEN`. To start them, close this pull request and open it again. To have them start by themselves, give pybump the token of a GitHub App or of a person in `PYBUMP_GITHUB_TOKEN`.

    <details>
    <summary><b>3.10</b>: 3.10.19 stays</summary>

    [changelog](https://docs.python.org/release/3.10.19/whatsnew/changelog.html#python-3-10-19-final) · [tag v3.10.19](https://github.com/python/cpython/releases/tag/v3.10.19) · [files](https://www.python.org/ftp/python/3.10.19/)

    Its artifacts stay the same, and so do their digests.

    | Component | Before | After |
    |---|---|---|
    | get-pip | – | [`cccccccccccc`](https://github.com/pypa/get-pip/commit/cccccccccccccccccccccccccccccccccccccccc)<br>SHA-256 `8f380d06adfe64e97b1c44c91e6ae5e1d864401919919c060ec9d167eb356c80`, signed by nobody |

    <details>
    <summary>4 files touched, 3 Dockerfiles</summary>

    - `3.10/trixie/Dockerfile`
    - `3.10/slim-trixie/Dockerfile`
    - `3.10/windows/windowsservercore-ltsc2025/Dockerfile`
    - `versions.json`

    </details>

    </details>

    <details>
    <summary><b>3.13</b>: 3.13.9 → 3.13.10</summary>

    [changelog](https://docs.python.org/release/3.13.10/whatsnew/changelog.html#python-3-13-10-final) · [tag v3.13.10](https://github.com/python/cpython/releases/tag/v3.13.10) · [3.13.9...3.13.10](https://github.com/python/cpython/compare/v3.13.9...v3.13.10) · [files](https://www.python.org/ftp/python/3.13.10/)

    | Artifact | |
    |---|---|
    | **[Python-3.13.10.tar.xz](https://www.python.org/ftp/python/3.13.10/Python-3.13.10.tar.xz)** | 116 bytes, downloaded and hashed |
    | SHA-256 | `55f42d619de7578dd161c6e2df432262697955d106205ac4bfed202ce9e2e0af` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 14:03 UTC, log entry [1022004](https://search.sigstore.dev/?logIndex=1022004) |
    | Name bound by | the archive's top folder, a signing time after the tag |
    | **[python-3.13.10-amd64.exe](https://www.python.org/ftp/python/3.13.10/python-3.13.10-amd64.exe)** | 24 bytes, downloaded and hashed |
    | SHA-256 | `ef734c700cc11824b8cd46842866b26827513ccfbdd93643c94af0120723a7cb` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 17:20 UTC, log entry [1061299](https://search.sigstore.dev/?logIndex=1061299) |
    | Name bound by | a signing time after the tag |

    <details>
    <summary>4 files touched, 3 Dockerfiles</summary>

    - `3.13/trixie/Dockerfile`
    - `3.13/slim-trixie/Dockerfile`
    - `3.13/windows/windowsservercore-ltsc2025/Dockerfile`
    - `versions.json`

    </details>

    </details>

    <details>
    <summary><b>3.14</b>: 3.14.1 → 3.14.2</summary>

    [changelog](https://docs.python.org/release/3.14.2/whatsnew/changelog.html#python-3-14-2-final) · [tag v3.14.2](https://github.com/python/cpython/releases/tag/v3.14.2) · [3.14.1...3.14.2](https://github.com/python/cpython/compare/v3.14.1...v3.14.2) · [files](https://www.python.org/ftp/python/3.14.2/)

    | Artifact | |
    |---|---|
    | **[Python-3.14.2.tar.xz](https://www.python.org/ftp/python/3.14.2/Python-3.14.2.tar.xz)** | 116 bytes, downloaded and hashed |
    | SHA-256 | `6a1535396e503b267b83b9427d27caaa8cc04486f05f396b82391a8a1420dec6` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 14:03 UTC, log entry [1027157](https://search.sigstore.dev/?logIndex=1027157) |
    | Name bound by | the archive's top folder, a signing time after the tag |
    | **[python-3.14.2-amd64.exe](https://www.python.org/ftp/python/3.14.2/python-3.14.2-amd64.exe)** | 23 bytes, downloaded and hashed |
    | SHA-256 | `4e2d13f463ee2f0dd84237993bbfada9c3353b1e92e6b5d653b9dd92e1bbe436` |
    | Signer | `hugo@python.org` |
    | Issuer | `https://github.com/login/oauth` |
    | Signed | 2025-12-02 17:20 UTC, log entry [1020013](https://search.sigstore.dev/?logIndex=1020013) |
    | Name bound by | a signing time after the tag |

    - note: get-pip stays: 503 of `https://api.github.com/repos`
    - meanwhile a newer release waits since 2025-12-05 09:00 UTC: 3.14.3 has no Windows installer yet; waiting until `2025-12-06T09:00:00Z`

    <details>
    <summary>4 files touched, 3 Dockerfiles</summary>

    - `3.14/trixie/Dockerfile`
    - `3.14/slim-trixie/Dockerfile`
    - `3.14/windows/windowsservercore-ltsc2025/Dockerfile`
    - `versions.json`

    </details>

    </details>

    ### Not in this pull request

    - **3.11** to 3.11.14: #1066 does that, `Update 3.11 by hand, \u{40}all`
    - **3.12** at 3.12.11 is **held** since 2025-12-01 08:00 UTC: its Dockerfiles are not what manifest and templates give (`3.12/trixie/Dockerfile` differs); run `pybump render`, or pass `--force`
    - **3.15-rc** at 3.15.0a2 waits since 2025-12-03 10:00 UTC: 3.15.0a3 could not be looked at: 503 of `https://www.python.org/ftp/python/3.15.0/`
    - current: 3.9

    ### Reproduce

    The tree, as long as upstream has nothing newer for these series:

    ```sh
    git clone https://github.com/docker-library/python.git
    cd python
    git checkout --quiet 8545fffc8545fffc8545fffc8545fffc8545fffc
    pybump update 3.10 3.13 3.14 --commit
    git rev-parse 'HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    ```

    The branch: the same tree, and every Dockerfile as manifest and templates give it:

    ```sh
    git fetch origin pybump/update
    git rev-parse 'FETCH_HEAD^{tree}'
    # 4b825dc64b825dc64b825dc64b825dc64b825dc6
    git checkout --quiet FETCH_HEAD && pybump render --check
    ```

    The evidence, and the digests without pybump:

    ```sh
    pybump verify 3.13.10
    pybump verify 3.14.2
    curl -fsSL https://github.com/pypa/get-pip/raw/cccccccccccccccccccccccccccccccccccccccc/public/get-pip.py | sha256sum
    # 8f380d06adfe64e97b1c44c91e6ae5e1d864401919919c060ec9d167eb356c80
    curl -fsSL https://www.python.org/ftp/python/3.13.10/Python-3.13.10.tar.xz | sha256sum
    # 55f42d619de7578dd161c6e2df432262697955d106205ac4bfed202ce9e2e0af
    curl -fsSL https://www.python.org/ftp/python/3.13.10/python-3.13.10-amd64.exe | sha256sum
    # ef734c700cc11824b8cd46842866b26827513ccfbdd93643c94af0120723a7cb
    curl -fsSL https://www.python.org/ftp/python/3.14.2/Python-3.14.2.tar.xz | sha256sum
    # 6a1535396e503b267b83b9427d27caaa8cc04486f05f396b82391a8a1420dec6
    curl -fsSL https://www.python.org/ftp/python/3.14.2/python-3.14.2-amd64.exe | sha256sum
    # 4e2d13f463ee2f0dd84237993bbfada9c3353b1e92e6b5d653b9dd92e1bbe436
    ```

    <!-- pybump: 0123456789abcdef -->
    ");
}

#[test]
fn a_branch_of_one_series_says_nothing_of_others_and_names_the_options_that_lead_to_it() {
    let series = vec![update("3.14", change("3.14.1", "3.14.2")), series("3.15-rc", "3.15.0a2", waiting("a fault"))];
    let plan = Plan { series, incomplete: false };
    let commits = [commit(&plan, "3.14", "Update 3.14 to 3.14.2")];
    let place = Place::new();
    let all = facts(&plan, &commits, &place, &[]);
    let one = ImageFacts { group: Group::Series, options: &["--without-windows"], ..all };
    let (all, one) = (image(&all, ENDING).body, image(&one, "").body);
    assert!(all.contains("3.15-rc") && !one.contains("3.15-rc"), "{one}");
    assert!(one.contains("\npybump update 3.14 --without-windows --commit\n") && one.ends_with("```\n"), "{one}");
}

#[test]
fn what_was_not_downloaded_is_said_in_the_table_and_on_top() {
    let changed = Change { windows: Some(signed(ArtifactKind::Windows, "3.14.2")), ..change("3.14.1", "3.14.2") };
    let plan = Plan { series: vec![update("3.14", changed)], incomplete: false };
    let commits = [commit(&plan, "3.14", "Update 3.14 to 3.14.2")];
    let body = image(&facts(&plan, &commits, &Place::new(), &[]), ENDING).body;
    for told in ["**bytes not downloaded** |", "> **Not downloaded:**", "| not downloaded: its bytes were not hashed |"]
    {
        assert!(body.contains(told), "{told} in {body}");
    }
}

#[test]
fn a_commit_of_an_earlier_run_is_told_as_such() {
    let earlier = Plan { series: vec![update("3.15-rc", change("3.15.0a2", "3.15.0a3"))], incomplete: false };
    let commits = [commit(&earlier, "3.15-rc", "Update 3.15-rc to 3.15.0a3")];
    let plan = Plan { series: vec![series("3.15-rc", "3.15.0a2", waiting("503 of the index"))], incomplete: false };
    let body = image(&facts(&plan, &commits, &Place::new(), &[]), ENDING).body;
    assert!(body.contains("| **3.15-rc** | see\u{a0}its\u{a0}commit | 3 Dockerfiles | see its commit |"), "{body}");
    let why = "An earlier run made the commit; this one waits since 2025-12-03 10:00 UTC: 3.15.0a3 could not be looked \
               at: 503 of the index.\n";
    assert!(body.contains(why), "{body}");
    assert!(!body.contains("Not in this pull request"), "{body}");
}

#[test]
fn alphas_and_betas_have_their_changelog_where_their_series_is_documented() {
    let addresses = ["3.14.2", "3.14.0rc2", "3.15.0b1", "3.15.0a5"].map(|text| changelog(&version(text)));
    insta::assert_snapshot!(addresses.join("\n"), @r"
    https://docs.python.org/release/3.14.2/whatsnew/changelog.html#python-3-14-2-final
    https://docs.python.org/release/3.14.0rc2/whatsnew/changelog.html#python-3-14-0-release-candidate-2
    https://docs.python.org/3.15/whatsnew/changelog.html#python-3-15-0-beta-1
    https://docs.python.org/3.15/whatsnew/changelog.html#python-3-15-0-alpha-5
    ");
}
