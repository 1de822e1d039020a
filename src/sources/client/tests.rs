//! The client against servers on loopback, honest and hostile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, SystemTime};

use super::*;
use crate::sources::loopback::{Loopback, Reply, options};

mod copies;
mod rounds;
mod trust;
mod turns;

const LIMIT: BodyLimit = BodyLimit::bytes(100);

fn client(options: ClientOptions) -> Client {
    Client::new(options).unwrap()
}

fn mirrored(lines: &[String]) -> ClientOptions {
    let mirrors = MirrorTable::new(lines.iter().map(|line| line.parse().unwrap())).unwrap();
    ClientOptions { mirrors, ..options() }
}

async fn text(client: &Client, url: &Url) -> String {
    match client.get(url, LIMIT).await {
        Answer::Found(page) => page.text().unwrap().to_owned(),
        answer => panic!("{answer:?}"),
    }
}

async fn problem(client: &Client, url: &Url) -> Problem {
    match client.get(url, LIMIT).await {
        Answer::Failed(error) => error.problem,
        answer => panic!("{answer:?}"),
    }
}

/// What a failed download said, and how much of it came before.
async fn downloaded(client: &Client, url: &Url) -> (usize, Result<(), Problem>) {
    let mut download = match client.stream(url, LIMIT).await {
        Answer::Found(download) => download,
        Answer::Failed(error) => return (0, Err(error.problem)),
        Answer::Missing(missing) => panic!("{missing}"),
    };
    let mut received = 0;
    loop {
        match download.next().await {
            Ok(Some(piece)) => received += piece.len(),
            Ok(None) => return (received, Ok(())),
            Err(error) => {
                assert_eq!(download.next().await, Ok(None), "more came after an error");
                return (received, Err(error.problem));
            }
        }
    }
}

