//! Tags and their dates, as GitHub gives them and as it should not.

use super::*;
use crate::sources::client::Problem;
use crate::sources::loopback::{Loopback, Reply};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const SERIES: Series = Series::new(3, 14);

fn reference(name: &str, kind: &str, sha: &str) -> String {
    format!(
        r#"{{"ref": "refs/tags/{name}", "node_id": "x", "object": {{"sha": "{sha}", "type": "{kind}", "url": "x"}}}}"#
    )
}

fn parsed(records: &[String]) -> Result<Vec<Tag>, String> {
    let records: Vec<RefRecord> = serde_json::from_str(&format!("[{}]", records.join(","))).unwrap();
    let url = Url::parse("https://api.github.com/refs").unwrap();
    release_tags(SERIES, &records, &url).map_err(|error| error.to_string())
}

fn tag(kind: TagKind) -> Tag {
    Tag { version: "3.14.0rc2".parse().unwrap(), object: SHA.parse().unwrap(), kind }
}

/// Where the path, below the API's root, is served by a server that stands in for all hosts.
fn path(rest: &str) -> String {
    format!("/api.github.com/repos/python/cpython/git/{rest}")
}

#[test]
fn release_tags_are_ordered_and_other_refs_passed_over() {
    let names = ["v3.14.10", "v3.14.2", "v3.14.0rc2", "v3.14.0-foo", "v3.14.0$(x)", "v3.1.4", "v3.14", "3.14.5"];
    let records: Vec<_> = names.iter().map(|name| reference(name, "tag", SHA)).collect();
    let tags = parsed(&records).unwrap();
    let versions: Vec<_> = tags.iter().map(|tag| tag.version.to_string()).collect();
    assert_eq!(versions, ["3.14.0rc2", "3.14.2", "3.14.10"]);
    assert_eq!(parsed(&[reference("v3.14.0", "commit", SHA)]).unwrap()[0].kind, TagKind::Commit);
    assert_eq!(parsed(&[]), Ok(Vec::new()));
}

