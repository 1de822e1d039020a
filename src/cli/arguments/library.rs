//! Arguments of the commands about the library file and the tags.

use std::path::PathBuf;

use clap::Args;

/// Where official-images comes from.
#[derive(Debug, Args)]
pub struct OfficialImagesArguments {
    /// Read the parents' library files in DIR/library instead of asking GitHub
    #[arg(long, value_name = "DIR")]
    pub official_images: Option<PathBuf>,
}

/// `pybump library`
#[derive(Debug, Args)]
pub struct LibraryArguments {
    #[command(flatten)]
    pub parents: OfficialImagesArguments,
    /// Print only how FILE differs, and exit with status 1 if it does
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

/// `pybump tags`
#[derive(Debug, Args)]
pub struct TagsArguments {
    #[command(flatten)]
    pub parents: OfficialImagesArguments,
    /// Put PREFIX and a colon in front of every tag
    #[arg(long, value_name = "PREFIX", value_parser = registry)]
    pub registry: Option<String>,
    /// Replace the list between the markers in FILE
    #[arg(long, value_name = "FILE")]
    pub readme: Option<PathBuf>,
    /// Write nothing; print how FILE differs, and exit with status 1 if it does
    #[arg(long, requires = "readme")]
    pub check: bool,
}

/// A repository in a registry: it stands in markdown, so of plain characters only.
fn registry(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b':');
    if !text.is_empty() && text.bytes().all(plain) && !text.ends_with([':', '/']) {
        Ok(text.to_owned())
    } else {
        Err("expected a repository such as registry.example/python".to_owned())
    }
}
