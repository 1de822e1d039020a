//! Artifacts that are small, and real enough to be unpacked.

use std::io::Write as _;

use bytes::Bytes;
use lzma_rust2::{XzOptions, XzWriter};

use crate::model::PythonVersion;

/// A source tarball: `Python-VERSION/README.rst`, compressed. The same bytes for the same version.
pub fn tarball(version: &PythonVersion) -> Bytes {
    let folder = format!("Python-{version}");
    let text = format!("This is Python version {version}, as made up by pybump's demo.\n");
    let mut tar = Vec::new();
    entry(&mut tar, &format!("{folder}/"), b'5', &[]);
    entry(&mut tar, &format!("{folder}/README.rst"), b'0', text.as_bytes());
    tar.resize(tar.len() + 1024, 0);
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(6)).expect("preset 6 is a valid setting");
    writer.write_all(&tar).expect("writing into memory does not fail");
    writer.finish().expect("writing into memory does not fail").into()
}

/// A Windows installer, if one does not look too closely. The same bytes for the same version.
pub fn installer(version: &PythonVersion) -> Bytes {
    format!("MZ, as made up by pybump's demo: python-{version}-amd64.exe\n").into()
}

/// One member in ustar format, padded to whole blocks.
fn entry(tar: &mut Vec<u8>, name: &str, kind: u8, body: &[u8]) {
    let mut header = [0_u8; 512];
    let mut field = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    field(0, name.as_bytes());
    field(100, if kind == b'5' { b"0000755\0" } else { b"0000644\0" });
    field(108, b"0000000\x000000000\0");
    field(124, format!("{:011o}\0{:011o}\0", body.len(), 0).as_bytes());
    field(148, b"        ");
    field(156, &[kind]);
    field(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar.extend_from_slice(&header);
    tar.extend_from_slice(body);
    tar.resize(tar.len().next_multiple_of(512), 0);
}
