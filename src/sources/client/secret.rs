//! Values that must not be seen: tokens, and the credentials inside a URL.
//!
//! Owns their redaction. Refuses to print a [`Secret`]: it has no `Display`, and its `Debug` shows nothing of it.

use std::fmt;

use url::Url;

/// A token. Never printed, compared or serialised; read only where it is put into a request.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps `value` out of sight.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one header that it is meant for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// `url` for people: a user name and password in it read `redacted`.
pub fn redacted(url: &Url) -> String {
    if !has_credentials(url) {
        return url.to_string();
    }
    let bare = without_credentials(url);
    bare.as_str().replacen("://", "://redacted@", 1)
}

/// `url` less its user name and password.
pub(super) fn without_credentials(url: &Url) -> Url {
    let mut bare = url.clone();
    // Both fail only for URLs without a host, which carry no credentials.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare
}

pub(super) fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_credentials_are_never_printed() {
        assert_eq!(format!("{:?}", Some(Secret::new("ghp_x"))), "Some(Secret(redacted))");
        let shown = |text: &str| redacted(&Url::parse(text).unwrap());
        assert_eq!(shown("https://user:word@h.org:8/a?b=c"), "https://redacted@h.org:8/a?b=c");
        assert_eq!(shown("https://token@h.org/a"), "https://redacted@h.org/a");
        assert_eq!(shown("https://:word@h.org/a"), "https://redacted@h.org/a");
        assert_eq!(shown("https://h.org/a@b"), "https://h.org/a@b");
    }
}
