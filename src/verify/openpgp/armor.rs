//! ASCII armor: blocks found by hand, for rPGP reads the first and passes over what follows.

use std::io::Read as _;

use pgp::armor::{Dearmor, DearmorOptions};

/// The kinds of block that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Signature,
    PublicKey,
}

impl Block {
    fn lines(self) -> (&'static str, &'static str) {
        match self {
            Self::Signature => ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"),
            Self::PublicKey => ("-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"),
        }
    }

    /// The line that such a block begins with.
    pub(super) fn first_line(self) -> &'static str {
        self.lines().0
    }
}

/// What was found in a text.
pub(super) struct Found<'a> {
    /// The blocks, with their first and last lines.
    pub(super) blocks: Vec<&'a str>,
    /// True if there is more than blocks and white space.
    pub(super) more: bool,
}

/// The blocks of this `kind` in `text`; the name of the line that is missing where one does not end.
pub(super) fn find(text: &str, kind: Block) -> Result<Found<'_>, &'static str> {
    let (first, last) = kind.lines();
    let mut found = Found { blocks: Vec::new(), more: false };
    let mut rest = text;
    while let Some(start) = rest.find(first) {
        let block = &rest[start..];
        let body = &block[first.len()..];
        let end = body.find(last).filter(|end| !body[..*end].contains(first)).ok_or(last)?;
        let (block, after) = block.split_at(first.len() + end + last.len());
        found.more |= !rest[..start].trim().is_empty();
        found.blocks.push(block);
        rest = after;
    }
    found.more |= !rest.trim().is_empty();
    Ok(found)
}

/// The packets' bytes in `block`. Its checksum is passed over, as RFC 9580 wants it: signatures protect better.
pub(super) fn decode(block: &str) -> Result<Vec<u8>, String> {
    // The line end after the last line belongs to it.
    let ended = format!("{block}\n");
    let mut bytes = Vec::new();
    let options = DearmorOptions::new().set_limit(ended.len());
    Dearmor::with_options(ended.as_bytes(), options)
        .read_to_end(&mut bytes)
        .map_err(|_| "its armor cannot be read".to_owned())?;
    Ok(bytes)
}
