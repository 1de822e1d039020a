//! Pages that are kept, confirmed and replaced.

use super::*;

#[tokio::test]
async fn a_page_that_did_not_change_is_not_transferred_again() {
    let folder = tempfile::tempdir().unwrap();
    let options = ClientOptions { cache_folder: Some(folder.path().into()), ..options() };
    let headers = "etag: \"one\"\r\nlast-modified: Tue, 07 Oct 2025 10:11:12 GMT\r\nlink: <x>\r\n";
    let server = Loopback::start(move |seen, _| match seen.header("if-none-match") {
        Some("\"one\"") => Reply::raw("HTTP/1.1 304 X\r\n\r\n", b""),
        _ => Reply::new(200, headers, b"hello"),
    });
    let url = server.url("/x");
    let first = client(options.clone()).get(&url, LIMIT).await.found().unwrap();
    let second_client = client(options.clone());
    let second = second_client.get(&url, LIMIT).await.found().unwrap();
    assert_eq!(second, Page { revalidated: true, ..first });
    assert_eq!(second_client.statistics(), Statistics { requests: 1, bodies: 0, bytes: 0, revalidated: 1 });
    assert_eq!(server.seen()[1].header("if-modified-since"), Some("Tue, 07 Oct 2025 10:11:12 GMT"));

    let entry = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let damaged = std::fs::read(&entry).unwrap().iter().map(u8::to_ascii_uppercase).collect::<Vec<_>>();
    std::fs::write(&entry, damaged).unwrap();
    for transferred in [1, 0] {
        let client = client(options.clone());
        assert_eq!(text(&client, &url).await, "hello");
        assert_eq!(client.statistics().bodies, transferred, "a damaged copy is replaced, once");
    }
    // Downloads and headers neither use nor make copies.
    downloaded(&client(options.clone()), &url).await.1.unwrap();
    client(options).head(&url).await.found().unwrap();
    assert!(server.seen().iter().rev().take(2).all(|seen| seen.header("if-none-match").is_none()));
}

#[tokio::test]
async fn absence_and_what_must_not_be_kept_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = ClientOptions { cache_folder: Some(folder.path().into()), ..options() };
    let server = Loopback::start(move |seen, _| match seen.target.as_str() {
        "/missing" => Reply::new(404, "etag: \"one\"\r\n", b"no"),
        "/secret" => Reply::new(200, "etag: \"one\"\r\ncache-control: private, no-store\r\n", b"hello"),
        "/unmarked" => Reply::page("hello"),
        _ => Reply::raw("HTTP/1.1 304 X\r\n\r\n", b""),
    });
    let client = client(options);
    for path in ["/missing", "/secret", "/unmarked"] {
        assert!(!matches!(client.get(&server.url(path), LIMIT).await, Answer::Failed(_)));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(problem(&client, &server.url("/unasked")).await, Problem::NothingToConfirm);
}
