//! The top folder of real and hostile archives.

use std::io::Write;

use lzma_rust2::{XzOptions, XzWriter};
use proptest::prelude::*;

use super::*;

/// `Python-3.14.6/README` packed by GNU tar and `xz -9e`, which asks for a 64 MiB dictionary as upstream's tarballs do.
const BY_GNU_TAR_AND_XZ: &str = "fd377a585a000004e6d6b446020021011c00000010cf58cce027ff00805d00281e4a869a6f547014645f0310c1f1e602445e0d29c872e88d924fdbf55b4e23179d2f5b69a20c9b6f33f23542b8fe60f46b77d72d9319d20556ec4f1e8bad2140439f20592e44235741aa29f2170a1d953c6f8e1e8318cd6cf44eafd809db552796112cf4113d63065c505a3641ae35b1b18f9abfd1114529d9f2a380e2120000efa6cfab0d675ba600019c0180500000deb37415b1c467fb020000000004595a";

/// A tar entry: a header of the POSIX format and its padded content.
fn entry(path: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: usize = header.iter().map(|byte| usize::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend_from_slice(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

fn xz(tar: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(tar).unwrap();
    writer.finish().unwrap()
}

fn collected(file: &[u8], chunk: usize) -> TopFolder {
    let mut folder = TopFolder::new();
    file.chunks(chunk).for_each(|chunk| folder.feed(chunk));
    folder
}

fn name(tar: &[u8]) -> Result<String, String> {
    collected(&xz(tar), 1000).name().map_err(|error| error.to_string())
}

#[test]
fn a_tarball_is_known_by_its_folder_whatever_its_file_is_called() {
    let file = hex::decode(BY_GNU_TAR_AND_XZ).unwrap();
    for chunk in [1, 7, 4096] {
        let folder = collected(&file, chunk);
        assert_eq!(folder.check(&"3.14.6".parse().unwrap()), Ok(()));
        let error = folder.check(&"3.14.7".parse().unwrap()).unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"the archive holds Python-3.14.6/; expected Python-3.14.7/");
        }
    }
}

#[test]
fn folders_are_found_behind_extension_headers_and_in_files_paths() {
    let long = format!("Python-{}/README", "3".repeat(200));
    assert_eq!(name(&entry("Python-3.14.6", b'5', b"")).as_deref(), Ok("Python-3.14.6"));
    assert_eq!(name(&entry("Python-3.14.6/README", b'0', b"hi")).as_deref(), Ok("Python-3.14.6"));
    let global = entry("pax_global_header", b'g', b"17 comment=abcde\n");
    let pax = entry("x", b'x', format!("{} path={long}\n", long.len() + 10).as_bytes());
    let file = entry("cut", b'0', b"");
    assert_eq!(name(&[global, pax, file.clone()].concat()).map(|name| name.len()), Ok(207));
    let gnu = entry("././@LongLink", b'L', format!("{long}\0").as_bytes());
    assert_eq!(name(&[gnu, file].concat()).map(|name| name.len()), Ok(207));
}

#[test]
fn entries_outside_a_folder_are_refused() {
    for path in ["README", "/etc/passwd", "../Python-3.14.6/x", "./Python-3.14.6/x", ""] {
        let error = name(&entry(path, b'0', b"")).unwrap_err();
        assert_eq!(error, format!("the archive's first entry is \"{path}\"; expected a folder"));
    }
}

#[test]
fn what_is_no_tarball_is_refused() {
    let refused = |file: &[u8]| collected(file, 4096).name().unwrap_err().to_string();
    insta::assert_snapshot!(refused(b""), @"the archive is not a .tar.xz: it does not begin as an xz stream does");
    insta::assert_snapshot!(refused(b"<html>404 Not Found</html>"), @"the archive is not a .tar.xz: it does not begin as an xz stream does");
    let file = hex::decode(BY_GNU_TAR_AND_XZ).unwrap();
    insta::assert_snapshot!(refused(&file[..100]), @"the archive does not begin with a tar entry: its head is cut or too long");
    insta::assert_snapshot!(name(&[b'a'; 2048]).unwrap_err(), @"the archive does not begin with a tar entry: its magic is not ustar");
    let mut damaged = entry("Python-3.14.6/", b'5', b"");
    damaged[7] = b'2';
    insta::assert_snapshot!(name(&damaged).unwrap_err(), @"the archive does not begin with a tar entry: its header's checksum is wrong");
    insta::assert_snapshot!(name(&entry("x", b'x', &b" ".repeat(40_000))).unwrap_err(), @"the archive does not begin with a tar entry: an extension header is longer than 32 KiB");
    insta::assert_snapshot!(name(&entry("x", b'x', b"99 path=x\n")).unwrap_err(), @"the archive does not begin with a tar entry: a pax header is malformed");
    insta::assert_snapshot!(name(&entry("g", b'g', b"17 comment=abcde\n").repeat(100)).unwrap_err(), @"the archive does not begin with a tar entry: its head is cut or too long");
}

#[test]
fn only_the_head_of_a_file_is_kept() {
    let mut folder = TopFolder::new();
    for _ in 0..1000 {
        folder.feed(&[7; 4096]);
    }
    assert_eq!(folder.prefix.len(), PREFIX);
}

/// The checksum of xz headers.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(position in 0_usize..192, byte: u8, cut in 0_usize..192) {
        let mut file = hex::decode(BY_GNU_TAR_AND_XZ).unwrap();
        file[position] = byte;
        drop(collected(&file[..cut], 50).name());
        if let Ok(name) = collected(&file, 50).name() {
            prop_assert_eq!(name, "Python-3.14.6");
        }
    }

    /// Checksums stop most damage; an attacker computes them.
    #[test]
    fn no_block_header_makes_it_panic(mut block in prop::collection::vec(any::<u8>(), 4..64), rest: [u8; 32]) {
        let real = hex::decode(BY_GNU_TAR_AND_XZ).unwrap();
        assert_eq!(crc32(&real[12..20]).to_le_bytes(), real[20..24], "the checksum is the real one");
        block.resize(block.len().next_multiple_of(4), 0);
        block[0] = u8::try_from(block.len() / 4).unwrap();
        block[1] &= 0b1100_0011;
        let crc = crc32(&block).to_le_bytes();
        let file = [&real[..12], block.as_slice(), &crc, &rest].concat();
        prop_assert!(collected(&file, 50).name().is_err());
    }

    #[test]
    fn no_tar_makes_it_panic(kind in prop::sample::select(b"0x5LgK".to_vec()), content: Vec<u8>, path in "[a-z/.]{0,40}") {
        let tar = [entry(&path, kind, &content), entry("b/c", b'0', b"")].concat();
        if let Ok(name) = name(&tar) {
            prop_assert!(!name.contains('/') && !name.is_empty());
        }
    }
}
