//! What counts as a difference between pins and pages, and what is only told.

use url::Url;

use super::*;
use crate::model::Signers;
use crate::sources::client::Answer;
use crate::sources::signer_pages::{SignerPages, parse_openpgp, parse_sigstore};

const PINS: &str = r#"
schema = 1
[[signer]]
name = "Ned Deily"
series = ["3.7"]
sigstore = { identity = "nad@python.org", issuer = "https://github.com/login/oauth" }
openpgp = ["0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D"]
[[signer]]
name = "Steve Dower"
series = ["3.7"]
artifacts = ["windows"]
openpgp = ["7ED10B6531D7C8E1BC296021FC624643487034E5"]
[[signer]]
name = "Hugo van Kemenade"
series = ["3.14"]
sigstore = { identity = "hugo@python.org", issuer = "https://github.com/login/oauth" }
"#;

const NED_ROW: &str = "<tr><td>3.7<td>PEP 537<td>nad@python.org<td>https://github.com/login/oauth";
const HUGO_ROW: &str = "<tr><td>3.14<td>PEP 745<td>hugo@python.org<td>https://github.com/login/oauth";
const NED: &str = "<li>Ned Deily (macOS binaries, 3.7.x / 3.6.x source files and tags) (key ids: 2D34 7EA6 AA65 421D and FB99 2128 6F5E 1540)";
const STEVE: &str = "<li>Steve Dower (Windows binaries) (key id: FC62 4643 4870 34E5)";

fn compared(rows: &[&str], items: &[&str]) -> SignerComparison {
    let url = Url::parse(SIGSTORE).unwrap();
    let head = "<tr><th>Release<th>PEP<th>Release manager<th>OIDC Issuer";
    let sigstore = parse_sigstore(&format!("<html><table>{head}{}</table></html>", rows.concat()), &url).unwrap();
    let openpgp = parse_openpgp(&format!("<html><ul>{}</ul></html>", items.concat()), &url).unwrap();
    let pages = SignerPages { sigstore: Answer::Found(sigstore), openpgp: Answer::Found(openpgp) };
    compare(&Signers::parse(PINS).unwrap(), &pages)
}

fn told(comparison: &SignerComparison) -> String {
    let evidence =
        |difference: &SignerDifference| difference.evidence.as_ref().map_or(String::new(), |text| format!(" [{text}]"));
    let differences = comparison.differences.iter().map(|one| format!("{one}{}", evidence(one)));
    let unreadable = comparison.unreadable.iter().map(|(page, row)| format!("{page}: {row}"));
    differences.chain(unreadable).collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_that_say_what_is_pinned_agree_and_old_series_and_short_ids_are_notes() {
    let old = "<li>Benjamin Peterson (2.7.z source files and tags) (key ids: 04C3 67C2 18AD D4FF and A4135B38)";
    let comparison = compared(&[NED_ROW, HUGO_ROW], &[NED, STEVE, old]);
    assert!(comparison.agrees(), "{}", told(&comparison));
    insta::assert_snapshot!(comparison.notes.join("\n"), @r"
    A4135B38 of Benjamin Peterson: 8 digits name no key, for anyone can make one that ends so; it is not compared
    2.7 is older than every pinned series: Benjamin Peterson
    3.6 is older than every pinned series: Ned Deily
    ");
}

#[test]
fn another_identity_or_issuer_a_new_series_and_one_that_is_gone_are_differences() {
    let rows = [
        "<tr><td>3.14<td>PEP 745<td>savannah@python.org<td>https://github.com/login/oauth",
        "<tr><td>3.15<td>PEP 790<td>hugo@python.org<td>https://github.com/login/oauth",
    ];
    insta::assert_snapshot!(told(&compared(&rows, &[NED, STEVE])), @r"
    3.7: pinned and not on the page any more: pinned nad@python.org (issuer https://github.com/login/oauth), found nothing
    3.14: another identity: pinned hugo@python.org (issuer https://github.com/login/oauth), found savannah@python.org (issuer https://github.com/login/oauth) [3.14 · PEP 745 · savannah@python.org · https://github.com/login/oauth]
    3.15: on the page and not pinned: pinned nothing, found hugo@python.org (issuer https://github.com/login/oauth) [3.15 · PEP 790 · hugo@python.org · https://github.com/login/oauth]
    ");
    let issuer = HUGO_ROW.replace("github.com/login/oauth", "accounts.google.com");
    insta::assert_snapshot!(told(&compared(&[NED_ROW, &issuer], &[NED, STEVE])), @"3.14: another issuer: pinned hugo@python.org (issuer https://github.com/login/oauth), found hugo@python.org (issuer https://accounts.google.com) [3.14 · PEP 745 · hugo@python.org · https://accounts.google.com]");
}

#[test]
fn keys_that_are_not_pinned_and_pins_that_are_not_shown_are_differences() {
    let rows = [NED_ROW, HUGO_ROW];
    let ned = "<li>Ned Deily (3.7.x source files and tags) (key id: FB99 2128 6F5E 1540)";
    let steve = "<li>Steve Dower (Windows binaries) (key id: 1111 2222 3333 4444)";
    insta::assert_snapshot!(told(&compared(&rows, &[ned, steve])), @r"
    3.7: key not among the pins: pinned 0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D, found FB9921286F5E1540 of Ned Deily [Ned Deily (3.7.x source files and tags) (key id: FB99 2128 6F5E 1540)]
    3.7: pinned key not on the page: pinned 0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D, found FB9921286F5E1540 [Ned Deily (3.7.x source files and tags) (key id: FB99 2128 6F5E 1540)]
    Windows: key not among the pins: pinned 7ED10B6531D7C8E1BC296021FC624643487034E5, found 1111222233334444 of Steve Dower [Steve Dower (Windows binaries) (key id: 1111 2222 3333 4444)]
    Windows: pinned key not on the page: pinned 7ED10B6531D7C8E1BC296021FC624643487034E5, found 1111222233334444 [Steve Dower (Windows binaries) (key id: 1111 2222 3333 4444)]
    ");
    let none = "<li>Ann Other (3.14.x source files and tags) (key id: AA65421D)";
    insta::assert_snapshot!(told(&compared(&rows, &[none])), @r"
    3.7: pinned key not on the page: pinned 0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D, found nothing
    Windows: pinned key not on the page: pinned 7ED10B6531D7C8E1BC296021FC624643487034E5, found nothing
    ");
}

#[test]
fn a_row_that_cannot_be_read_is_no_difference_of_whatever_it_may_be_about() {
    let shifted = "<tr><td>3.14<td>hugo@python.org<td>https://github.com/login/oauth<td>";
    let unclear = "<li>Steve Dower (all Windows) (key id: FC62 4643 4870 34E5)";
    let comparison = compared(&[NED_ROW, shifted], &[NED, unclear]);
    assert!(!comparison.agrees() && comparison.differences.is_empty());
    insta::assert_snapshot!(told(&comparison), @r#"
    the Sigstore page: row 2 (3.14): expected a PEP such as PEP 745, or nothing, under PEP, found "hugo@python.org"
    the OpenPGP page: row 2: expected what they sign, such as 3.12.x and 3.13.x source files and tags, or Windows binaries, found "all Windows"
    "#);
    // Where it can be told what the row is about, the others are compared on.
    let comparison = compared(&[HUGO_ROW, "<tr><td>3.15<td>"], &[NED, STEVE]);
    assert_eq!(comparison.differences.len(), 1, "{}", told(&comparison));
}
