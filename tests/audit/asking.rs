//! What an audit asks for, and what it leaves alone.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use insta::assert_snapshot;

use super::stage::{accepted, audited, moved_on, unrecorded, verdicts};

#[test]
fn all_that_was_accepted_holds() {
    let scene = moved_on();
    assert_snapshot!(audited(&scene, &[], 0).stdout, @"
    Python-3.13.10.tar.xz            holds  thomas@python.org, DATE TIME UTC
    python-3.13.10-amd64.exe         holds  thomas@python.org, DATE TIME UTC
    Python-3.14.3.tar.xz             holds  hugo@python.org, DATE TIME UTC  (ledger only)
    python-3.14.3-amd64.exe          holds  hugo@python.org, DATE TIME UTC  (ledger only)
    Python-3.14.4.tar.xz             holds  hugo@python.org, DATE TIME UTC
    python-3.14.4-amd64.exe          holds  hugo@python.org, DATE TIME UTC
    6 artifacts: 6 as accepted; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
    assert_snapshot!(verdicts(&scene, &[], 0), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    assert_snapshot!(audited(&scene, &["3.13", "-v"], 0).stdout, @"
    Python-3.13.10.tar.xz            holds  thomas@python.org, DATE TIME UTC
             sha256 50c394e74a7d24f9eada00905751dedc97e903ece25ad746e6486dc497e9f643
    python-3.13.10-amd64.exe         holds  thomas@python.org, DATE TIME UTC
             sha256 a7335a154e7f5446a0bcbcfb051e67debcb92fa0ef5d1bface6c021b673a0040
    2 artifacts: 2 as accepted; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
}

#[test]
fn without_a_ledger_the_manifest_is_what_was_accepted() {
    assert_snapshot!(audited(&unrecorded(), &["--download"], 0).stdout, @"
    Python-3.13.10.tar.xz            holds  thomas@python.org, DATE TIME UTC
    python-3.13.10-amd64.exe         holds  thomas@python.org, DATE TIME UTC
    Python-3.14.3.tar.xz             holds  hugo@python.org, DATE TIME UTC
    python-3.14.3-amd64.exe          holds  hugo@python.org, DATE TIME UTC
    4 artifacts: 4 as accepted; bytes downloaded and hashed
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
}

#[test]
fn no_artifact_is_downloaded_unless_that_is_asked_for() {
    let scene = accepted();
    let whole = || {
        let asked = scene.server.requests().into_iter().filter(|asked| asked.method == "GET");
        let files = asked.filter(|asked| [".tar.xz", "-amd64.exe"].iter().any(|end| asked.target.ends_with(end)));
        files.map(|asked| asked.target).collect::<std::collections::BTreeSet<_>>().len()
    };
    audited(&scene, &[], 0);
    assert_eq!(whole(), 0);
    audited(&scene, &["--download"], 0);
    assert_eq!(whole(), 4);
}

#[test]
fn a_second_audit_transfers_no_body_and_says_the_same() {
    let scene = accepted();
    let first = audited(&scene, &[], 0);
    scene.server.forget_requests();
    assert_eq!(audited(&scene, &[], 0).stdout, first.stdout);
    let (bodies, all) = (scene.server.requests(), scene.server.requests().len());
    let bodies: Vec<_> = bodies.into_iter().filter(|request| request.body > 0).collect();
    assert_eq!((bodies, all > 0), (Vec::new(), true));
}

/// A server that gives no answer before so many questions wait for one: its address, and whether they ever did.
fn answers_together(questions: usize) -> (String, Arc<(Mutex<usize>, Condvar)>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let arrived = Arc::new((Mutex::new(0), Condvar::new()));
    let shared = Arc::clone(&arrived);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, shared) = (stream.unwrap(), Arc::clone(&shared));
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let (number, changed) = &*shared;
                *number.lock().unwrap() += 1;
                changed.notify_all();
                let wait = Duration::from_secs(20);
                drop(changed.wait_timeout_while(number.lock().unwrap(), wait, |number| *number < questions).unwrap());
                let answer = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                // Whoever asked may have gone.
                stream.write_all(answer.as_bytes()).ok();
            });
        }
    });
    (address, arrived)
}

#[test]
fn every_artifact_is_asked_about_at_once() {
    let scene = accepted();
    // Of one artifact three questions are asked: the file itself, its bundle, its SBOM.
    let (address, arrived) = answers_together(6);
    let mirror = format!("https://www.python.org/=http://{address}/");
    let begun = std::time::Instant::now();
    audited(&scene, &["--mirror", &mirror], 1).said("4 artifacts: 4 not answered for");
    assert!(*arrived.0.lock().unwrap() >= 6 && begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
