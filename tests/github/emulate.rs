//! A second opinion on git data, from a stateful GitHub API that others wrote: `emulate`, from npm.
//!
//! The same requests go to both. Where the two differ, the other's gap is listed, and a gap that closes is told as well.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use git2::{ObjectType, Oid, Repository};
use pybump::demo::github::{AccountKind, Author, GitHub};
use pybump::publish::github::{NewCommit, NewPull, PullEdit, Remote, Stamp, TreeItem};
use pybump::sources::client::{ClientOptions, Secret};
use serde_json::{Value, json};

use crate::support::github::{Client, Hub};
use crate::support::judges;

/// A request: its name, method, path below the repository, and body. `{NAME}` stands for the object that the request of
/// that name gave.
type Step = (&'static str, &'static str, &'static str, Value);

/// Where emulate answers otherwise than GitHub does, with what is wrong in its answer.
const GAPS: [(&str, &str); 4] = [
    ("emptied folder", "keeps a folder without files, which git's trees never hold"),
    ("pull request again", "opens a second pull request for the same branch"),
    ("pull request of nothing", "opens a pull request for a branch that does not exist"),
    ("remove again", "answers 404 where GitHub's description has 422 only"),
];

fn steps() -> Vec<Step> {
    let who = |name: &str, date: &str| json!({ "name": name, "email": format!("{name}@example.org"), "date": date });
    let file = |path: &str, mode: &str, content: &str| json!({ "path": path, "mode": mode, "type": "blob", "content": content });
    let commit = |message: &str, tree: &str, parents: &[&str]| {
        let (author, committer) = (who("ann", "2026-02-03T10:11:12Z"), who("ben", "2026-02-03T10:11:13Z"));
        json!({ "message": message, "tree": tree, "parents": parents, "author": author, "committer": committer })
    };
    let zero = "0".repeat(40);
    vec![
        ("text blob", "POST", "git/blobs", json!({ "content": "FROM debian\n" })),
        ("bytes blob", "POST", "git/blobs", json!({ "content": "AP8B", "encoding": "base64" })),
        ("no blob", "GET", "git/blobs/{zero}", Value::Null),
        (
            "first tree",
            "POST",
            "git/trees",
            json!({ "tree": [
                file("3.14/trixie/Dockerfile", "100644", "FROM debian:trixie\n"), file("3.13/Dockerfile", "100644", "FROM debian\n"),
                file("run.sh", "100755", "#!/bin/sh\n"), file("versions.json", "100644", "{}\n"), file("3.13/old", "100644", "old"), file("a.txt", "100644", "a"),
            ]}),
        ),
        ("first commit", "POST", "git/commits", commit("Begin\n", "{first tree}", &[])),
        ("base branch", "POST", "git/refs", json!({ "ref": "refs/heads/base", "sha": "{first commit}" })),
        (
            "second tree",
            "POST",
            "git/trees",
            json!({ "base_tree": "{first tree}", "tree": [
                { "path": "3.13/old", "mode": "100644", "type": "blob", "sha": null },
                { "path": "3.14/trixie/Dockerfile", "mode": "100644", "type": "blob", "sha": "{text blob}" },
                { "path": "3.15/logo", "mode": "100644", "type": "blob", "sha": "{bytes blob}" },
            ]}),
        ),
        (
            "emptied folder",
            "POST",
            "git/trees",
            json!({ "base_tree": "{second tree}", "tree": [
                { "path": "3.15/logo", "mode": "100644", "type": "blob", "sha": null },
            ]}),
        ),
        (
            "second commit",
            "POST",
            "git/commits",
            commit("Update 3.14\n\nWhy not.\n", "{second tree}", &["{first commit}"]),
        ),
        ("other commit", "POST", "git/commits", commit("Something else\n", "{second tree}", &["{first commit}"])),
        ("branch", "POST", "git/refs", json!({ "ref": "refs/heads/pybump/update", "sha": "{first commit}" })),
        ("branch again", "POST", "git/refs", json!({ "ref": "refs/heads/pybump/update", "sha": "{first commit}" })),
        ("forward", "PATCH", "git/refs/heads/pybump/update", json!({ "sha": "{second commit}" })),
        ("sideways", "PATCH", "git/refs/heads/pybump/update", json!({ "sha": "{other commit}" })),
        ("forced", "PATCH", "git/refs/heads/pybump/update", json!({ "sha": "{other commit}", "force": true })),
        ("read branch", "GET", "git/ref/heads/pybump/update", Value::Null),
        ("read commit", "GET", "git/commits/{second commit}", Value::Null),
        ("read tree", "GET", "git/trees/{second tree}", Value::Null),
        ("matching", "GET", "git/matching-refs/heads/pybump", Value::Null),
        ("tree of nothing", "POST", "git/trees", json!({ "base_tree": zero, "tree": [file("a", "100644", "a")] })),
        ("commit of nothing", "POST", "git/commits", commit("Nothing", &zero, &[])),
        ("branch of nothing", "POST", "git/refs", json!({ "ref": "refs/heads/nothing", "sha": zero })),
        (
            "pull request",
            "POST",
            "pulls",
            json!({ "title": "Update 3.14", "head": "pybump/update", "base": "base", "body": "New release." }),
        ),
        ("pull request again", "POST", "pulls", json!({ "title": "Again", "head": "pybump/update", "base": "base" })),
        ("pull request of nothing", "POST", "pulls", json!({ "title": "Nothing", "head": "nowhere", "base": "base" })),
        ("pull request of the base", "POST", "pulls", json!({ "title": "None", "head": "base", "base": "base" })),
        ("comparison", "GET", "compare/base...pybump/update", Value::Null),
        ("remove", "DELETE", "git/refs/heads/pybump/update", Value::Null),
        ("remove again", "DELETE", "git/refs/heads/pybump/update", Value::Null),
        ("read removed", "GET", "git/ref/heads/pybump/update", Value::Null),
    ]
}

/// Takes all steps; by name, the status and the object of each answer.
fn taken(client: &Client) -> BTreeMap<&'static str, String> {
    let mut objects = BTreeMap::from([("zero", "0".repeat(40))]);
    let mut answers = BTreeMap::new();
    for (name, method, path, body) in steps() {
        let filled = |text: &str| {
            let fill = |text: String, (name, object): (&&str, &String)| text.replace(&format!("{{{name}}}"), object);
            objects.iter().fold(text.to_owned(), fill)
        };
        let (path, body) = (filled(path), filled(&body.to_string()));
        let body: Value = serde_json::from_str(&body).unwrap();
        let reply = client.send(method, &format!("/repos/bot/python/{path}"), &[], (!body.is_null()).then_some(&body));
        let reply = reply.unwrap();
        let answer: Value = serde_json::from_str(&reply.text).unwrap_or_default();
        let first = if answer.is_array() { &answer[0] } else { &answer };
        let objects_of =
            [&first["sha"], &first["object"]["sha"], &first["head"]["sha"], &first["merge_base_commit"]["sha"]];
        let object = objects_of.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned();
        answers.insert(name, format!("{} {object}", reply.status).trim_end().to_owned());
        objects.insert(name, object);
    }
    answers
}

