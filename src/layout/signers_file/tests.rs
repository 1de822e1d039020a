//! That edits of a signers file pin what was intended, keep every comment, and refuse what they would not read back.

use proptest::prelude::*;

use super::*;

const FILE: &str = r#"# Who signs.

schema = 1 # the shape

# The old hand.
[[signer]]
name = "Łukasz Langa"
series = ["3.8", "3.9"] # two
sigstore = { identity = "lukasz@langa.pl", issuer = "https://github.com/login/oauth" } # GitHub
openpgp = [
  # His only one.
  "E3FF2839C048B25C084DEBE9B26995E310250568",
]

[[signer]]
name = "Steve Dower"
series = ["3.8", "3.9"]
artifacts = ["windows"]
openpgp = ["7ED10B6531D7C8E1BC296021FC624643487034E5"]

# The new one.
[[signer]]
name = "Hugo van Kemenade"
series = ["3.14", "3.15"]
sigstore = { identity = "hugo@python.org", issuer = "https://github.com/login/oauth" }

[[policy]]
series = ">=3.14"
require = ["sigstore"]
"#;

const GITHUB: &str = "https://github.com/login/oauth";

fn sigstore(minor: u64, identity: &str, issuer: &str) -> PinChange {
    let identity = SigstoreIdentity { identity: identity.to_owned(), issuer: issuer.to_owned() };
    PinChange::Sigstore { series: Series::new(3, minor), identity }
}

fn fingerprint(digit: char) -> Fingerprint {
    digit.to_string().repeat(40).parse().unwrap()
}

fn key(minor: u64, digit: char) -> PinChange {
    PinChange::Key { series: Series::new(3, minor), key: fingerprint(digit), person: "Ann Other".to_owned() }
}

/// The lines that differ.
fn changed(changes: &[PinChange]) -> String {
    let after = with_pins(FILE, changes).unwrap();
    let diff = similar::TextDiff::from_lines(FILE, &after);
    let lines = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    lines.map(|change| format!("{}{change}", change.tag())).collect::<Vec<_>>().concat()
}

