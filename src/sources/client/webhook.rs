//! The one door to somewhere else than GitHub: a webhook, to which news is posted.
//!
//! Owns that its address, which is a secret, shows as its host alone. Refuses redirects, http to other machines, mirrors, and
//! any other use of the host; what the webhook answers is not read beyond its status, for it may quote the address.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use tokio::time::{Instant, timeout};
use url::{Position, Url};

use super::Client;
use super::failure::Problem;
use super::redirect::is_loopback;

/// A webhook's address. Whoever knows it may write there: it is shown as its host.
#[derive(Clone)]
pub struct Webhook(Url);

/// What goes wrong with a webhook. Says its host and no more of its address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The address is none.
    #[error(
        "expected the address of a webhook, such as https://hooks.slack.com/services/…, http for this machine alone; {0} (the \
         address is a secret and is not shown)"
    )]
    Address(String),
    /// What was to be told is not surely told.
    #[error("cannot tell the webhook at {host}: {problem}")]
    Untold {
        /// Its host, and port where that is not the usual one.
        host: String,
        /// What went wrong.
        problem: String,
    },
}

impl Webhook {
    /// The webhook at the address `text`.
    pub fn new(text: &str) -> Result<Self, WebhookError> {
        let url = Url::parse(text).map_err(|error| WebhookError::Address(error.to_string()))?;
        let found = |what: &str| Err(WebhookError::Address(what.to_owned()));
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return found("found http to another machine, which anybody in between could read"),
            _ => return found("found neither https nor http"),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return found("found no host");
        }
        Ok(Self(url))
    }

    /// Its host, and port where that is not the usual one.
    pub fn host(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({}, redacted)", self.host())
    }
}

impl Client {
    /// Posts `json` to `webhook`, once: whoever has news comes again. An error leaves open whether it arrived.
    pub async fn post_webhook(&self, webhook: &Webhook, json: Bytes) -> Result<(), WebhookError> {
        let untold = |problem: String| WebhookError::Untold { host: webhook.host().to_owned(), problem };
        let inner = &*self.0;
        let _slot = inner.slot().await;
        let timeouts = &inner.options.timeouts;
        let connections = inner.transport.to(&webhook.0).map_err(|problem| untold(problem.to_string()))?;
        let request = connections
            .post(webhook.0.clone())
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(json);
        inner.counters.request();
        let (start, longest) = (Instant::now(), timeouts.connect + timeouts.idle);
        let problem = match timeout(longest, request.send()).await {
            Ok(Ok(response)) => {
                let status = response.status();
                tracing::debug!("POST {webhook}: status {} after {} ms", status.as_u16(), start.elapsed().as_millis());
                return if status.is_success() { Ok(()) } else { Err(untold(refusal(status))) };
            }
            Ok(Err(error)) => Problem::of_request(&error, timeouts.connect),
            Err(_) => Problem::Timeout(longest),
        };
        tracing::debug!("POST {webhook}: {problem}");
        Err(untold(problem.to_string()))
    }
}

fn refusal(status: StatusCode) -> String {
    let code = status.as_u16();
    match code {
        300..=399 => format!("status {code}: a redirect, which is not followed; set the address that it leads to"),
        401 | 403 | 404 | 410 => format!("status {code}: it takes no news under this address any more; make a new one"),
        400 | 413 | 422 => format!("status {code}: it does not take {{\"text\": …}}, as Slack's do"),
        _ => format!("status {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "https://user:word@hooks.slack.com/services/T0/B0/s3cr3t?key=s3cr3t";

    #[test]
    fn an_address_shows_its_host_and_nothing_else() {
        let webhook = Webhook::new(SECRET).unwrap();
        assert_eq!(webhook.to_string(), "hooks.slack.com");
        assert_eq!(format!("{webhook:?}"), "Webhook(hooks.slack.com, redacted)");
        let local = Webhook::new("http://127.0.0.1:8065/hooks/s3cr3t").unwrap();
        assert_eq!(local.host(), "127.0.0.1:8065");
    }

    #[test]
    fn what_is_no_address_or_goes_in_the_clear_is_refused_without_being_shown() {
        for text in [
            "s3cr3t",
            "",
            "http://hooks.example/s3cr3t",
            "ftp://h.example/s3cr3t",
            "https:///",
            "data:,s3cr3t",
            "http://[s3cr3t/",
        ] {
            let error = Webhook::new(text).unwrap_err().to_string();
            assert!(
                error.starts_with("expected the address of a webhook") && !error.contains("s3cr3t"),
                "{text}: {error}"
            );
        }
    }
}
