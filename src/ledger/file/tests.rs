//! One spelling: what is read is written back byte for byte, and every other text is damage with a line.

use proptest::prelude::*;

use super::*;
use crate::ledger::entry::{LedgerEvidence, LedgerOpenPgp, LedgerSbom, LedgerSigstore};
use crate::model::ArtifactKind;

const SERIES: Series = Series::new(3, 15);

fn digest(seed: u64) -> Sha256 {
    Sha256::of(&seed.to_le_bytes())
}

fn instant(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// An entry whose digest is the `seed`'s, and what stands beside it too.
fn entry(version: &str, kind: ArtifactKind, seed: u64) -> LedgerEntry {
    let artifact = Artifact { version: version.parse().unwrap(), kind };
    let sigstore = LedgerSigstore {
        identity: "hugo@python.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
        signed_at: instant(0),
        log_id: "c0d2".to_owned(),
        log_index: seed,
        sha256: digest(seed + 1000),
    };
    LedgerEntry {
        file: artifact.file_name(),
        version: artifact.version,
        kind,
        sha256: digest(seed),
        size: Some(seed),
        replaces: None,
        accepted_at: instant(0),
        tagged_at: Some(instant(-60)),
        evidence: LedgerEvidence { sigstore: Some(sigstore), openpgp: None, sbom: None },
    }
}

fn source(version: &str, seed: u64) -> LedgerEntry {
    entry(version, ArtifactKind::Source, seed)
}

fn of(entries: impl IntoIterator<Item = LedgerEntry>) -> LedgerFile {
    let mut file = LedgerFile::new(SERIES);
    for entry in entries {
        assert!(file.append(entry));
    }
    file
}

#[test]
fn an_entry_is_spelt_like_this() {
    let mut again = source("3.15.0b3", 2);
    again.replaces = Some(digest(1));
    again.size = None;
    again.evidence.openpgp = Some(LedgerOpenPgp {
        primary: "A".repeat(40).parse().unwrap(),
        key: "B".repeat(40).parse().unwrap(),
        made_at: instant(5),
        sha256: digest(3),
    });
    again.evidence.sbom = Some(LedgerSbom { sha256: digest(4) });
    insta::assert_snapshot!(of([again]).text(), @r#"
    {
      "schema": 1,
      "series": "3.15",
      "artifacts": [
        {
          "file": "Python-3.15.0b3.tar.xz",
          "version": "3.15.0b3",
          "kind": "source",
          "sha256": "d86e8112f3c4c4442126f8e9f44f16867da487f29052bf91b810457db34209a4",
          "replaces": "7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8",
          "accepted_at": "2023-11-14T22:13:20Z",
          "tagged_at": "2023-11-14T22:12:20Z",
          "evidence": {
            "sigstore": {
              "identity": "hugo@python.org",
              "issuer": "https://github.com/login/oauth",
              "signed_at": "2023-11-14T22:13:20Z",
              "log_id": "c0d2",
              "log_index": 2,
              "sha256": "df8b31c8bc58fb8d05e93a5d029cf90ea4715f181d4d1e1bef1464dade1f2c04"
            },
            "openpgp": {
              "primary": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
              "key": "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
              "made_at": "2023-11-14T22:13:25Z",
              "sha256": "35be322d094f9d154a8aba4733b8497f180353bd7ae7b0a15f90b586b549f28b"
            },
            "sbom": {
              "sha256": "f0a0278e4372459cca6159cd5e71cfee638302a7b9ca9b05c34181ac0a65ac5d"
            }
          }
        }
      ]
    }
    "#);
}

#[test]
fn entries_go_by_version_as_cpython_orders_them_and_source_before_windows() {
    let file = of([
        source("3.15.10", 1),
        source("3.15.2", 2),
        entry("3.15.0", ArtifactKind::Windows, 3),
        source("3.15.0", 4),
        source("3.15.0rc1", 5),
        source("3.15.0b10", 6),
        source("3.15.0b3", 7),
    ]);
    let files: Vec<_> = file.entries().iter().map(LedgerEntry::file).collect();
    insta::assert_snapshot!(files.join("\n"), @"
    Python-3.15.0b3.tar.xz
    Python-3.15.0b10.tar.xz
    Python-3.15.0rc1.tar.xz
    Python-3.15.0.tar.xz
    python-3.15.0-amd64.exe
    Python-3.15.2.tar.xz
    Python-3.15.10.tar.xz
    ");
    assert_eq!(LedgerFile::parse(&file.text(), SERIES), Ok(file));
}

#[test]
fn what_is_known_is_not_appended_again_and_what_is_new_is() {
    let first = source("3.15.1", 1);
    let mut file = of([first.clone()]);
    let mut later = first.clone();
    later.accepted_at = instant(9);
    let mut weaker = first.clone();
    (weaker.size, weaker.tagged_at) = (None, None);
    for same in [first.clone(), later, weaker.clone()] {
        assert!(!file.append(same));
    }
    let mut signed_again = first.clone();
    signed_again.evidence.sigstore.as_mut().unwrap().log_index = 99;
    assert!(file.append(signed_again.clone()));
    assert_eq!(file.newest(&first.artifact()), Some(&signed_again));
    assert!(of([weaker]).append(first), "bytes that were read are news");
}

/// What is wrong with the file of 3.15 after `change` of the text of a good one.
fn damage(change: impl FnOnce(&str) -> String) -> String {
    let mut replaced = source("3.15.0b3", 2);
    replaced.replaces = Some(digest(1));
    let windows = entry("3.15.1", ArtifactKind::Windows, 4);
    let text = of([source("3.15.0b3", 1), replaced, source("3.15.1", 3), windows]).text();
    assert!(LedgerFile::parse(&text, SERIES).is_ok());
    let Damage { line, problem } = LedgerFile::parse(&change(&text), SERIES).unwrap_err();
    format!("{line}: {problem}")
}

fn swap(from: &str, to: &str) -> String {
    damage(|text| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn text_that_is_no_ledger_is_damage() {
    insta::assert_snapshot!(damage(|_| String::new()), @"1: EOF while parsing a value");
    insta::assert_snapshot!(damage(|text| text[..text.len() / 2].to_owned()), @"40: EOF while parsing a string");
    insta::assert_snapshot!(damage(|_| "{}\n".to_owned()), @"1: expected schema 1, found none; is a newer pybump at work?");
    insta::assert_snapshot!(swap("\"schema\": 1", "\"schema\": 2"), @"2: expected schema 1, found 2; is a newer pybump at work?");
    insta::assert_snapshot!(swap("\"3.15\"", "\"3.14\""), @r#"3: expected series "3.15", as the file's name has it, found "3.14""#);
    insta::assert_snapshot!(damage(|_| "{\n  \"schema\": 1,\n  \"series\": \"3.15\",\n  \"artifacts\": []\n}\n".to_owned()), @"4: expected an artifact at least, found none");
    insta::assert_snapshot!(damage(|text| text.replace("  \"schema\"", "<<<<<<< HEAD\n  \"schema\"")), @"2: key must be a string");
    insta::assert_snapshot!(swap("\"artifacts\"", "\"note\": 1,\n  \"artifacts\""), @"4: unknown field `note`, expected one of `schema`, `series`, `artifacts`");
}

#[test]
fn an_entry_that_contradicts_itself_is_damage() {
    insta::assert_snapshot!(swap("\"kind\": \"source\"", "\"kind\": \"windows\""), @r#"5: expected file "python-3.15.0b3-amd64.exe" for windows of 3.15.0b3, found "Python-3.15.0b3.tar.xz""#);
    insta::assert_snapshot!(swap("\"version\": \"3.15.0b3\"", "\"version\": \"3.14.0b3\""), @"5: expected a release of 3.15, found 3.14.0b3");
    insta::assert_snapshot!(swap("\"version\": \"3.15.0b3\"", "\"version\": \"../x\""), @r#"7: expected a CPython version such as 3.14.6 or 3.15.0b3, found "../x""#);
    insta::assert_snapshot!(swap("\"sha256\": \"7c", "\"sha256\": \"7"), @r#"9: expected a SHA-256 digest of 64 hexadecimal digits, found "79fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8""#);
    insta::assert_snapshot!(swap("\"kind\": \"source\"", "\"kind\": \"macos\""), @"8: unknown variant `macos`, expected `source` or `windows`");
    insta::assert_snapshot!(swap("\"kind\": \"source\"", "\"kind\": \"source\",\n      \"kind\": \"source\""), @r#"9: key "kind" stands twice in one object"#);
    insta::assert_snapshot!(swap("      \"size\": 1,\n", "      \"size\": 1,\n      \"by\": \"me\",\n"), @"11: unknown field `by`, expected one of `file`, `version`, `kind`, `sha256`, `size`, `replaces`, `accepted_at`, `tagged_at`, `evidence`");
    insta::assert_snapshot!(swap("hugo@python.org", "hugo@python.org\\n"), @r#"5: expected an identity without spaces, found "hugo@python.org\n""#);
    insta::assert_snapshot!(swap("\"c0d2\"", "\"c0d2 \""), @r#"5: expected a log id in hexadecimal digits, found "c0d2 ""#);
}

#[test]
fn entries_out_of_order_or_doubled_are_damage() {
    let alone = |entries: Vec<LedgerEntry>| {
        let file = LedgerFile { artifacts: entries, ..LedgerFile::new(SERIES) };
        let Damage { line, problem } = LedgerFile::parse(&file.text(), SERIES).unwrap_err();
        format!("{line}: {problem}")
    };
    insta::assert_snapshot!(alone(vec![source("3.15.0", 1), source("3.15.0rc1", 2)]), @"24: expected Python-3.15.0rc1.tar.xz before Python-3.15.0.tar.xz, found it after; entries go by version, source first");
    insta::assert_snapshot!(alone(vec![entry("3.15.0", ArtifactKind::Windows, 1), source("3.15.0", 2)]), @"24: expected Python-3.15.0.tar.xz before python-3.15.0-amd64.exe, found it after; entries go by version, source first");
    insta::assert_snapshot!(alone(vec![source("3.15.0", 1), source("3.15.0", 1)]), @"24: expected something new of Python-3.15.0.tar.xz, found what the entry before it says");
    insta::assert_snapshot!(alone(vec![source("3.15.0", 1), source("3.15.0", 2)]), @"24: expected Python-3.15.0.tar.xz to replace 7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8, as the entry before it says, found nothing");
    insta::assert_snapshot!(alone(vec![source("3.15.0", 1), source("3.15.1", 1)]), @"24: expected a digest of its own for Python-3.15.1.tar.xz, found that of Python-3.15.0.tar.xz");
    let mut own = source("3.15.0", 1);
    own.replaces = Some(digest(1));
    insta::assert_snapshot!(alone(vec![own]), @"5: expected Python-3.15.0.tar.xz to replace another digest, found its own");
    let mut bare = source("3.15.0", 1);
    bare.evidence.sigstore = None;
    insta::assert_snapshot!(alone(vec![bare]), @"5: expected a Sigstore bundle or an OpenPGP signature of Python-3.15.0.tar.xz, found neither");
}

#[test]
fn another_spelling_of_the_same_is_damage() {
    insta::assert_snapshot!(swap("\"size\": 1,", "\"size\":  1,"), @r#"10: expected the line "      "size": 1,", found the line "      "size":  1,""#);
    insta::assert_snapshot!(damage(|text| text.trim_end().to_owned()), @r#"84: expected the line "", found the end"#);
    insta::assert_snapshot!(damage(|text| text.replacen('\n', "\r\n", 3)), @r#"4: expected the line "  "artifacts": [\r", found the line "  "artifacts": [""#);
    insta::assert_snapshot!(swap("      \"size\": 1,\n", "      \"size\": 1,\n      \"replaces\": null,\n"), @r#"11: expected the line "      "accepted_at": "2023-11-14T22:13:20Z",", found the line "      "replaces": null,""#);
    insta::assert_snapshot!(damage(|text| text.replacen("22:13:20Z", "22:13:20.0Z", 1)), @r#"11: expected the line "      "accepted_at": "2023-11-14T22:13:20Z",", found the line "      "accepted_at": "2023-11-14T22:13:20.0Z",""#);
}

#[test]
fn line_ends_of_another_system_stay() {
    let text = of([source("3.15.0", 1)]).text().replace('\n', "\r\n");
    let mut file = LedgerFile::parse(&text, SERIES).unwrap();
    assert_eq!(file.text(), text);
    assert!(file.append(source("3.15.1", 2)));
    assert!(LedgerFile::parse(&file.text(), SERIES).is_ok() && !file.text().replace("\r\n", "").contains('\n'));
}

/// Entries as bumps in any order bring them, each with a digest of its own.
fn entries() -> impl Strategy<Value = Vec<LedgerEntry>> {
    let versions = prop_oneof![
        (0..4_u8, prop_oneof!["a", "b", "rc"], 1..12_u8)
            .prop_map(|(micro, stage, n)| format!("3.15.{micro}{stage}{n}")),
        (0..12_u8).prop_map(|micro| format!("3.15.{micro}")),
    ];
    let one = (versions, any::<bool>(), any::<[bool; 5]>());
    proptest::collection::vec(one, 1..12).prop_map(|bumps| {
        let made = bumps.into_iter().zip(1..).map(|((version, windows, has), seed)| {
            let kind = if windows { ArtifactKind::Windows } else { ArtifactKind::Source };
            let mut made = entry(&version, kind, seed);
            made.size = made.size.filter(|_| has[0]);
            made.tagged_at = made.tagged_at.filter(|_| has[1]);
            let openpgp = LedgerOpenPgp {
                primary: "A".repeat(40).parse().unwrap(),
                key: "B".repeat(40).parse().unwrap(),
                made_at: instant(5),
                sha256: digest(seed + 2000),
            };
            made.evidence.openpgp = Some(openpgp).filter(|_| has[2]);
            made.evidence.sbom = Some(LedgerSbom { sha256: digest(seed + 3000) }).filter(|_| has[3]);
            if made.evidence.openpgp.is_some() && has[4] {
                made.evidence.sigstore = None;
            }
            made
        });
        made.collect()
    })
}

/// Appends as [`crate::ledger::Ledger::accept_changed`] does.
fn append(file: &mut LedgerFile, mut entry: LedgerEntry) {
    entry.replaces = file.newest(&entry.artifact()).map(|before| before.sha256);
    assert!(file.append(entry));
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same_value_and_is_written_as_the_same_bytes(entries in entries()) {
        let mut file = LedgerFile::new(SERIES);
        for entry in entries {
            append(&mut file, entry);
        }
        let text = file.text();
        let read = LedgerFile::parse(&text, SERIES);
        prop_assert_eq!(read.as_ref().map(LedgerFile::text), Ok(text));
        prop_assert_eq!(read, Ok(file));
    }

    #[test]
    fn appending_keeps_every_byte_of_what_is_there(entries in entries()) {
        let mut file = LedgerFile::new(SERIES);
        let mut entries = entries.into_iter();
        append(&mut file, entries.next().unwrap());
        for entry in entries {
            let before = file.text();
            append(&mut file, entry);
            let after = file.text();
            let head = before.bytes().zip(after.bytes()).take_while(|(old, new)| old == new).count();
            let tail = before.bytes().rev().zip(after.bytes().rev()).take_while(|(old, new)| old == new).count();
            prop_assert!(head + tail >= before.len(), "{before}\n{after}");
        }
    }

    #[test]
    fn a_byte_changed_is_damage_or_still_one_spelling(at in 0_usize..4000, byte in 0x20_u8..0x7f) {
        let mut bytes = of([source("3.15.0", 1), source("3.15.1", 2)]).text().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let text = String::from_utf8(bytes).unwrap();
        if let Ok(file) = LedgerFile::parse(&text, SERIES) {
            prop_assert_eq!(file.text(), text);
        }
    }
}
