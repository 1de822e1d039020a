//! Which redirects are followed, and where a token may go.
//!
//! Owns the allow-list of hosts. Refuses a redirect to any other host, from https to http, and to another machine's
//! http unless a mirror was configured there.

use url::{Host, Url};

use super::mirror::MirrorTable;
use super::secret::{has_credentials, without_credentials};

/// Hosts that upstream's own redirects lead to.
const HOSTS: [&str; 6] = [
    "www.python.org",
    "api.github.com",
    "github.com",
    "raw.githubusercontent.com",
    "peps.python.org",
    "keys.openpgp.org",
];

/// The hosts that a redirect may lead to: upstream's, GitHub's API and the mirrors.
#[derive(Debug, Clone)]
pub(super) struct AllowList(Vec<Place>);

/// A host with its port, where that is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    host: String,
    port: Option<u16>,
    /// True of places that were configured as http.
    plain: bool,
}

impl AllowList {
    pub(super) fn new(mirrors: &MirrorTable, github_api: &Url) -> Self {
        let configured = mirrors.targets().chain([github_api]).filter_map(|url| {
            Some(Place { host: url.host_str()?.to_owned(), port: url.port(), plain: url.scheme() == "http" })
        });
        let upstream = HOSTS.map(|host| Place { host: host.to_owned(), port: None, plain: false });
        Self(upstream.into_iter().chain(configured).collect())
    }

    /// Where a redirect from `from` to the `location` it names leads, or why it is not followed.
    pub(super) fn follow(&self, from: &Url, location: Option<&str>) -> Result<Url, Refused> {
        let refused = |to: String, reason| Err(Refused { to, reason });
        let Some(location) = location else {
            return refused(String::new(), "it names no target");
        };
        let Ok(mut to) = from.join(location) else {
            return refused(location.to_owned(), "that is no URL");
        };
        to.set_fragment(None);
        let shown = || {
            let mut shown = without_credentials(&to);
            shown.set_query(None);
            shown.to_string()
        };
        if has_credentials(&to) && !same_origin(from, &to) {
            return refused(shown(), "its URL carries credentials");
        }
        let secure = match to.scheme() {
            "https" => true,
            "http" if from.scheme() == "http" => false,
            "http" => return refused(shown(), "it leads from https to http"),
            _ => return refused(shown(), "only http and https are spoken"),
        };
        let listed = |place: &&Place| to.host_str() == Some(&place.host) && to.port() == place.port;
        match self.0.iter().filter(listed).any(|place| secure || place.plain) {
            true => Ok(to),
            false if same_origin(from, &to) => Ok(to),
            false => refused(shown(), "that host is not one of upstream's or a mirror's"),
        }
    }
}

/// A redirect that is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// Where it would have led, less credentials and query.
    pub(super) to: String,
    pub(super) reason: &'static str,
}

/// True where the token for `github_api` may be sent to `effective`: to that very host, and not in the clear beyond
/// this machine.
pub(super) fn token_may_go(github_api: &Url, effective: &Url) -> bool {
    same_origin(github_api, effective) && (effective.scheme() == "https" || is_loopback(effective))
}

/// True where scheme, host and port are the same.
pub(super) fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin().is_tuple() && a.origin() == b.origin()
}

/// True of this machine's own addresses.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn list() -> AllowList {
        let mirrors =
            ["https://www.python.org/=http://127.0.0.1:8000/", "https://peps.python.org/=http://mirror.example/"];
        let mirrors = MirrorTable::new(mirrors.map(|line| line.parse().unwrap())).unwrap();
        AllowList::new(&mirrors, &url("https://api.github.com/"))
    }

    #[test]
    fn redirects_to_listed_hosts_are_followed() {
        for (from, location, to) in [
            (
                "https://github.com/a/raw/x",
                "https://raw.githubusercontent.com/a/x#f",
                "https://raw.githubusercontent.com/a/x",
            ),
            ("https://www.python.org/ftp/python", "/ftp/python/", "https://www.python.org/ftp/python/"),
            ("http://127.0.0.1:8000/a", "b", "http://127.0.0.1:8000/b"),
            ("http://127.0.0.1:8000/a", "https://github.com/", "https://github.com/"),
            ("http://127.0.0.1:8000/a", "http://mirror.example/a", "http://mirror.example/a"),
            ("https://user:word@cache.example/a", "b", "https://user:word@cache.example/b"),
        ] {
            assert_eq!(list().follow(&url(from), Some(location)), Ok(url(to)), "{from} to {location}");
        }
    }

    #[test]
    fn redirects_elsewhere_are_refused() {
        for (from, location, reason) in [
            ("https://www.python.org/", "https://evil.example/", "not one of"),
            ("https://www.python.org/", "//evil.example/", "not one of"),
            ("https://www.python.org/", "https://www.python.org.evil.example/", "not one of"),
            ("https://www.python.org/", "https://www.python.org:8443/", "not one of"),
            ("https://www.python.org/", "http://www.python.org/", "https to http"),
            ("https://www.python.org/", "https://user:word@github.com/", "credentials"),
            ("https://www.python.org/", "file:///etc/passwd", "http and https"),
            ("https://www.python.org/", "https://[", "no URL"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/", "not one of"),
            ("http://127.0.0.1:8000/", "http://github.com/", "not one of"),
            ("http://mirror.example/", "http://169.254.169.254/", "not one of"),
        ] {
            let refused = list().follow(&url(from), Some(location)).unwrap_err();
            assert!(refused.reason.contains(reason), "{from} to {location}: {refused:?}");
            assert!(!refused.to.contains("word"), "{refused:?}");
        }
    }

    #[test]
    fn a_token_goes_to_its_own_host_alone_and_never_in_the_clear() {
        let api = url("https://api.github.com/");
        assert!(token_may_go(&api, &url("https://api.github.com/repos")));
        for other in ["https://github.com/", "http://api.github.com/", "https://api.github.com:444/"] {
            assert!(!token_may_go(&api, &url(other)), "{other}");
        }
        let plain = url("http://ghe.example/api/v3/");
        assert!(!token_may_go(&plain, &plain));
        let demo = url("http://127.0.0.1:4000/api/");
        assert!(token_may_go(&demo, &demo) && !token_may_go(&demo, &url("http://127.0.0.1:4001/api/")));
        assert!(is_loopback(&url("http://[::1]:1/")) && is_loopback(&url("http://localhost/")));
        assert!(!is_loopback(&url("http://localhost.example/")) && !is_loopback(&url("http://10.0.0.1/")));
    }
}
