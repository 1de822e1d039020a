//! The feed, read by a parser that others wrote.

use std::process::Command;

use super::story::merged;
use crate::support::judges::require;
use crate::support::worlds::{hours_ago, release, source};

/// Prints each entry's id and time, and fails where RFC 4287 wants something that is not there once.
const READ: &str = r#"
import sys, xml.etree.ElementTree as tree
from datetime import datetime
atom = "{http://www.w3.org/2005/Atom}"
feed = tree.parse(sys.argv[1]).getroot()
assert feed.tag == atom + "feed", feed.tag
assert len(feed.findall(f"{atom}author/{atom}name")) == 1
ids = []
for element in [feed, *feed.findall(atom + "entry")]:
    for name in ["id", "title", "updated"]:
        assert len(element.findall(atom + name)) == 1 and element.find(atom + name).text, name
    links = element.findall(atom + "link")
    assert [link.get("rel") for link in links].count("alternate") == 1
    assert all(link.get("href").startswith("http") for link in links)
    datetime.fromisoformat(element.find(atom + "updated").text)
    ids.append(element.find(atom + "id").text)
    assert ids[-1].startswith("tag:")
assert len(set(ids)) == len(ids), ids
updated = [entry.find(atom + "updated").text for entry in feed.findall(atom + "entry")]
assert updated == sorted(updated, reverse=True) and feed.find(atom + "updated").text == updated[0]
print(*[id.split("/", 1)[1] for id in ids])
"#;

#[test]
fn a_parser_that_others_wrote_finds_what_the_standard_wants() {
    if !require(&["python3"]) {
        return;
    }
    let stage = merged();
    stage.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(0)).unwrap();
    });
    stage.run(&["report", "--html", "public", "--url", "https://example.org/"]).ended(5);
    let feed = stage.home().join("public/feed.atom");
    let read = Command::new("python3").args(["-c", READ]).arg(feed).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
    assert_eq!((read.status.code(), error.as_ref()), (Some(0), ""));
    let mut ids: Vec<_> = out.split_whitespace().collect();
    ids.sort_unstable();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert_eq!(&ids[..2], ["acme/python", "acme/python/3.14/3.14.3"]);
    assert!(ids[2].starts_with("acme/python/3.14/3.14.3/"), "{ids:?}");
}
