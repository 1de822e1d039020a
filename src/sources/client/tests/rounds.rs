//! What runs of one round are told, and what they are not.

use super::*;
use crate::sources::client::Round;

#[tokio::test]
async fn who_has_the_same_mirrors_asks_once_and_another_s_mirror_answers_nobody_else() {
    let spool = tempfile::tempdir().unwrap();
    let round = Round::new(spool.path().into());
    let other = Loopback::start(|_, _| Reply::page("another's"));
    // The mirror stands for where a redirect leads, not for what is asked.
    let server = Loopback::start(|seen, _| match seen.target.as_str() {
        "/asked" | "/file" => Reply::new(302, "location: /led/there\r\n", b""),
        _ => Reply::page("upstream's"),
    });
    let through = |mirrors: Vec<Mirror>| {
        let mirrors = MirrorTable::new(mirrors).unwrap();
        client(ClientOptions { mirrors, round: Some(round.clone()), ..options() })
    };
    let mirror = Mirror::new(server.url("/led/").as_str(), other.url("/").as_str()).unwrap();
    let (odd, one, two) = (through(vec![mirror]), through(Vec::new()), through(Vec::new()));
    let (page, file) = (server.url("/asked"), server.url("/file"));
    for (client, expected) in [(&odd, "another's"), (&one, "upstream's"), (&two, "upstream's")] {
        assert_eq!(text(client, &page).await, expected);
        assert_eq!(downloaded(client, &file).await, (expected.len(), Ok(())));
    }
    assert_eq!(other.seen().len(), 2);
    let asked = |path: &str| server.seen().iter().filter(|seen| seen.target == path).count();
    assert_eq!((asked("/asked"), asked("/file"), asked("/led/there")), (2, 2, 2));
    // What is kept of artifacts is kept there.
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 2);
    drop((odd, one, two, round));
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
}
