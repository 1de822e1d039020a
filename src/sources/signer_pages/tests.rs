//! That rows are read by meaning and refused one by one, and that no text from a page is more than a typed value.

use proptest::prelude::*;

use super::*;
use crate::model::SigstoreIdentity;

fn url() -> Url {
    Url::parse(SIGSTORE).unwrap()
}

fn table(rows: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>x</title><script>if (a < b) document.write('<table>')</script></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></ul></nav><table><tr><th>Version<th>Date</table>\
         <table border=\"1\"><colgroup><col width=\"1%\" /></colgroup><thead><tr><th>Release</th><th>PEP</th>\
         <th>Release\n manager</th><th>OIDC Issuer</th></tr></thead><tbody>{rows}</tbody></table></body></html>\n"
    )
}

fn row(cells: [&str; 4]) -> String {
    format!("<tr><td>{}</td></tr>", cells.join("</td><td>"))
}

const HUGO: [&str; 4] = ["3.14", "PEP 745", "hugo@python.org", "https://github.com/login/oauth"];

fn sigstore(rows: &str) -> SignerPage<SigstoreRow> {
    parse_sigstore(&table(rows), &url()).unwrap()
}

fn list(items: &[&str]) -> String {
    format!("<html><ul><li>Menu<ul><li>Sub</ul></ul><ul><li>{}</li></ul></html>", items.join("</li>\n<li>"))
}

fn openpgp(items: &[&str]) -> SignerPage<OpenPgpRow> {
    parse_openpgp(&list(items), &url()).unwrap()
}

