//! Arguments of `pybump report`.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::{KEYS, TrustArguments};
use crate::model::TrackedKey;

/// `pybump report`
#[derive(Debug, Args)]
pub struct ReportArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Write index.html, report.json and feed.atom into DIR, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    pub html: Option<PathBuf>,
    /// Where DIR will be published; the feed says so
    #[arg(long, value_name = "URL", requires = "html", value_parser = page)]
    pub url: Option<Url>,
    /// Ask nobody: report what the clone and its ledger tell
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// An address that files can be below.
fn page(text: &str) -> Result<Url, String> {
    let folder = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
    match Url::parse(&folder) {
        Ok(url) if matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none() => {
            Ok(url)
        }
        _ => Err("expected an address such as https://example.github.io/python/".to_owned()),
    }
}
