//! The get-pip pin, and what is no script.

use super::*;
use crate::sources::loopback::{Loopback, Reply};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

#[tokio::test]
async fn the_pin_is_the_newest_commit_its_raw_url_and_the_script_s_digest() {
    let commits = format!(r#"[{{"sha": "{SHA}", "commit": {{"message": "Update"}}}}]"#);
    let server = Loopback::start(move |seen, _| match seen.target.as_str() {
        "/api.github.com/repos/pypa/get-pip/commits?path=public/get-pip.py&sha=main&per_page=1"
        | "/api.github.com/repos/pypa/get-pip/commits?path=public/3.9/get-pip.py&sha=main&per_page=1" => {
            Reply::page(&commits)
        }
        "/github.com/pypa/get-pip/raw/0123456789abcdef0123456789abcdef01234567/public/get-pip.py" => Reply::new(
            302,
            "location: https://raw.githubusercontent.com/pypa/get-pip/0123456789abcdef0123456789abcdef01234567/public/get-pip.py\r\n",
            b"",
        ),
        "/raw.githubusercontent.com/pypa/get-pip/0123456789abcdef0123456789abcdef01234567/public/get-pip.py" => {
            Reply::page("#!/usr/bin/env python\n")
        }
        "/github.com/pypa/get-pip/raw/0123456789abcdef0123456789abcdef01234567/public/3.9/get-pip.py" => {
            Reply::page("print(39)\n")
        }
        other => panic!("{other}"),
    });
    let client = server.client();
    let pin = newest(&client, Script::Current).await.found().unwrap();
    assert_eq!(pin.sha256, Sha256::of(b"#!/usr/bin/env python\n"));
    assert_eq!(pin.url.as_str(), format!("https://github.com/pypa/get-pip/raw/{SHA}/public/get-pip.py"));
    assert_eq!(pin.version(), format!("https://github.com/pypa/get-pip/commit/{SHA}"));
    let legacy = newest(&client, Script::Legacy(Series::new(3, 9))).await.found().unwrap();
    assert_eq!(legacy.sha256, Sha256::of(b"print(39)\n"));
    assert_eq!(legacy.url.as_str(), format!("https://github.com/pypa/get-pip/raw/{SHA}/public/3.9/get-pip.py"));
}

#[tokio::test]
async fn no_commit_or_a_malformed_one_is_an_error() {
    for body in ["[]", "{}", "[{\"sha\": \"main\"}]", "[{\"sha\": \"../../x\"}]", "<html>"] {
        let server = Loopback::start(move |_, _| Reply::page(body));
        let Answer::Failed(error) = newest_commit(&server.client(), Script::Current).await else { panic!("{body}") };
        let expected = "expected a list with the newest commit that touched the get-pip script";
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_web_page_or_nothing_is_no_script() {
    let url = url(Script::Current, &SHA.parse().unwrap());
    for body in ["", " \n", "<!doctype html>", "\n<html>"] {
        let error = digest(body.as_bytes(), &url).unwrap_err();
        assert!(error.to_string().contains("expected a Python script"), "{error}");
    }
}

#[tokio::test]
async fn a_commit_is_on_main_if_main_is_it_or_goes_on_from_it() {
    let on_main = async |reply: fn() -> Reply| {
        let server = Loopback::start(move |seen, _| {
            let path = format!("/api.github.com/repos/pypa/get-pip/compare/main...{SHA}?per_page=1");
            assert_eq!(seen.target, path);
            reply()
        });
        is_on_main(&server.client(), &SHA.parse().unwrap()).await
    };
    assert_eq!(on_main(|| Reply::page(r#"{"status": "identical"}"#)).await.found(), Some(true));
    assert_eq!(on_main(|| Reply::page(r#"{"status": "behind", "behind_by": 3}"#)).await.found(), Some(true));
    assert_eq!(on_main(|| Reply::page(r#"{"status": "diverged"}"#)).await.found(), Some(false));
    assert_eq!(on_main(|| Reply::page(r#"{"status": "ahead"}"#)).await.found(), Some(false));
    assert!(matches!(on_main(|| Reply::new(404, "", b"{}")).await, Answer::Missing(_)));
    for reply in [|| Reply::page(r#"{"status": "fine"}"#), || Reply::page("{}"), || Reply::new(403, "", b"{}")] {
        assert!(matches!(on_main(reply).await, Answer::Failed(_)));
    }
}