#[test]
fn an_issuer_is_replaced_in_place_and_every_comment_stays() {
    let changes = [sigstore(14, "hugo@python.org", "https://a.org"), sigstore(15, "hugo@python.org", "https://a.org")];
    insta::assert_snapshot!(changed(&changes), @r#"
    -sigstore = { identity = "hugo@python.org", issuer = "https://github.com/login/oauth" }
    +sigstore = { identity = "hugo@python.org", issuer = "https://a.org" }
    "#);
    let changes = [sigstore(8, "lukasz@langa.pl", "https://a.org"), sigstore(9, "lukasz@langa.pl", "https://a.org")];
    insta::assert_snapshot!(changed(&changes), @r#"
    -sigstore = { identity = "lukasz@langa.pl", issuer = "https://github.com/login/oauth" } # GitHub
    +sigstore = { identity = "lukasz@langa.pl", issuer = "https://a.org" } # GitHub
    "#);
}

#[test]
fn a_series_that_another_signs_moves_there_and_its_keys_stay_with_who_had_them() {
    insta::assert_snapshot!(changed(&[sigstore(15, "savannah@python.org", GITHUB)]), @r#"
    -series = ["3.14", "3.15"]
    +series = ["3.14"]
    +[[signer]]
    +name = "savannah@python.org"
    +series = ["3.15"]
    +sigstore = { identity = "savannah@python.org", issuer = "https://github.com/login/oauth" }
    +
    "#);
    insta::assert_snapshot!(changed(&[sigstore(8, "hugo@python.org", GITHUB)]), @r#"
    -series = ["3.8", "3.9"] # two
    +series = ["3.9"] # two
    -series = ["3.14", "3.15"]
    +series = ["3.14", "3.15", "3.8"]
    +[[signer]]
    +name = "Łukasz Langa"
    +series = ["3.8"]
    +openpgp = ["E3FF2839C048B25C084DEBE9B26995E310250568"]
    +
    "#);
}

#[test]
fn a_new_series_joins_whoever_has_its_identity() {
    insta::assert_snapshot!(changed(&[sigstore(16, "hugo@python.org", GITHUB)]), @r#"
    -series = ["3.14", "3.15"]
    +series = ["3.14", "3.15", "3.16"]
    "#);
}

#[test]
fn a_key_is_added_beside_the_others_and_none_goes() {
    insta::assert_snapshot!(changed(&[key(8, 'A'), key(9, 'A')]), @r#"
    +  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "#);
    insta::assert_snapshot!(changed(&[key(9, 'A'), key(14, 'A')]), @r#"
    -series = ["3.8", "3.9"] # two
    +series = ["3.8"] # two
    +[[signer]]
    +name = "Łukasz Langa"
    +series = ["3.9"]
    +sigstore = { identity = "lukasz@langa.pl", issuer = "https://github.com/login/oauth" }
    +openpgp = ["E3FF2839C048B25C084DEBE9B26995E310250568", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    +
    +[[signer]]
    +name = "Ann Other"
    +series = ["3.14"]
    +openpgp = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    +
    "#);
    insta::assert_snapshot!(changed(&[PinChange::WindowsKey { key: fingerprint('A') }]), @r#"
    -openpgp = ["7ED10B6531D7C8E1BC296021FC624643487034E5"]
    +openpgp = ["7ED10B6531D7C8E1BC296021FC624643487034E5", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    "#);
}

#[test]
fn what_cannot_be_edited_is_refused_and_says_why() {
    let error = |text: &str, change: PinChange| with_pins(text, &[change]).unwrap_err().to_string();
    let inline = "schema = 1\nsigner = [{ name = \"A\", series = [\"3.14\"], openpgp = [\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"] }]\n";
    insta::assert_snapshot!(error(inline, key(14, 'B')), @r#"its signers are not written as [[signer]] tables with series = ["3.14"] and the like; change it by hand"#);
    let none = FILE.replace("artifacts = [\"windows\"]", "artifacts = [\"source\"]");
    insta::assert_snapshot!(error(&none, PinChange::WindowsKey { key: fingerprint('A') }), @"0 signers are for Windows binaries; expected one to give the key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; change it by hand");
    assert!(with_pins("schema = 2\nsigner = []", &[]).is_err() && with_pins("signer = ", &[]).is_err());
}

#[test]
fn line_ends_stay_as_they_are() {
    let text = FILE.replace('\n', "\r\n");
    let after = with_pins(&text, &[sigstore(16, "a@b.org", GITHUB)]).unwrap();
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    assert_eq!(with_pins(&text, &[]).unwrap(), text);
}

fn change() -> impl Strategy<Value = PinChange> {
    let minor = prop_oneof![Just(8), Just(9), Just(14), Just(15), Just(16)];
    let who = prop_oneof![Just("hugo@python.org"), Just("lukasz@langa.pl"), Just("a@b.org")];
    let issuer = prop_oneof![Just(GITHUB), Just("https://a.org")];
    prop_oneof![
        (minor.clone(), who, issuer).prop_map(|(minor, who, issuer)| sigstore(minor, who, issuer)),
        (minor, prop_oneof![Just('A'), Just('B')]).prop_map(|(minor, digit)| key(minor, digit)),
        Just(PinChange::WindowsKey { key: fingerprint('C') }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_changed_the_file_pins_that_and_all_else_as_before(changes in proptest::collection::vec(change(), 0..6)) {
        // A page says one thing of a series.
        let mut distinct: Vec<PinChange> = Vec::new();
        for change in changes {
            let same = |other: &PinChange| {
                let both = |a: &PinChange, b: &PinChange| matches!((a, b), (PinChange::Sigstore { .. }, PinChange::Sigstore { .. }));
                *other == change || both(other, &change) && other.part() == change.part()
            };
            if !distinct.iter().any(same) {
                distinct.push(change);
            }
        }
        let mut intended = pins(&Signers::parse(FILE).unwrap());
        for change in &distinct {
            intend(&mut intended, change);
        }
        let after = with_pins(FILE, &distinct).unwrap();
        prop_assert_eq!(pins(&Signers::parse(&after).unwrap()), intended);
        for comment in ["# Who signs.", "# the shape", "[[policy]]"] {
            prop_assert!(after.contains(comment));
        }
        prop_assert_eq!(with_pins(&after, &[]).unwrap(), after);
    }
}
