//! Base images: which tags official-images has, and for which architectures.
//!
//! Owns reading a library file (stackbrew format, `library/NAME`), from official-images over the client or from a folder
//! that holds `library/`. Follows bashbrew's reading: comments may be indented, an entry without `Architectures` has the
//! header's, and that is `amd64` where it says nothing. Refuses tags and architectures that are not plain.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use deb822_fast::Error as SyntaxError;
use deb822_fast::borrowed::{BorrowedParagraph, parse_borrowed};
use url::Url;

use super::client::{Answer, BodyLimit, Client, FetchError};
use crate::model::{Architecture, InvalidValue};

/// A library file: the entries of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryFile {
    /// In the file's order.
    pub entries: Vec<LibraryEntry>,
}

/// One entry: a Dockerfile, its tags and where it is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryEntry {
    /// `Tags`, at least one.
    pub tags: Vec<String>,
    /// `SharedTags`.
    pub shared_tags: Vec<String>,
    /// `Architectures`, sorted and each once.
    pub architectures: Vec<Architecture>,
}

impl LibraryFile {
    /// The architectures of `tag`: of the entry that has it, or else of the first that shares it.
    pub fn architectures(&self, tag: &str) -> Option<&[Architecture]> {
        let has = |tags: &[String]| tags.iter().any(|known| known == tag);
        let simple = self.entries.iter().find(|entry| has(&entry.tags));
        let entry = simple.or_else(|| self.entries.iter().find(|entry| has(&entry.shared_tags)))?;
        Some(&entry.architectures)
    }
}

/// A library file that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LibraryFileError {
    /// The file is not in the folder.
    #[error(
        "{} is not there: either there is no such official image, or the folder is no clone of \
         docker-library/official-images",
        path.display()
    )]
    NoFile {
        /// The file looked for.
        path: PathBuf,
    },
    /// The operating system said no.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// official-images has no such image.
    #[error("official-images has no image {name}: {url} is not there; build FROM an official image")]
    NoImage {
        /// The image.
        name: String,
        /// Where it was looked for.
        url: Url,
    },
    /// It could not be fetched.
    #[error("{0}; --official-images DIR reads a clone of docker-library/official-images instead")]
    Fetch(FetchError),
    /// It does not parse.
    #[error("{file}:{line}: {problem}")]
    Malformed {
        /// The file or URL.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What was expected and found.
        problem: InvalidValue,
    },
}

/// The largest library file that is read; the real ones have up to 150 kB.
const LIMIT: BodyLimit = BodyLimit::mebibytes(4);

/// Where the library file of `name` is; nothing if that is no name of an official image.
pub fn url(name: &str) -> Option<Url> {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    if !name.bytes().all(plain) || name.bytes().all(|byte| byte == b'.') {
        return None;
    }
    Url::parse(&format!("https://raw.githubusercontent.com/docker-library/official-images/HEAD/library/{name}")).ok()
}

/// The library file of the image `name` as official-images has it now.
pub async fn fetch(client: &Client, name: &str) -> Result<LibraryFile, LibraryFileError> {
    let url = url(name).ok_or_else(|| LibraryFileError::Malformed {
        file: name.to_owned(),
        line: 1,
        problem: InvalidValue::new("the name of an official image such as debian", name),
    })?;
    match client.get(&url, LIMIT).await {
        Answer::Found(page) => parse(page.text().map_err(LibraryFileError::Fetch)?, &page.address.to_string()),
        Answer::Missing(_) => Err(LibraryFileError::NoImage { name: name.to_owned(), url }),
        Answer::Failed(error) => Err(LibraryFileError::Fetch(error)),
    }
}

/// The library file of the image `name` in `folder`, which holds `library/`.
pub fn read(folder: &Path, name: &str) -> Result<LibraryFile, LibraryFileError> {
    let path = folder.join("library").join(name);
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text, &path.display().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(LibraryFileError::NoFile { path }),
        Err(source) => Err(LibraryFileError::Read { path, source }),
    }
}

/// Reads the text of a library file; `file` names it in errors.
pub fn parse(text: &str, file: &str) -> Result<LibraryFile, LibraryFileError> {
    let malformed = |line, problem| LibraryFileError::Malformed { file: file.to_owned(), line, problem };
    let paragraphs = parse_borrowed(text).map_err(|error| {
        let token = if let SyntaxError::UnexpectedToken(token) = error { token } else { String::new() };
        let line = text.lines().position(|line| !token.is_empty() && line.trim_end() == token.trim_end());
        malformed(line.map_or(1, |line| line + 1), InvalidValue::new("a field such as `Tags: 3.14`", &token))
    })?;
    let at = |(slice, problem): (&str, InvalidValue)| {
        let offset = slice.as_ptr() as usize - text.as_ptr() as usize;
        malformed(text[..offset].matches('\n').count() + 1, problem)
    };
    let Some((header, entries)) = paragraphs.split_first() else {
        return Err(malformed(1, InvalidValue::new("a library file with Maintainers", text)));
    };
    if header.get_field("Maintainers").is_none() || header.get_field("Tags").is_some() {
        let problem = InvalidValue::new("a header with Maintainers and without Tags", first_line(header));
        return Err(at((first_line(header), problem)));
    }
    let default = match architectures(header).map_err(at)? {
        own if own.is_empty() => vec!["amd64".parse().expect("a constant architecture")],
        own => own,
    };
    let entries = entries.iter().map(|paragraph| entry(paragraph, &default).map_err(at)).collect::<Result<_, _>>()?;
    Ok(LibraryFile { entries })
}

/// A problem and the slice of the text where it is.
type Fault<'a> = (&'a str, InvalidValue);

fn entry<'a>(paragraph: &BorrowedParagraph<'a>, default: &[Architecture]) -> Result<LibraryEntry, Fault<'a>> {
    let tags = tags(paragraph, "Tags")?;
    if tags.is_empty() {
        let first = first_line(paragraph);
        return Err((first, InvalidValue::new("an entry with Tags", first)));
    }
    let own = architectures(paragraph)?;
    Ok(LibraryEntry {
        tags,
        shared_tags: self::tags(paragraph, "SharedTags")?,
        architectures: if own.is_empty() { default.to_vec() } else { own },
    })
}

fn architectures<'a>(paragraph: &BorrowedParagraph<'a>) -> Result<Vec<Architecture>, Fault<'a>> {
    let mut architectures = items(paragraph, "Architectures")
        .map(|item| item.parse().map_err(|problem| (item, problem)))
        .collect::<Result<Vec<_>, _>>()?;
    architectures.sort();
    architectures.dedup();
    Ok(architectures)
}

fn tags<'a>(paragraph: &BorrowedParagraph<'a>, field: &str) -> Result<Vec<String>, Fault<'a>> {
    let tag = |item: &'a str| {
        if is_tag(item) { Ok(item.to_owned()) } else { Err((item, InvalidValue::new("a tag such as 3.14-slim", item))) }
    };
    items(paragraph, field).map(tag).collect()
}

/// True of what a registry takes as a tag.
pub fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
        && text.bytes().next().is_some_and(word)
}

/// The items of a comma-separated field, less lines that are comments.
fn items<'a>(paragraph: &BorrowedParagraph<'a>, field: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let lines: Vec<&'a str> = paragraph.get(field).map(<[_]>::to_vec).unwrap_or_default();
    lines
        .into_iter()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn first_line<'a>(paragraph: &BorrowedParagraph<'a>) -> &'a str {
    paragraph.iter().next().map_or("", |field| field.name())
}

#[cfg(test)]
mod tests;