/// A served emulate. Gone when dropped.
struct Emulate {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Emulate {
    fn serve() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seed = folder.path().join("seed.json");
        let content = json!({
            "tokens": { "bot-token": { "login": "bot", "scopes": ["repo"] } },
            "github": {
                "users": [{ "login": "bot" }], "repos": [{ "owner": "bot", "name": "python", "auto_init": true }],
            },
        });
        std::fs::write(&seed, content.to_string()).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new("node")
            .arg(std::env::var_os("PYBUMP_EMULATE").unwrap())
            .args(["start", "--service", "github", "--port", &port.to_string(), "--seed"])
            .arg(&seed)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let emulate = Self { process, port, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < deadline, "emulate does not listen");
            std::thread::yield_now();
        }
        emulate
    }
}

impl Drop for Emulate {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The fake GitHub with what emulate is seeded with.
fn hub() -> Hub {
    let mut github = GitHub::new();
    github.account("bot", "bot-token", AccountKind::User);
    github.create("bot/python").unwrap();
    let author = Author { name: "bot", email: "bot@example.org" };
    github.push("bot/python", "main", author, "Initial commit", &[("README.md", Some("# python\n"))]);
    Hub::serve(github)
}

#[test]
#[ignore = "needs node and PYBUMP_EMULATE, the script that starts emulate"]
fn git_data_comes_out_as_another_github_has_it() {
    if !judges::require(&["node", "PYBUMP_EMULATE"]) {
        return;
    }
    let hub = hub();
    let emulate = Emulate::serve();
    let ours = taken(&hub.client("bot-token"));
    let theirs = taken(&Client::new(&format!("http://127.0.0.1:{}", emulate.port), "bot-token"));
    let differ: Vec<_> = ours.iter().filter(|(name, answer)| theirs[*name] != **answer).collect();
    let gaps: BTreeMap<_, _> = GAPS.into_iter().collect();
    for (name, answer) in &differ {
        println!("{name}: {answer}, emulate: {}; {}", theirs[*name], gaps.get(*name).unwrap_or(&"not a known gap"));
    }
    println!("{} of {} steps alike", ours.len() - differ.len(), ours.len());
    let names: Vec<&str> = differ.iter().map(|(name, _)| **name).collect();
    assert_eq!(names, gaps.keys().copied().collect::<Vec<_>>(), "only the known gaps differ");
}

/// Takes pybump's own steps, from a tree to a pull request, and holds each id against the one that git gives.
async fn published(api: &str) {
    let options = ClientOptions {
        github_api: api.parse().unwrap(),
        github_token: Some(Secret::new("bot-token")),
        ..ClientOptions::default()
    };
    let client = pybump::sources::client::Client::new(options).unwrap();
    let (remote, record) = Remote::open(&client, &"bot/python".parse().unwrap(), None).await.unwrap();
    let base = remote.branch(&record.default_branch.parse().unwrap()).await.unwrap().unwrap();
    let tree = remote.commit(&base).await.unwrap().unwrap().tree.sha;
    let readme = remote.file("README.md", base.as_str()).await.unwrap().unwrap();

    let scratch = tempfile::tempdir().unwrap();
    let git = Repository::init_bare(scratch.path()).unwrap();
    let blob = |text: &str| git.blob(text.as_bytes()).unwrap();
    let folder = |files: &[(&str, Oid, i32)]| {
        let mut builder = git.treebuilder(None).unwrap();
        for (name, id, mode) in files {
            builder.insert(name, *id, *mode).unwrap();
        }
        builder.write().unwrap()
    };
    let inner = folder(&[("Dockerfile", blob("FROM debian\n"), 0o100_644)]);
    let run = ("run.sh", blob("#!/bin/sh\n"), 0o100_755);
    let wanted = [
        folder(&[("3.14", inner, 0o040_000), ("README.md", blob(&readme), 0o100_644), run]),
        folder(&[("3.14", inner, 0o040_000), ("README.md", blob(&readme), 0o100_644)]),
    ];
    let items = [
        vec![
            TreeItem::file("3.14/Dockerfile".into(), false, "FROM debian\n".into()),
            TreeItem::file("run.sh".into(), true, "#!/bin/sh\n".into()),
        ],
        vec![TreeItem::gone("run.sh".into())],
    ];
    let branch = "pybump/update".parse().unwrap();
    let (mut parent, mut tree) = (base.clone(), tree);
    for (wanted, items) in wanted.iter().zip(items) {
        tree = remote.create_tree(&tree, &items).await.unwrap();
        assert_eq!(tree.as_str(), wanted.to_string());
        let stamp =
            Stamp { name: "Image Bot".into(), email: "bot@example.org".into(), date: "2026-02-03T10:11:12Z".into() };
        let (author, committer) = (Some(stamp.clone()), Some(stamp));
        let message = "Update 3.14\n\nWhy.\n";
        let new =
            NewCommit { message: message.into(), tree: tree.clone(), parents: [parent.clone()], author, committer };
        let made = remote.create_commit(&new).await.unwrap();
        let line = "Image Bot <bot@example.org> 1770113472 +0000";
        let text = format!("tree {tree}\nparent {parent}\nauthor {line}\ncommitter {line}\n\n{message}");
        assert_eq!(made.sha.as_str(), Oid::hash_object(ObjectType::Commit, text.as_bytes()).unwrap().to_string());
        if remote.branch(&branch).await.unwrap().is_none() {
            remote.create_branch(&branch, &made.sha).await.unwrap();
        } else {
            remote.move_branch(&branch, &made.sha).await.unwrap();
        }
        assert_eq!(remote.branch(&branch).await.unwrap().as_ref(), Some(&made.sha));
        parent = made.sha;
    }
    let comparison = remote.compare(&base, &parent).await.unwrap().unwrap();
    assert_eq!((comparison.ahead_by, comparison.merge_base_commit.sha), (2, base));
    let new = NewPull {
        title: "Update 3.14".into(),
        body: "First.".into(),
        head: branch.to_string(),
        base: record.default_branch,
        maintainer_can_modify: true,
    };
    let pull = remote.create_pull(&new).await.unwrap();
    let edit = PullEdit { body: Some("Second.".into()), ..PullEdit::default() };
    let edited = remote.edit_pull(pull.number, &edit).await.unwrap();
    assert_eq!((edited.body.as_str(), &edited.head), ("Second.", &parent));
    remote.comment(pull.number, "Done.").await.unwrap();
    assert_eq!(remote.comments(pull.number).await.unwrap(), ["Done."]);
    remote.delete_branch(&branch).await.unwrap();
    assert_eq!(remote.branch(&branch).await.unwrap(), None);
}

#[test]
#[ignore = "needs node and PYBUMP_EMULATE, the script that starts emulate"]
fn what_publishing_asks_for_is_taken_by_another_github_as_well() {
    if !judges::require(&["node", "PYBUMP_EMULATE"]) {
        return;
    }
    let hub = hub();
    let emulate = Emulate::serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(published(&format!("http://{}/api/", hub.address())));
    runtime.block_on(published(&format!("http://127.0.0.1:{}/", emulate.port)));
}
