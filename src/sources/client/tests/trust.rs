//! Where requests, tokens and credentials may go, and by which connections.

use super::*;

#[tokio::test]
async fn redirects_are_followed_to_listed_hosts_alone_and_not_for_ever() {
    let foreign = Loopback::start(|_, _| Reply::page("secret"));
    let away = foreign.url("/x?y").to_string();
    let server = Loopback::start(move |seen, _| match seen.target.as_str() {
        "/py/away" => Reply::new(302, &format!("location: {away}\r\n"), b""),
        "/py/loop" => Reply::new(301, "location: /py/loop\r\n", b""),
        "/py/nowhere" => Reply::new(307, "", b""),
        "/py/near" => Reply::new(308, "location: there\r\n", b""),
        "/py/upstream" => Reply::new(302, "location: https://www.python.org/there\r\n", b""),
        "/py/there" => Reply::page("hello"),
        other => panic!("{other}"),
    });
    let client = client(mirrored(&[format!("https://www.python.org/={}", server.url("/py/"))]));
    let url = |path: &str| Url::parse(&format!("https://www.python.org/{path}")).unwrap();
    assert_eq!(text(&client, &url("near")).await, "hello");
    assert_eq!(text(&client, &url("upstream")).await, "hello", "a redirect's target has its mirror too");
    assert_eq!(problem(&client, &url("loop")).await, Problem::TooManyRedirects(5));
    let nowhere = problem(&client, &url("nowhere")).await;
    insta::assert_snapshot!(nowhere, @r#"the redirect to "" is refused: it names no target"#);

    let Answer::Failed(error) = client.get(&url("away"), LIMIT).await else { panic!("followed") };
    let expected = format!(
        "cannot read https://www.python.org/away (through {}): the redirect to \"{}\" is refused: that host is not one of \
         upstream's or a mirror's",
        server.url("/py/away"),
        foreign.url("/x")
    );
    assert_eq!(error.to_string(), expected);
    assert!(foreign.seen().is_empty());
}

#[tokio::test]
async fn the_token_goes_to_the_api_and_nowhere_else() {
    let other = Loopback::start(|_, _| Reply::page("other"));
    let elsewhere = other.url("/from-api").to_string();
    let api = Loopback::start(move |seen, _| match seen.target.as_str() {
        "/api/moved" => Reply::new(302, "location: /api/here\r\n", b""),
        "/api/away" => Reply::new(302, &format!("location: {elsewhere}\r\n"), b""),
        _ => Reply::page("api"),
    });
    let back = api.url("/api/back").to_string();
    let detour = Loopback::start(move |_, _| Reply::new(302, &format!("location: {back}\r\n"), b""));
    let options = ClientOptions {
        github_api: api.url("/api"),
        github_token: Some(Secret::new("ghp_hidden")),
        ..mirrored(&[
            format!("https://www.python.org/={}", other.url("/")),
            format!("https://peps.python.org/={}", detour.url("/")),
            format!("{}={}", api.url("/api/mirrored/"), other.url("/mirrored/")),
        ])
    };
    let client = client(options);
    assert!(!format!("{client:?}").contains("hidden"));
    for path in ["here", "moved", "away", "mirrored/x"] {
        client.get(&client.github_api().join(path).unwrap(), LIMIT).await.found().unwrap();
    }
    client.get(&Url::parse("https://www.python.org/x").unwrap(), LIMIT).await.found().unwrap();
    client.get(&Url::parse("https://peps.python.org/x").unwrap(), LIMIT).await.found().unwrap();

    let with_token = |server: &Loopback| {
        let seen = server.seen().into_iter();
        seen.map(|seen| (seen.target.clone(), seen.header("authorization").is_some())).collect::<Vec<_>>()
    };
    let named =
        |list: &[(&str, bool)]| list.iter().map(|(path, token)| ((*path).to_owned(), *token)).collect::<Vec<_>>();
    let api_saw =
        [("/api/here", true), ("/api/moved", true), ("/api/here", true), ("/api/away", true), ("/api/back", false)];
    assert_eq!(with_token(&api), named(&api_saw));
    assert_eq!(with_token(&other), named(&[("/from-api", false), ("/mirrored/x", false), ("/x", false)]));
    assert_eq!(with_token(&detour), named(&[("/x", false)]));
    assert_eq!(api.seen()[0].header("authorization"), Some("Bearer ghp_hidden"));
}

#[tokio::test]
async fn credentials_of_a_mirror_reach_it_and_no_message() {
    let server = Loopback::start(|seen, _| match seen.header("authorization") {
        Some("Basic dXNlcjpzM3NhbWU=") => Reply::new(403, "", b""),
        _ => Reply::page(""),
    });
    let mut target = server.url("/");
    target.set_username("user").unwrap();
    target.set_password(Some("s3same")).unwrap();
    let client = client(mirrored(&[format!("https://www.python.org/={target}")]));
    let Answer::Failed(error) = client.get(&Url::parse("https://www.python.org/x").unwrap(), LIMIT).await else {
        panic!("the mirror did not get its credentials");
    };
    assert!(error.to_string().contains("(through http://redacted@127.0.0.1"), "{error}");
    assert!(!format!("{error} {error:?} {client:?}").contains("s3same"), "{error:?}");
}

/// Runs in a process of its own, for its environment: no root certificates, and a proxy.
#[tokio::test]
#[ignore = "run by without_root_certificates_http_works_and_https_says_why_not"]
async fn in_a_bare_container_behind_a_proxy() {
    let server = Loopback::start(|_, _| Reply::page("past the proxy"));
    let client = client(options());
    assert_eq!(text(&client, &server.url("/")).await, "past the proxy");
    assert_eq!(text(&client, &Url::parse("http://mirror.example/x").unwrap()).await, "by the proxy");
    let found = problem(&client, &Url::parse("https://mirror.example/x").unwrap()).await;
    assert!(matches!(found, Problem::NoRoots(_)), "{found}");
}

#[test]
fn without_root_certificates_http_works_and_https_says_why_not() {
    let proxy = Loopback::start(|_, _| Reply::page("by the proxy"));
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "sources::client::tests::trust::in_a_bare_container_behind_a_proxy"])
        .env_clear()
        .envs([("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")])
        .envs([("HTTP_PROXY", proxy.url("/").as_str()), ("HTTPS_PROXY", proxy.url("/").as_str())])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let targets: Vec<_> = proxy.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["http://mirror.example/x"]);
}
