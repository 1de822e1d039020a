//! Which pip, and up to 3.11 which setuptools, a CPython release bundles.
//!
//! Owns reading `Lib/ensurepip/__init__.py` at the release's tag. Refuses a file in which a version is missing,
//! doubled or anything but a quoted release number.

use url::Url;

use super::ParseError;
use super::client::{Answer, BodyLimit, Client};
use super::parse_error::read;
use crate::model::{ComponentVersion, PythonVersion};

/// The versions that a CPython release bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// `_PIP_VERSION`
    pub pip: ComponentVersion,
    /// `_SETUPTOOLS_VERSION`, which CPython has up to 3.11.
    pub setuptools: Option<ComponentVersion>,
}

/// The file at the tag of `version`.
pub fn url(version: &PythonVersion) -> Url {
    let text = format!("https://raw.githubusercontent.com/python/cpython/{}/Lib/ensurepip/__init__.py", version.tag());
    Url::parse(&text).expect("a version's tag is a plain path segment")
}

/// Reads the two assignments.
pub fn parse(text: &str, url: &Url) -> Result<Bundled, ParseError> {
    let pip = assigned("_PIP_VERSION", text, url)?
        .ok_or_else(|| ParseError::new(url, "a line such as _PIP_VERSION = \"25.2\"", first_line(text)))?;
    Ok(Bundled { pip, setuptools: assigned("_SETUPTOOLS_VERSION", text, url)? })
}

/// What the release bundles.
pub async fn bundled(client: &Client, version: &PythonVersion) -> Answer<Bundled> {
    client.get(&url(version), BodyLimit::mebibytes(1)).await.and_then(|page| read(&page, parse))
}

/// The value of the one top-level assignment to `name`, if there is one.
fn assigned(name: &str, text: &str, url: &Url) -> Result<Option<ComponentVersion>, ParseError> {
    let mut values = text.lines().filter_map(|line| {
        let value = line.strip_prefix(name)?.trim_start().strip_prefix('=')?;
        (!value.starts_with('=')).then_some((line, value.trim()))
    });
    let Some((line, value)) = values.next() else { return Ok(None) };
    if let Some((again, _)) = values.next() {
        return Err(ParseError::new(url, "one assignment of each version", &format!("{line}, and again {again}")));
    }
    let quoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"')
        .or_else(|| quoted('\''))
        .and_then(|version| version.parse().ok())
        .map(Some)
        .ok_or_else(|| ParseError::new(url, "a quoted version such as _PIP_VERSION = \"25.2\"", line))
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Bundled, String> {
        let version: PythonVersion = "3.11.9".parse().unwrap();
        parse(text, &url(&version)).map_err(|error| error.problem.to_string())
    }

    #[test]
    fn the_file_is_asked_for_at_the_tag() {
        let version: PythonVersion = "3.15.0b3".parse().unwrap();
        let expected = "https://raw.githubusercontent.com/python/cpython/v3.15.0b3/Lib/ensurepip/__init__.py";
        assert_eq!(url(&version).as_str(), expected);
    }

    #[test]
    fn versions_are_read_from_top_level_assignments() {
        let both = "import os\n\n_SETUPTOOLS_VERSION = \"65.5.0\"\n_PIP_VERSION='24.0'\n_PROJECTS = [_PIP_VERSION]\n";
        let bundled = parsed(both).unwrap();
        assert_eq!(bundled.pip.as_str(), "24.0");
        assert_eq!(bundled.setuptools.unwrap().as_str(), "65.5.0");
        let pip = parsed("_PIP_VERSION = \"25.2\"\r\nif x:\n    _SETUPTOOLS_VERSION = \"1\"\n").unwrap();
        assert_eq!((pip.pip.as_str(), pip.setuptools), ("25.2", None));
    }

    #[test]
    fn anything_but_one_quoted_number_is_refused() {
        let error = |text: &str| parsed(text).unwrap_err();
        insta::assert_snapshot!(error("<html>\n"), @r#"expected a line such as _PIP_VERSION = "25.2", found "<html>""#);
        insta::assert_snapshot!(error(""), @r#"expected a line such as _PIP_VERSION = "25.2", found """#);
        insta::assert_snapshot!(error("_PIP_VERSION = \"1\"\n_PIP_VERSION = \"2\""), @r#"expected one assignment of each version, found "_PIP_VERSION = \"1\", and again _PIP_VERSION = \"2\"""#);
        for value in ["\"25.2$(x)\"", "25.2", "\"25.2'", "\"25.2\" + x", "version()", "\"\"", "\"25.2\\n\""] {
            let message = error(&format!("_PIP_VERSION = {value}\n"));
            assert!(message.starts_with("expected a quoted version"), "{message}");
            error(&format!("_PIP_VERSION = \"1.0\"\n_SETUPTOOLS_VERSION = {value}\n"));
        }
    }
}