#[test]
fn a_malformed_release_tag_is_an_error() {
    let error = |records: &[String]| parsed(records).unwrap_err();
    insta::assert_snapshot!(error(&[reference("v3.14.0", "blob", SHA)]), @r#"https://api.github.com/refs: expected a tag that points at a tag object or a commit, found "blob""#);
    insta::assert_snapshot!(error(&[reference("v3.14.0", "tag", "../x")]), @r#"https://api.github.com/refs: expected a git commit id of 40 hexadecimal digits, found "../x""#);
    let twice = [reference("v3.14.0", "tag", SHA), reference("v3.14.0", "commit", SHA)];
    insta::assert_snapshot!(error(&twice), @r#"https://api.github.com/refs: expected one tag of each name, found "v3.14.0""#);
}

#[tokio::test]
async fn tags_are_read_over_all_pages() {
    let (first, second) = (reference("v3.14.0", "tag", SHA), reference("v3.14.1", "tag", SHA));
    let server = Loopback::start(move |seen, _| {
        assert_eq!(seen.header("accept"), Some("application/vnd.github+json"));
        if seen.target == path("matching-refs/tags/v3.14.") {
            let next = "https://api.github.com/repos/python/cpython/git/matching-refs/tags/v3.14.?page=2";
            Reply::new(200, &format!("link: <{next}>; rel=\"next\"\r\n"), format!("[{first}]").as_bytes())
        } else {
            assert_eq!(seen.target, path("matching-refs/tags/v3.14.?page=2"));
            Reply::page(&format!("[{second}]"))
        }
    });
    let tags = tags(&server.client(), SERIES).await.found().unwrap();
    assert_eq!(tags.iter().map(|tag| tag.version.to_string()).collect::<Vec<_>>(), ["3.14.0", "3.14.1"]);
}

#[tokio::test]
async fn a_next_page_elsewhere_or_without_end_is_refused() {
    for (next, expected, requests) in [
        ("https://evil.example/?page=2", "the next page is on another host", 1),
        ("https://api.github.com/repos/python/cpython/git/matching-refs/tags/v3.14.", "at most 10 pages", 10),
    ] {
        let server = Loopback::start(move |_, _| Reply::new(200, &format!("link: <{next}>; rel=\"next\"\r\n"), b"[]"));
        let Answer::Failed(error) = tags(&server.client(), SERIES).await else { panic!("{next}") };
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(server.seen().len(), requests);
    }
}

#[tokio::test]
async fn a_page_of_more_than_two_mebibytes_is_refused() {
    let server = Loopback::start(|_, _| Reply::page(&format!("[{}]", " ".repeat(2 * 1024 * 1024 - 1))));
    let Answer::Failed(error) = tags(&server.client(), SERIES).await else { panic!("a page of any size") };
    assert!(matches!(error.problem, Problem::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn github_s_failures_keep_their_class() {
    let missing = Loopback::of_pages(&[]);
    assert!(matches!(tags(&missing.client(), SERIES).await, Answer::Missing(_)));
    let limited = Loopback::start(|_, _| Reply::new(403, "x-ratelimit-remaining: 0\r\n", b"{}"));
    let Answer::Failed(error) = tags(&limited.client(), SERIES).await else { panic!("found") };
    assert_eq!(error.problem, Problem::RateLimited { until: None, with_token: false });
    assert_eq!(limited.seen().len(), 1);
    let passing = Loopback::start(|_, before| if before == 0 { Reply::new(502, "", b"") } else { Reply::page("[]") });
    assert_eq!(tags(&passing.client(), SERIES).await, Answer::Found(Vec::new()));
    for body in ["<html>", "{}", "[{}]", "[{\"ref\": 1, \"object\": null}]", ""] {
        let server = Loopback::start(move |_, _| Reply::page(body));
        let Answer::Failed(error) = tags(&server.client(), SERIES).await else { panic!("{body}") };
        let message = error.to_string();
        assert!(message.contains("expected a list of git refs as GitHub gives it, found"), "{message}");
        assert!(message.contains("https://api.github.com/repos/python/cpython/git/matching-refs/tags/v3.14. (through"));
    }
}

#[tokio::test]
async fn a_tag_s_time_is_the_tagger_s_or_the_commit_s() {
    let object = format!(
        r#"{{"tag": "v3.14.0rc2", "sha": "{SHA}", "tagger": {{"name": "x", "date": "2025-08-14T12:25:11Z"}}}}"#
    );
    let commit = format!(r#"{{"sha": "{SHA}", "committer": {{"date": "2025-08-14T14:00:00+02:00"}}}}"#);
    let server = Loopback::of_pages(&[
        (&path(&format!("tags/{SHA}")), object.as_str()),
        (&path(&format!("commits/{SHA}")), commit.as_str()),
    ]);
    let client = server.client();
    let time = async |kind| tagged(&client, &tag(kind)).await.found().unwrap().to_string();
    assert_eq!(time(TagKind::Tag).await, "2025-08-14T12:25:11Z");
    assert_eq!(time(TagKind::Commit).await, "2025-08-14T12:00:00Z");
}

#[tokio::test]
async fn a_tag_object_of_another_release_is_refused() {
    let object = |name: &str, sha: &str, date: &str| {
        format!(r#"{{"tag": "{name}", "sha": "{sha}", "tagger": {{"date": "{date}"}}}}"#)
    };
    let (time, other) = ("2025-08-14T12:25:11Z", SHA.replace('0', "1"));
    for (body, expected) in [
        (object("v3.14.0", SHA, time), "expected the tag object of the release asked for, found \"v3.14.0\""),
        (object("v3.14.0rc2", &other, time), "expected the git object asked for"),
        (object("v3.14.0rc2", SHA, "yesterday"), "expected a time such as 2025-10-07T09:34:15Z, found \"yesterday\""),
        ("{\"tag\": \"v3.14.0rc2\"}".to_owned(), "expected a tag object as GitHub gives it"),
    ] {
        let server = Loopback::of_pages(&[(&path(&format!("tags/{SHA}")), body.as_str())]);
        let Answer::Failed(error) = tagged(&server.client(), &tag(TagKind::Tag)).await else { panic!("{body}") };
        assert!(error.to_string().contains(expected), "{error}");
    }
}
