//! What the clients of one process owe GitHub together.

use super::*;

/// Options of one client of several, for which `server` is GitHub.
fn at(server: &Loopback, connections: &Connections, token: &str) -> ClientOptions {
    ClientOptions {
        github_api: server.url("/"),
        github_token: Some(Secret::new(token)),
        connections: Some(connections.clone()),
        concurrency: 64,
        ..options()
    }
}

#[tokio::test]
async fn what_one_client_was_told_the_others_heed_and_who_has_another_token_asks() {
    let in_an_hour = jiff::Timestamp::now().as_second() + 3000;
    let used_up = format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {in_an_hour}\r\n");
    let server = Loopback::start(move |seen, _| match seen.header("authorization") {
        Some("Bearer poor") => Reply::new(403, &used_up, b""),
        _ => Reply::page("hello"),
    });
    let connections = Connections::new(&options()).unwrap();
    let (one, other) = (client(at(&server, &connections, "poor")), client(at(&server, &connections, "poor")));
    assert_eq!(connections.rest(Some(&Secret::new("poor"))), None);
    let first = problem(&one, &server.url("/a")).await;
    assert!(matches!(first, Problem::RateLimited { until: Some(_), with_token: true }), "{first}");
    assert_eq!(problem(&other, &server.url("/b")).await, first);
    let url = server.url("/c");
    let write = Write { method: Method::POST, url: &url, body: "{}".into(), repeat: Repeat::Unseen };
    let refused = other.write(&write).await.unwrap_err();
    assert_eq!((refused.attempts, refused.problem.was_unseen()), (1, true));
    assert_eq!(server.seen().len(), 1, "it was asked although it had said that it would not answer");
    let rest = connections.rest(Some(&Secret::new("poor"))).unwrap();
    assert!(rest > Duration::from_secs(2900) && rest <= Duration::from_secs(3000), "{rest:?}");

    let rich = client(at(&server, &connections, "rich"));
    assert_eq!(text(&rich, &server.url("/d")).await, "hello");
    // What is no part of its API has nothing to do with it.
    let elsewhere = Loopback::start(|_, _| Reply::page("hello"));
    assert_eq!(text(&one, &elsewhere.url("/e")).await, "hello");
}

#[tokio::test]
async fn a_short_wait_is_waited_for_by_all_and_a_long_one_ends_after_an_hour() {
    let server = Loopback::start(|_, before| match before {
        0 => Reply::new(403, "retry-after: 1\r\n", b""),
        1 | 2 => Reply::page("hello"),
        _ => Reply::new(429, "retry-after: 99999999\r\n", b""),
    });
    let connections = Connections::new(&options()).unwrap();
    let (one, other) = (client(at(&server, &connections, "t")), client(at(&server, &connections, "t")));
    let (url, began) = (server.url("/"), std::time::Instant::now());
    assert_eq!(text(&one, &url).await, "hello");
    assert_eq!(text(&other, &url).await, "hello");
    assert!(began.elapsed() >= Duration::from_secs(1), "it was not left alone");
    let told = problem(&one, &url).await;
    assert!(matches!(told, Problem::ComeBack { status: 429, .. }), "{told}");
    let rest = connections.rest(Some(&Secret::new("t"))).unwrap();
    assert!(rest <= Duration::from_secs(3600), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_requests_are_under_way_at_github_however_many_clients_ask() {
    const BOUND: usize = 16;
    let (server, most) = crowded(BOUND);
    let connections = Connections::new(&options()).unwrap();
    let clients: Vec<_> = (0..4).map(|_| client(at(&server, &connections, "t"))).collect();
    let url = server.url("/");
    let all = clients.iter().flat_map(|client| (0..BOUND).map(|_| client.get(&url, LIMIT)));
    let answers = futures::future::join_all(all).await;
    assert!(answers.into_iter().all(|answer| answer.found().is_some()));
    assert_eq!(most.load(Ordering::SeqCst), BOUND);
}
