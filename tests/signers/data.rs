//! The pages in the shapes that the real ones have, `PYBUMP_DATA/pages`.

use std::fs;
use std::path::PathBuf;

use pybump::model::Signers;
use pybump::resolve::signers::compare;
use pybump::sources::client::Answer;
use pybump::sources::signer_pages::{OPENPGP, SIGSTORE, SignerPages, parse_openpgp, parse_sigstore};

/// A page, or nothing, said aloud, where the data is not at hand and not required.
fn page(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("PYBUMP_DATA") else {
        assert!(std::env::var_os("PYBUMP_REQUIRE_JUDGES").is_none(), "PYBUMP_DATA is not set, and judges are required");
        println!("skipped: PYBUMP_DATA is not set");
        return None;
    };
    Some(fs::read_to_string(PathBuf::from(folder).join("pages").join(name)).expect("PYBUMP_DATA/pages has both pages"))
}

#[test]
fn pages_in_their_real_shape_say_what_is_pinned_and_their_shifted_rows_are_errors() {
    let (Some(sigstore), Some(openpgp)) = (page("sigstore.html"), page("pgp.html")) else { return };
    let sigstore = parse_sigstore(&sigstore, &SIGSTORE.parse().unwrap()).unwrap();
    let openpgp = parse_openpgp(&openpgp, &OPENPGP.parse().unwrap()).unwrap();
    assert_eq!((sigstore.rows.len(), openpgp.rows.len(), openpgp.unreadable.len()), (9, 7, 0));
    let shifted: Vec<_> = sigstore.unreadable.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shifted.join("\n"), @r#"
    row 10 (3.16): expected a PEP such as PEP 745, or nothing, under PEP, found "savannah@python.org"
    row 11 (3.17): expected a PEP such as PEP 745, or nothing, under PEP, found "savannah@python.org"
    "#);
    let pages = SignerPages { sigstore: Answer::Found(sigstore), openpgp: Answer::Found(openpgp) };
    let comparison = compare(&Signers::embedded(), &pages);
    assert_eq!(comparison.differences, []);
}