#[tokio::test]
async fn a_page_comes_with_its_headers_and_names_the_project() {
    let modified = "last-modified: Tue, 07 Oct 2025 10:11:12 GMT\r\nlink: <x>; rel=\"next\"\r\n";
    let server = Loopback::start(move |_, _| Reply::new(200, modified, b"hello"));
    let client = client(options());
    let page = client.get(&server.url("/a?b"), LIMIT).await.found().unwrap();
    assert_eq!((page.text().unwrap(), page.revalidated), ("hello", false));
    assert_eq!(page.last_modified.unwrap().to_string(), "2025-10-07T10:11:12Z");
    assert_eq!(page.link.unwrap(), "<x>; rel=\"next\"");
    let head = client.head(&server.url("/a")).await.found().unwrap();
    assert_eq!((head.size, head.last_modified), (Some(5), page.last_modified));
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("GET", "/a?b"));
    assert_eq!(seen[1].method, "HEAD");
    assert_eq!(seen[0].header("user-agent"), Some(concat!("pybump/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(client.statistics(), Statistics { requests: 2, bodies: 1, bytes: 5, revalidated: 0 });
}

#[tokio::test]
async fn passing_troubles_are_tried_again_until_the_answer_comes() {
    const CUT: &str = "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n";
    const CHUNKED: &str = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel";
    let troubles: [fn() -> Reply; 8] = [
        || Reply::new(408, "", b""),
        || Reply::new(425, "", b""),
        || Reply::new(429, "", b""),
        || Reply::new(500, "", b""),
        || Reply::new(503, "retry-after: 0\r\n", b""),
        || Reply::raw("", b""),
        || Reply::raw(CUT, b"half"),
        || Reply::raw(CHUNKED, b""),
    ];
    for (index, trouble) in troubles.into_iter().enumerate() {
        let server = Loopback::start(move |_, before| if before < 2 { trouble() } else { Reply::page("hello") });
        assert_eq!(text(&client(options()), &server.url("/")).await, "hello", "trouble {index}");
        assert_eq!(server.seen().len(), 3, "trouble {index}");
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_named() {
    let server = Loopback::start(|_, _| Reply::new(502, "", br#"{"message": "bad\ngateway"}"#));
    let url = server.url("/x");
    let Answer::Failed(error) = client(options()).get(&url, LIMIT).await else { panic!("found") };
    let expected = format!("cannot read {url}: status 502 (bad\\ngateway) (asked 3 times)");
    assert_eq!(error.to_string(), expected);
    assert!(error.is_transient());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn what_will_not_pass_is_asked_once() {
    for status in [400, 401, 403, 418, 451, 501] {
        let server = Loopback::start(move |_, _| Reply::new(status, "", b"<html>"));
        let found = problem(&client(options()), &server.url("/")).await;
        assert_eq!(found, Problem::Status { status, detail: None });
        assert_eq!(server.seen().len(), 1);
    }
    for status in [404, 410] {
        let server = Loopback::start(move |_, _| Reply::new(status, "", b"gone"));
        let Answer::Missing(missing) = client(options()).head(&server.url("/x")).await else { panic!("{status}") };
        assert_eq!(missing.to_string(), format!("{} is not there (status {status})", server.url("/x")));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_wait_that_the_server_names_replaces_the_policys_own() {
    let hour = Duration::from_secs(3600);
    let retry = RetryPolicy { base: hour, cap: hour, ..RetryPolicy::default() };
    let server = Loopback::start(|_, before| match before {
        0 => Reply::new(503, "retry-after: 0\r\n", b""),
        1 => Reply::new(403, "retry-after: Thu, 01 Jan 2015 00:00:00 GMT\r\n", b""),
        _ => Reply::page("hello"),
    });
    assert_eq!(text(&client(ClientOptions { retry, ..options() }), &server.url("/")).await, "hello");
    let server = Loopback::start(|_, _| Reply::new(429, "retry-after: 43200\r\n", b""));
    let found = problem(&client(ClientOptions { retry, ..options() }), &server.url("/")).await;
    assert!(matches!(found, Problem::ComeBack { status: 429, .. }), "{found}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_cached_absence_is_asked_about_once_more_where_that_is_wanted() {
    let server = Loopback::start(|seen, _| match seen.header("cache-control") {
        Some("no-cache") => Reply::page("hello"),
        _ => Reply::new(404, "", b""),
    });
    let (client, url) = (client(options()), server.url("/"));
    assert!(matches!(client.get(&url, LIMIT).await, Answer::Missing(_)));
    assert!(matches!(client.head(&url).await, Answer::Missing(_)));
    assert_eq!(client.get_fresh(&url, LIMIT).await.found().unwrap().text().unwrap(), "hello");
    assert_eq!(client.head_fresh(&url).await.found().unwrap().size, Some(5));
}

#[tokio::test]
async fn a_page_that_is_confirmed_counts_as_used() {
    let server = Loopback::start(|seen, _| match seen.header("if-none-match") {
        Some(_) => Reply::new(304, "", b""),
        None => Reply::new(200, "etag: \"a\"\r\n", b"hello"),
    });
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("/");
    let asked = async || {
        let client = client(ClientOptions { cache_folder: Some(folder.path().to_owned()), ..options() });
        client.get(&url, LIMIT).await.found().unwrap().revalidated
    };
    assert!(!asked().await);
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let then = SystemTime::now() - Duration::from_secs(40 * 24 * 3600);
    std::fs::File::options().append(true).open(&file).unwrap().set_modified(then).unwrap();
    assert!(asked().await);
    let used = file.metadata().unwrap().modified().unwrap();
    assert!(used.elapsed().unwrap() < Duration::from_secs(3600));
}

#[tokio::test]
async fn bodies_over_their_cap_are_refused_by_header_and_by_count() {
    let lie = "HTTP/1.1 200 X\r\ncontent-length: 101\r\n\r\n";
    let announced = Loopback::start(move |_, _| Reply::raw(lie, b"").then_hang());
    let expected = Problem::TooLarge { limit: LIMIT, announced: Some(101) };
    assert_eq!(problem(&client(options()), &announced.url("/")).await, expected);
    assert_eq!(downloaded(&client(options()), &announced.url("/")).await, (0, Err(expected)));

    let chunked = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
    let endless = Loopback::start(move |_, _| Reply::raw(chunked, b"").then_repeat(b"5\r\nhello\r\n"));
    let expected = Problem::TooLarge { limit: LIMIT, announced: None };
    assert_eq!(problem(&client(options()), &endless.url("/")).await, expected);
    let (received, result) = downloaded(&client(options()), &endless.url("/")).await;
    assert_eq!(result, Err(expected));
    assert!(received <= 100);

    let unframed = Loopback::start(move |_, _| Reply::raw("HTTP/1.1 200 X\r\n\r\n", b"").then_repeat(b"hello"));
    let found = problem(&client(options()), &unframed.url("/")).await;
    assert!(matches!(found, Problem::TooLarge { announced: None, .. }), "{found}");
    assert_eq!(announced.seen().len() + endless.seen().len() + unframed.seen().len(), 5);
}

#[tokio::test]
async fn a_body_never_goes_past_what_was_announced() {
    let lie = "HTTP/1.1 200 X\r\ncontent-length: 4\r\n\r\n";
    let server = Loopback::start(move |_, _| Reply::raw(lie, b"hello, and more"));
    assert_eq!(downloaded(&client(options()), &server.url("/")).await, (4, Ok(())));
    assert_eq!(text(&client(options()), &server.url("/")).await, "hell");
}

#[tokio::test]
async fn cut_and_stalled_bodies_are_told_apart() {
    let cut = "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n";
    let server = Loopback::start(move |_, _| Reply::raw(cut, b"half"));
    let (received, result) = downloaded(&client(options()), &server.url("/")).await;
    assert_eq!((received, result), (4, Err(Problem::Cut { announced: Some(9), received: 4 })));
    assert_eq!(server.seen().len(), 1, "the body of a download is not asked for again");
    let found = problem(&client(options()), &server.url("/")).await;
    insta::assert_snapshot!(found, @"the body was cut: 4 bytes came, 9 were announced");

    let idle = Duration::from_millis(50);
    let timeouts = Timeouts { idle, ..Timeouts::default() };
    let stalled = Loopback::start(move |_, _| Reply::raw(cut, b"half").then_hang());
    let options = ClientOptions { timeouts, ..options() };
    let (received, result) = downloaded(&client(options.clone()), &stalled.url("/")).await;
    assert_eq!((received, result), (4, Err(Problem::Stalled { after: idle, received: 4 })));
    let found = problem(&client(options), &stalled.url("/")).await;
    insta::assert_snapshot!(found, @"the body stalled: nothing came for 0.05 s after 4 bytes");
    assert_eq!(stalled.seen().len(), 4);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let moment = Duration::from_millis(50);
    let timeouts = Timeouts { connect: moment, idle: moment, ..Timeouts::default() };
    let silent = Loopback::start(|_, _| Reply::raw("", b"").then_hang());
    let found = problem(&client(ClientOptions { timeouts, ..options() }), &silent.url("/")).await;
    assert!(matches!(found, Problem::Timeout(_)), "{found}");

    let timeouts = Timeouts { page: moment, download: 4 * moment, ..Timeouts::default() };
    let trickle = "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n";
    let slow = Loopback::start(move |_, _| Reply::raw(trickle, b"half").then_hang());
    let options = ClientOptions { timeouts, ..options() };
    assert_eq!(problem(&client(options.clone()), &slow.url("/")).await, Problem::Timeout(moment));
    assert_eq!(downloaded(&client(options), &slow.url("/")).await, (4, Err(Problem::Timeout(4 * moment))));
}

#[tokio::test]
async fn no_connection_and_no_text_say_so() {
    let gone = Loopback::start(|_, _| Reply::page("")).url("/");
    // The listener closes with its thread; until then a connection is accepted and dropped.
    let found = problem(&client(options()), &gone).await;
    assert!(matches!(found, Problem::Connect(_) | Problem::Broken(_)), "{found}");

    let binary = Loopback::start(|_, _| Reply::new(200, "", b"ab\xff"));
    let page = client(options()).get(&binary.url("/"), LIMIT).await.found().unwrap();
    assert_eq!(page.text().unwrap_err().problem, Problem::NotText { offset: 2 });

    let zipped = Loopback::start(|_, _| Reply::new(200, "content-encoding: gzip\r\n", b"x"));
    assert_eq!(problem(&client(options()), &zipped.url("/")).await, Problem::Encoded("gzip".into()));
    assert_eq!(zipped.seen()[0].header("accept-encoding"), Some("identity"));
}

/// A server that answers `bound` requests at once and no sooner, so that fewer under way would hang, and the most that it had.
fn crowded(bound: usize) -> (Loopback, Arc<AtomicUsize>) {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (gate, high) = (Arc::new(Barrier::new(bound)), most.clone());
    let server = Loopback::start(move |_, _| {
        high.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        gate.wait();
        now.fetch_sub(1, Ordering::SeqCst);
        Reply::page("hello")
    });
    (server, most)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_requests_than_the_bound_are_under_way_and_no_fewer() {
    const BOUND: usize = 3;
    let (server, most) = crowded(BOUND);
    let client = client(ClientOptions { concurrency: BOUND, ..options() });
    let url = server.url("/");
    let all = (0..4 * BOUND).map(|_| client.get(&url, LIMIT));
    let answers = futures::future::join_all(all).await;
    assert!(answers.into_iter().all(|answer| answer.found().is_some()));
    assert_eq!(most.load(Ordering::SeqCst), BOUND);
}