#[test]
fn sigstore_rows_are_read_wherever_their_columns_are() {
    let page = sigstore(&row(HUGO));
    assert_eq!(page.unreadable, []);
    insta::assert_debug_snapshot!(page.rows, @r#"
    [
        SigstoreRow {
            series: Series {
                major: 3,
                minor: 14,
            },
            identity: SigstoreIdentity {
                identity: "hugo@python.org",
                issuer: "https://github.com/login/oauth",
            },
            text: PageText(
                "3.14 · PEP 745 · hugo@python.org · https://github.com/login/oauth",
            ),
        },
    ]
    "#);
    let other = "<html><table><tr><th>OIDC Issuer<th>Note<th>Release manager<th>Release<th>PEP<tr><td>\
                 <a href='x'>https://accounts.google.com</a><td>x<td><a href=\"mailto:y\">a@b.org</a><td>3.12<td></table></html>";
    let page = parse_sigstore(other, &url()).unwrap();
    let SigstoreRow { series, identity, .. } = &page.rows[0];
    assert_eq!(format!("{series} {identity}"), "3.12 a@b.org (issuer https://accounts.google.com)");
}

#[test]
fn a_sigstore_row_that_is_not_as_its_columns_say_is_an_error_of_its_own() {
    let found = |cells: [&str; 4]| {
        let page = sigstore(&format!("{}{}", row(HUGO), row(cells)));
        assert_eq!((page.rows.len(), page.unreadable.len()), (1, 1), "{cells:?}");
        page.unreadable[0].to_string()
    };
    let [_, pep, address, issuer] = HUGO;
    insta::assert_snapshot!(found(["3.16", address, issuer, ""]), @r#"row 2 (3.16): expected a PEP such as PEP 745, or nothing, under PEP, found "hugo@python.org""#);
    insta::assert_snapshot!(found(["3.16", pep, issuer, address]), @r#"row 2 (3.16): expected an e-mail address such as hugo@python.org under Release manager, found "https://github.com/login/oauth""#);
    insta::assert_snapshot!(found(["3.16", pep, address, ""]), @r#"row 2 (3.16): expected an https URL such as https://accounts.google.com under OIDC Issuer, found """#);
    insta::assert_snapshot!(found(["3.16", pep, address, "http://github.com/login/oauth"]), @r#"row 2 (3.16): expected an https URL such as https://accounts.google.com under OIDC Issuer, found "http://github.com/login/oauth""#);
    insta::assert_snapshot!(found(["next", pep, address, issuer]), @r#"row 2: expected a CPython series such as 3.14, found "next""#);
    for address in
        ["@python.org", "hugo@python", "hugo@python.org\u{202e}", "<b>", "a b@c.org", "a@b@c.org", "h\"@b.org"]
    {
        assert!(found(["3.16", pep, &address.replace('<', "&lt;"), issuer]).contains("Release manager"), "{address}");
    }
    for issuer in [
        "https://",
        "https://x",
        "https://a.org?q",
        "https://a.org#f",
        "https://u:p@a.org",
        "https://a.org:8443",
        "HTTPS://A.org",
        "https://a.org/`x`",
        "https://a.org/../b",
        "javascript:alert(1)",
        "https://gіthub.com",
    ] {
        assert!(found(["3.16", pep, address, issuer]).contains("OIDC Issuer"), "{issuer}");
    }
}

#[test]
fn joined_missing_and_doubled_cells_of_the_sigstore_table_are_errors_of_their_rows() {
    let [series, pep, address, issuer] = HUGO;
    let joined = format!("<tr><td>3.16<td colspan=2>{address}<td>{issuer}</tr>");
    let spanning = format!("<tr><td>3.17<td>{pep}<td rowspan=\"2\">{address}<td>{issuer}</tr>");
    let short = "<tr><td>3.18<td>PEP 745";
    let page = sigstore(&[&row(HUGO), &joined, &spanning, short].map(str::to_owned).concat());
    let problems: Vec<_> = page.unreadable.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    row 2 (3.16): expected cells without rowspan and colspan, found "hugo@python.org"
    row 3 (3.17): expected cells without rowspan and colspan, found "hugo@python.org"
    row 4 (3.18): expected a cell for each column of the table, found "3.18 · PEP 745"
    "#);
    assert_eq!(page.rows.len(), 1);
    let page = sigstore(&[row(HUGO), row(["3.15", pep, address, issuer]), row(HUGO)].concat());
    assert_eq!(page.rows.iter().map(|row| row.series.to_string()).collect::<Vec<_>>(), ["3.15"]);
    assert_eq!(page.unreadable.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3]);
    assert!(page.unreadable[0].to_string().contains("one row for a series"), "{series}");
}

#[test]
fn a_page_without_its_table_is_an_error_that_says_what_was_looked_for() {
    let error = |text: &str| parse_sigstore(text, &url()).unwrap_err().problem.to_string();
    insta::assert_snapshot!(error("<html>Busy"), @r#"expected a page that ends in </html>, found "<html>Busy""#);
    insta::assert_snapshot!(error("<html>Busy</html>"), @r#"expected a table with the columns Release, PEP, Release manager and OIDC Issuer, found "0 tables without them""#);
    insta::assert_snapshot!(error(&table("")), @r#"expected at least one row under Release, PEP, Release manager, OIDC Issuer, found "none""#);
    let twice = table(&row(HUGO));
    let (start, end) = (twice.find("<table border").unwrap(), twice.find("</body>").unwrap());
    let twice = format!("{}{}", &twice[..end], &twice[start..]);
    insta::assert_snapshot!(error(&twice), @r#"expected one such table, found "2""#);
    insta::assert_snapshot!(error(&table("<tr><td><b>3.14")), @r#"expected a table of plain rows and cells under OIDC Issuer, found "</tbody …> out of place""#);
    insta::assert_snapshot!(error(&table("<tr><td><table></table>")), @r#"expected a table of plain rows and cells under OIDC Issuer, found "<table …> out of place""#);
}

#[test]
fn openpgp_items_are_a_person_what_they_sign_and_their_keys() {
    let page = openpgp(&[
        "<a href=\"https://github.com/x\">Thomas Wouters</a> (3.12.x and 3.13.x source files and tags) (key id: \
         <a href=\"https://keys.openpgp.org/search?q=7169605F62C751356D054A26A821E680E5FA6305\">A821E680E5FA6305</a>)",
        "Steve Dower (Windows binaries) (key id: FC62 4643 4870 34E5)",
        "Łukasz Langa (3.8.x and 3.9.x source files and\n tags) (key id: 0xB26995E310250568)",
        "Ned Deily (macOS binaries, 3.7.x / 3.6.x source files and tags) (key ids: 2D34 7EA6 AA65 421D, FB99 2128 6F5E \
         1540, and Apple Developer ID DJ3H93M7VJ)",
        "Martin v. Löwis (key id: 6AF0 53F0 7D9D C8D2)",
        "Benjamin Peterson (2.7.z source files and tags) (key ids: 04C3 67C2 18AD D4FF and A4135B38)",
    ]);
    assert_eq!(page.unreadable, []);
    let shown: Vec<_> = page
        .rows
        .iter()
        .map(|row| {
            let series: Vec<_> = row.series.iter().map(ToString::to_string).collect();
            let keys: Vec<_> = row.keys.iter().map(ToString::to_string).collect();
            let (windows, macos) = (if row.windows { " windows" } else { "" }, if row.macos { " macos" } else { "" });
            format!("{}: {}{windows}{macos} by {}", row.person, series.join(" "), keys.join(" "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    Thomas Wouters: 3.12 3.13 by 7169605F62C751356D054A26A821E680E5FA6305
    Steve Dower:  windows by FC624643487034E5
    Łukasz Langa: 3.8 3.9 by B26995E310250568
    Ned Deily: 3.6 3.7 macos by 2D347EA6AA65421D FB9921286F5E1540
    Martin v. Löwis:  by 6AF053F07D9DC8D2
    Benjamin Peterson: 2.7 by 04C367C218ADD4FF A4135B38
    ");
}

#[test]
fn an_openpgp_item_that_is_not_understood_to_the_last_word_is_an_error_of_its_own() {
    let good = "Steve Dower (Windows binaries) (key id: FC62 4643 4870 34E5)";
    let found = |item: &str| {
        let page = openpgp(&[good, item]);
        assert_eq!((page.rows.len(), page.unreadable.len()), (1, 1), "{item}");
        page.unreadable[0].to_string()
    };
    insta::assert_snapshot!(found("A B (3.12.x source files) (key id: 12 34)"), @r#"row 2 (3.12): expected a key id of 16 or 8 hexadecimal digits, found "12 34""#);
    insta::assert_snapshot!(found("A B (3.12.x source files)"), @r#"row 2 (3.12): expected (key id: …) with ids of 16 or 8 hexadecimal digits at the end, found "A B (3.12.x source files)""#);
    insta::assert_snapshot!(found("A B (3.12.x wheels) (key id: 04C367C218ADD4FF)"), @r#"row 2: expected what they sign, such as 3.12.x and 3.13.x source files and tags, or Windows binaries, found "3.12.x wheels""#);
    insta::assert_snapshot!(found("A &lt;b&gt; (3.12.x source files) (key id: 04C367C218ADD4FF)"), @r#"row 2: expected a person's name, found "A <b>""#);
    insta::assert_snapshot!(found("A (Windows binaries) (all) (key id: 04C367C218ADD4FF)"), @r#"row 2: expected one statement in brackets before the key ids, found "A (Windows binaries) (all) (key id: 04C367C218ADD4FF)""#);
    insta::assert_snapshot!(found("A (key id: <a href='/?q=7169605F62C751356D054A26A821E680E5FA6305'>04C367C218ADD4FF</a>)"), @r#"row 2: expected a link to the key whose id is shown, found "04C367C218ADD4FF, linked to 7169605F62C751356D054A26A821E680E5FA6305""#);
    insta::assert_snapshot!(found("A (key id: 04C367C218ADD4FF 04C367C218ADD4FF)"), @r#"row 2: expected a key id of 16 or 8 hexadecimal digits, found "04C367C218ADD4FF 04C367C218ADD4FF""#);
    insta::assert_snapshot!(found("A (key id: 04C367C218ADD4FF) revoked"), @r#"row 2: expected nothing behind the key ids, found " revoked""#);
    insta::assert_snapshot!(found("A (key id: <b>04C367C218ADD4FF)"), @r#"row 2: expected an item of plain text and links, found "<b> without an end""#);
    let empty = parse_openpgp("<html><li>Home</html>", &url()).unwrap_err().problem.to_string();
    insta::assert_snapshot!(empty, @r#"expected a list of persons with "key id" and what they sign, found "no such list""#);
}

#[test]
fn eight_digits_name_no_key() {
    let fingerprint: crate::model::Fingerprint = "7169605F62C751356D054A26A821E680E5FA6305".parse().unwrap();
    assert!(ShownKey::Long("A821E680E5FA6305".to_owned()).names(&fingerprint));
    assert!(!ShownKey::Short("E5FA6305".to_owned()).names(&fingerprint));
}

/// Pieces of the pages, of other pages, and of attacks on whoever reads them.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        proptest::sample::select(vec![
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<th>Release</th>",
            "<th>PEP",
            "<th>Release manager",
            "<th>OIDC Issuer",
            "<td rowspan=2>",
            "<li>",
            "</li>",
            "<ul>",
            "</ul>",
            "<b>",
            "</b>",
            "<a href=\"",
            "\">",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "</html>",
            "3.14",
            "PEP 745",
            "hugo@python.org",
            "(key id:",
            ")",
            "(",
            "https://github.com/login/oauth",
            "3.12.x source files and tags",
            "Windows binaries",
            "FC62 4643 4870 34E5",
            "7169605F62C751356D054A26A821E680E5FA6305",
            "\u{202e}",
            "\0",
            "&lt;b&gt;",
            "Ann B",
            ", ",
            " and ",
            "'",
            "=",
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ];
    proptest::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.concat())
}

fn is_seen(text: &PageText) -> bool {
    text.as_str().chars().all(|c| !c.is_control() && c != '\u{202e}')
}

proptest! {
    #[test]
    fn whatever_a_page_holds_only_typed_values_come_of_it(scraps in scraps(), framed: bool) {
        let text = if framed { table(&scraps) } else { format!("{scraps}</html>") };
        if let Ok(page) = parse_sigstore(&text, &url()) {
            for row in &page.rows {
                let SigstoreIdentity { identity, issuer } = &row.identity;
                prop_assert!(identity.is_ascii() && identity.matches('@').count() == 1 && issuer.starts_with("https://"));
                let odd = |c: char| c.is_whitespace() || "<>\"'`|\\".contains(c);
                prop_assert!(!identity.contains(odd) && !issuer.contains(odd));
            }
            prop_assert!(page.rows.iter().map(|row| &row.text).chain(page.unreadable.iter().map(|row| &row.text)).all(is_seen));
        }
        if let Ok(page) = parse_openpgp(&text, &url()) {
            for row in &page.rows {
                let in_name = |c: char| c.is_alphabetic() || " .'-\u{2019}".contains(c);
                prop_assert!(!row.keys.is_empty() && row.person.chars().all(in_name));
                prop_assert!(row.keys.iter().all(|key| key.to_string().bytes().all(|byte| byte.is_ascii_hexdigit())));
            }
            prop_assert!(page.rows.iter().map(|row| &row.text).chain(page.unreadable.iter().map(|row| &row.text)).all(is_seen));
        }
    }

    #[test]
    fn any_text_at_all_is_read_without_harm(text in "(?s).{0,400}") {
        let _ = (parse_sigstore(&text, &url()), parse_openpgp(&text, &url()));
        let _ = (parse_sigstore(&table(&text), &url()), parse_openpgp(&list(&[&text]), &url()));
    }
}

#[test]
fn pages_of_a_mebibyte_of_nested_tags_take_no_time() {
    let start = std::time::Instant::now();
    for unit in ["<b>", "<b a=1><p>", "<table>", "<li>key id", "<a href='", "<table><tr><td>", "<script", "<!--", "</"]
    {
        let text = format!("<html>{}</html>", unit.repeat((1 << 20) / unit.len()));
        let _ = (parse_sigstore(&text, &url()), parse_openpgp(&text, &url()));
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}
