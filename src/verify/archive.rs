//! The name that a source tarball's own bytes go by: the top folder of its first entry.
//!
//! A signature binds bytes to a person, not to a name: an older release's tarball, with its genuine bundle, can be served
//! under a new name. The folder inside tells. Only the head of the file is kept and unpacked, whatever memory the
//! archive asks for; nothing is written to disk.

mod tar;

use std::io::{self, Read};

use lzma_rust2::XzReader;

use super::quote::quote;
use crate::model::PythonVersion;

/// The compressed bytes kept: enough for two LZMA2 chunks of the largest size.
const PREFIX: usize = 256 << 10;
/// How xz streams begin.
const MAGIC: &[u8] = b"\xfd7zXZ\0";
/// The unpacked bytes looked at: extension headers before the first entry must fit.
const UNPACKED: u64 = 64 << 10;

/// Collects the head of a `.tar.xz` that streams by, to tell its top folder.
#[derive(Debug, Default)]
pub struct TopFolder {
    prefix: Vec<u8>,
}

/// Why the archive's bytes do not bear the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The head is no xz stream, or is cut.
    #[error("the archive is not a .tar.xz: {}", quote(.0))]
    Compression(String),
    /// What it unpacks to does not begin with a tar entry.
    #[error("the archive does not begin with a tar entry: {0}")]
    Tar(&'static str),
    /// The first entry does not lie in a folder.
    #[error("the archive's first entry is \"{}\"; expected a folder", quote(.found))]
    NoFolder {
        /// The entry's path.
        found: String,
    },
    /// The folder is that of something else.
    #[error("the archive holds {}/; expected {expected}/", quote(.found))]
    OtherFolder {
        /// The release's folder.
        expected: String,
        /// The archive's.
        found: String,
    },
}

impl TopFolder {
    /// A collector that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the file; most are passed over.
    pub fn feed(&mut self, chunk: &[u8]) {
        let room = PREFIX - self.prefix.len();
        self.prefix.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    /// The top folder of the archive's first entry.
    pub fn name(&self) -> Result<String, ArchiveError> {
        if !self.prefix.starts_with(MAGIC) {
            return Err(ArchiveError::Compression("it does not begin as an xz stream does".to_owned()));
        }
        let mut unpacked = Unpacked { reader: XzReader::new(self.prefix.as_slice(), false).take(UNPACKED) };
        let path = tar::first_path(&mut unpacked)?;
        match path.split_once('/') {
            Some((folder, _)) if !matches!(folder, "" | "." | "..") => Ok(folder.to_owned()),
            _ => Err(ArchiveError::NoFolder { found: path }),
        }
    }

    /// Checks that the archive is the source of `version`: that its top folder is `Python-VERSION`.
    pub fn check(&self, version: &PythonVersion) -> Result<(), ArchiveError> {
        let found = self.name()?;
        let expected = format!("Python-{version}");
        if found == expected { Ok(()) } else { Err(ArchiveError::OtherFolder { expected, found }) }
    }
}

/// The unpacked head of the archive.
struct Unpacked<'a> {
    reader: io::Take<XzReader<&'a [u8]>>,
}

impl Unpacked<'_> {
    /// Fills `buffer`.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ArchiveError> {
        self.reader.read_exact(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ArchiveError::Tar("its head is cut or too long"),
            _ => ArchiveError::Compression(error.to_string()),
        })
    }
}

#[cfg(test)]
mod tests;
