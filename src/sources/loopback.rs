//! A server on loopback for tests, which answers bytes as it is told: also those that no sound server would send.
//!
//! Owns the sockets. Refuses to judge: a test asserts on what was [`seen`](Loopback::seen).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;

use super::client::{Client, ClientOptions, RetryPolicy};

pub(crate) struct Loopback {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stopped: Arc<AtomicBool>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What to send.
pub(crate) struct Reply {
    bytes: Vec<u8>,
    then: Then,
}

enum Then {
    Close,
    Hang,
    /// These bytes again and again, until nobody reads them.
    Repeat(Vec<u8>),
}

impl Reply {
    /// A sound answer: `status`, further `headers` (each ending in a line end) and a body.
    pub(crate) fn new(status: u16, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        Self::raw(&format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n"), body)
    }

    /// A page.
    pub(crate) fn page(body: &str) -> Self {
        Self::new(200, "", body.as_bytes())
    }

    /// These very bytes.
    pub(crate) fn raw(head: &str, body: &[u8]) -> Self {
        Self { bytes: [head.as_bytes(), body].concat(), then: Then::Close }
    }

    /// The same, and then silence.
    pub(crate) fn then_hang(self) -> Self {
        Self { then: Then::Hang, ..self }
    }

    /// The same, and then `bytes` without end.
    pub(crate) fn then_repeat(self, bytes: &[u8]) -> Self {
        Self { then: Then::Repeat(bytes.to_vec()), ..self }
    }
}

impl Loopback {
    /// Answers each request by `reply`, which is given how many came before.
    pub(crate) fn start(reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (log, stop, reply) = (seen.clone(), stopped.clone(), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (log, reply) = (log.clone(), reply.clone());
                std::thread::spawn(move || serve(stream, &log, &*reply));
            }
        });
        Self { address, seen, stopped }
    }

    /// Answers `pages` by path and query, and 404 elsewhere.
    pub(crate) fn of_pages(pages: &[(&str, &str)]) -> Self {
        let pages: Vec<_> = pages.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned())).collect();
        Self::start(move |seen, _| match pages.iter().find(|(path, _)| *path == seen.target) {
            Some((_, body)) => Reply::page(body),
            None => Reply::new(404, "", b"not here"),
        })
    }

    /// The URL of `path`, which starts with `/`.
    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A client for which this server stands in for all of upstream: hosts are its top folders.
    pub(crate) fn client(&self) -> Client {
        let hosts = ["www.python.org", "raw.githubusercontent.com", "github.com", "peps.python.org", "api.github.com"];
        let mirrors = hosts.map(|host| format!("https://{host}/={}", self.url(&format!("/{host}/"))).parse().unwrap());
        let mirrors = super::client::MirrorTable::new(mirrors).unwrap();
        Client::new(ClientOptions { mirrors, ..options() }).unwrap()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

/// Options under which nothing is waited for.
pub(crate) fn options() -> ClientOptions {
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy { attempts: 3, base: moment, cap: moment, ..RetryPolicy::default() };
    ClientOptions { retry, ..ClientOptions::default() }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Seen>>, reply: &(impl Fn(&Seen, usize) -> Reply + ?Sized)) {
    let Some(seen) = request(&stream) else { return };
    let before = {
        let mut log = log.lock().unwrap();
        log.push(seen.clone());
        log.len() - 1
    };
    let Reply { mut bytes, then } = reply(&seen, before);
    if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        if seen.method == "HEAD" {
            bytes.truncate(end + 4);
        }
        bytes.splice(end..end, *b"\r\nconnection: close");
    }
    // The client may be gone, which is for the test to judge.
    let _ = stream.write_all(&bytes);
    match then {
        Then::Close => {}
        Then::Hang => drop(stream.read(&mut [0])),
        Then::Repeat(bytes) => while stream.write_all(&bytes).is_ok() {},
    }
}

fn request(stream: &TcpStream) -> Option<Seen> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    Some(Seen { method, target, headers })
}
