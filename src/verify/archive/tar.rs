//! The first entry's path in a tar archive, in the POSIX and the GNU format.
//!
//! Extension headers that come before the first entry are read for the path they may give; all others are passed over.

use super::{ArchiveError, Unpacked};

/// The size of headers, and what contents are padded to.
const BLOCK: usize = 512;

/// Reads up to the first entry's header and gives its path, with a `/` at the end where it is a folder.
pub(super) fn first_path(archive: &mut Unpacked<'_>) -> Result<String, ArchiveError> {
    let mut long_path = None;
    loop {
        let mut block = [0; BLOCK];
        archive.fill(&mut block)?;
        let header = Header(&block);
        header.check()?;
        match header.kind() {
            b'x' => long_path = pax_path(&content(archive, &header)?)?.or(long_path),
            b'L' => long_path = Some(until_nul(&content(archive, &header)?).to_vec()),
            b'g' | b'K' => drop(content(archive, &header)?),
            kind => {
                let mut path = long_path.unwrap_or_else(|| header.path());
                if kind == b'5' && !path.ends_with(b"/") {
                    path.push(b'/');
                }
                return String::from_utf8(path).map_err(|_| ArchiveError::Tar("its path is not UTF-8"));
            }
        }
    }
}

/// The content of an extension header.
fn content(archive: &mut Unpacked<'_>, header: &Header<'_>) -> Result<Vec<u8>, ArchiveError> {
    let size = header.size()?;
    let mut content = vec![0; size.next_multiple_of(BLOCK)];
    archive.fill(&mut content)?;
    content.truncate(size);
    Ok(content)
}

/// A header block.
struct Header<'a>(&'a [u8; BLOCK]);

impl Header<'_> {
    /// Checks the magic and the sum over the block, which counts its own field as spaces.
    fn check(&self) -> Result<(), ArchiveError> {
        if &self.0[257..262] != b"ustar" {
            return Err(ArchiveError::Tar("its magic is not ustar"));
        }
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>();
        let expected = sum(&self.0[..148]) + 8 * usize::from(b' ') + sum(&self.0[156..]);
        if octal(&self.0[148..156]) == Some(expected) {
            Ok(())
        } else {
            Err(ArchiveError::Tar("its header's checksum is wrong"))
        }
    }

    fn kind(&self) -> u8 {
        self.0[156]
    }

    /// The content's size, which must be that of an extension header: a few blocks.
    fn size(&self) -> Result<usize, ArchiveError> {
        octal(&self.0[124..136])
            .filter(|size| *size <= 32 << 10)
            .ok_or(ArchiveError::Tar("an extension header is longer than 32 KiB"))
    }

    fn path(&self) -> Vec<u8> {
        let name = until_nul(&self.0[..100]);
        // GNU's own format, `ustar  `, keeps other things in the prefix's place.
        let prefix = if self.0[262] == 0 { until_nul(&self.0[345..500]) } else { &[] };
        if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
    }
}

/// The `path` among records of the form `LENGTH KEY=VALUE\n`, of which the last one counts.
fn pax_path(mut records: &[u8]) -> Result<Option<Vec<u8>>, ArchiveError> {
    const MALFORMED: ArchiveError = ArchiveError::Tar("a pax header is malformed");
    let mut path = None;
    while !records.is_empty() {
        let space = records.iter().take(6).position(|byte| *byte == b' ').ok_or(MALFORMED)?;
        let digits = std::str::from_utf8(&records[..space]).map_err(|_| MALFORMED)?;
        let length: usize = digits.parse().map_err(|_| MALFORMED)?;
        let record = records.get(space + 1..length).ok_or(MALFORMED)?;
        let record = record.strip_suffix(b"\n").ok_or(MALFORMED)?;
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        }
        records = &records[length..];
    }
    Ok(path)
}

/// A number in octal digits that ends at a NUL, a space or the field's end.
fn octal(field: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(until_nul(field)).ok()?.trim_matches(' ');
    if text.bytes().all(|byte| byte.is_ascii_digit()) { usize::from_str_radix(text, 8).ok() } else { None }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    &bytes[..end]
}
