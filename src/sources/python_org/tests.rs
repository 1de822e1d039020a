//! Listings in their real shapes, broken ones and hostile ones.

mod nginx;

use super::*;
use crate::sources::client::Problem;
use crate::sources::loopback::Loopback;

fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

fn folder(text: &str) -> Result<ReleaseFolder, String> {
    parse_folder(text, &folder_url(&version("3.14.0"))).map_err(|error| error.to_string())
}

/// A listing as nginx makes it.
fn nginx(path: &str, rows: &str) -> String {
    format!(
        "<html>\r\n<head><title>Index of {path}</title></head>\r\n<body>\r\n<h1>Index of {path}</h1><hr><pre>\
         <a href=\"../\">../</a>\r\n{rows}</pre><hr></body>\r\n</html>\r\n"
    )
}

fn row(href: &str) -> String {
    format!("<a href=\"{href}\">{href}</a>    07-Oct-2025 10:11    5\r\n")
}

const INDEX: &str = "/ftp/python/";
const FOLDER: &str = "/ftp/python/3.14.0/";

#[test]
fn urls_are_built_from_versions_and_artifacts() {
    let beta = version("3.15.0b3");
    assert_eq!(folder_url(&beta).as_str(), "https://www.python.org/ftp/python/3.15.0/");
    let source = Artifact::source(&beta);
    assert_eq!(artifact_url(&source).as_str(), "https://www.python.org/ftp/python/3.15.0/Python-3.15.0b3.tar.xz");
    let windows = Artifact::windows(&beta);
    let evidence = [EvidenceFile::Sigstore, EvidenceFile::Sbom, EvidenceFile::OpenPgp]
        .map(|kind| evidence_url(&windows, kind).to_string())
        .join("\n");
    insta::assert_snapshot!(evidence, @r"
    https://www.python.org/ftp/python/3.15.0/python-3.15.0b3-amd64.exe.sigstore
    https://www.python.org/ftp/python/3.15.0/python-3.15.0b3-amd64.exe.spdx.json
    https://www.python.org/ftp/python/3.15.0/python-3.15.0b3-amd64.exe.asc
    ");
}

#[test]
fn the_index_gives_final_versions_in_order_and_nothing_else() {
    let hrefs =
        ["2.0/", "3.14.10/", "3.14.2/", "doc/", "3.15.0b1/", "3.9.0", "3.13.0%24(x)/", "../../etc/", "3.14.0%0A/"];
    let rows: String = hrefs.iter().map(|href| row(href)).collect();
    let versions = parse_index(&nginx(INDEX, &rows), &index_url()).unwrap();
    assert_eq!(versions, ["3.14.2", "3.14.10"].map(version));
}

#[test]
fn an_nginx_folder_gives_names_times_and_exact_sizes() {
    let long = "python-3.14.0-a-name-that-nginx-cuts-after-fifty-characters.exe";
    let rows = format!(
        "<a href=\"amd64/\">amd64/</a>             07-Oct-2025 10:00                   -\r\n\
         <a href=\"{long}\">python-3.14.0-a-name-that-nginx-cuts-after-fifty-..&gt;</a> 08-Oct-2025 23:59    22\r\n\
         <a href=\"Python-3.14.0.tar.xz\">Python-3.14.0.tar.xz</a>     07-Oct-2025 10:11            23575200\r\n\
         <a href=\"python%2D3.14.0.txt\">python-3.14.0.txt</a>     07-Oct-2025 10:11            22M\r\n"
    );
    let folder = folder(&nginx(FOLDER, &rows)).unwrap();
    assert!(folder.complete);
    let shown = |file: &ListedFile| format!("{} {:?} {:?}", file.name, file.modified.unwrap(), file.size);
    insta::assert_snapshot!(folder.files.iter().map(shown).collect::<Vec<_>>().join("\n"), @r"
    Python-3.14.0.tar.xz 2025-10-07T10:11:00Z Some(23575200)
    python-3.14.0-a-name-that-nginx-cuts-after-fifty-characters.exe 2025-10-08T23:59:00Z Some(22)
    python-3.14.0.txt 2025-10-07T10:11:00Z None
    ");
    let source = Artifact::source(&version("3.14.0"));
    assert_eq!(folder.artifact(&source).unwrap().size, Some(23_575_200));
    assert_eq!(folder.file("python-3.14.0-amd64.exe"), None);
}

#[test]
fn tables_are_read_and_rounded_sizes_are_not_taken_for_bytes() {
    let rows =
        [("a.exe", "22.4 MiB", "2025-Oct-07 10:11"), ("b.exe", "22 MiB", "2025-10-07 10:11"), ("c.exe", "512", "-")];
    let cells = |(name, size, date)| {
        format!(
            "<tr><td class=\"link\"><a href=\"./{name}\" title=\"{name}\">{name}</a></td><td>{size}</td><td>{date}</td></tr>"
        )
    };
    let table = format!(
        "<!DOCTYPE html><html><body><h1>Index of {FOLDER}</h1><table><thead><tr><th><a href=\"?C=N&amp;O=A\">Name</a></th></tr>\
         </thead><tbody><tr><td><a href=\"../\">Parent directory/</a></td><td>-</td><td>-</td></tr>{}</tbody></table></body></HTML>",
        rows.map(cells).concat()
    );
    let folder = folder(&table).unwrap();
    assert!(folder.complete);
    let facts: Vec<_> =
        folder.files.iter().map(|file| (file.modified.map(|time| time.to_string()), file.size)).collect();
    let time = Some("2025-10-07T10:11:00Z".to_owned());
    assert_eq!(facts, [(time.clone(), None), (time, None), (None, None)]);
}

#[test]
fn hostile_names_are_left_out_and_the_listing_is_not_called_complete() {
    for href in [
        "%2e%2e%2fetc%2fpasswd",
        "..%2f",
        "a%00b",
        "a%0ab",
        "a%1b[31m",
        "a b",
        "a;b",
        "$(x)",
        "`x`",
        "a\\b",
        "-rf",
        ".hidden",
        "a/b",
        "/ftp/python/3.14.0/a",
        "https://evil.example/a",
        "javascript:x",
        "a%",
        "a%zz",
        "a%ff",
        "a?b",
        "a#b",
        "",
        "ä",
    ] {
        let folder = folder(&nginx(FOLDER, &(row("good.txt") + &row(href)))).unwrap();
        assert_eq!(folder.files.len(), 1, "{href:?}");
        assert!(!folder.complete, "{href:?}");
    }
    let doubled = folder(&nginx(FOLDER, &row("good.txt").repeat(2))).unwrap();
    assert_eq!((doubled.files.len(), doubled.complete), (1, false));
}

#[test]
fn a_listing_that_is_no_listing_is_an_error() {
    let good = nginx(FOLDER, &row("good.txt"));
    folder(&good).unwrap();
    let error = |text: &str| folder(text).unwrap_err();
    insta::assert_snapshot!(error(""), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing that ends in </html>, found """#);
    insta::assert_snapshot!(error(good.trim_end().trim_end_matches("</html>")), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing that ends in </html>, found "7-Oct-2025 10:11    5\r\n</pre><hr></body>""#);
    insta::assert_snapshot!(error("{\"files\": []}"), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing that ends in </html>, found "{\"files\": []}""#);
    insta::assert_snapshot!(error("<html><body><h1>503 Service Unavailable</h1></body></html>"), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing headed "Index of …", found "503 Service Unavailable""#);
    insta::assert_snapshot!(error("<html><form action='/login'><a href='x.tar.xz'>x</a></form></html>"), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing of plain rows and links, found "<form""#);
    insta::assert_snapshot!(error("<html><a href='x.tar.xz'>x</a></html>"), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing headed "Index of …", found "a page without a heading""#);
    insta::assert_snapshot!(error(&nginx(FOLDER, "")), @r#"https://www.python.org/ftp/python/3.14.0/: expected at least one file in the listing, found "/ftp/python/3.14.0/""#);
    insta::assert_snapshot!(error(&nginx("/ftp/python/3.13.0/", &row("good.txt"))), @r#"https://www.python.org/ftp/python/3.14.0/: expected a listing of this very folder, found "/ftp/python/3.13.0/""#);
    let index = parse_index(&nginx(INDEX, &row("doc/")), &index_url()).unwrap_err();
    insta::assert_snapshot!(index, @r#"https://www.python.org/ftp/python/: expected a listing of folders such as 3.14.0/, found "/ftp/python/""#);
    // Cut anywhere, a listing is never a shorter listing.
    for end in 0..good.trim_end().len() {
        assert!(folder(&good[..end]).is_err(), "cut after {end} bytes");
    }
}

#[test]
fn a_page_that_would_cost_its_square_is_refused_before_it_is_parsed() {
    let formatting = (0..2000).map(|index| format!("<b a={index}>")).collect::<Vec<_>>().concat();
    let rows = format!("{}{formatting}{}", row("good.txt"), "<p>x".repeat(500));
    insta::assert_snapshot!(folder(&nginx(FOLDER, &rows)).unwrap_err(), @r#"https://www.python.org/ftp/python/3.14.0/: expected a folder listing of plain rows and links, found "<b""#);
    // Each link of a row is beside the same cells, which are not read whole for each.
    let links = "<a href=\"good.txt\">x</a>".repeat(5000);
    let cells = format!("<td>{}</td>", "x ".repeat(200_000)).repeat(2);
    let table = format!("<html><h1>Index of {FOLDER}</h1><table><tr><td>{links}</td>{cells}</tr></table></html>");
    assert_eq!(folder(&table).unwrap().files.len(), 1);
}

proptest::proptest! {
    #[test]
    fn every_listed_name_is_plain_whatever_the_link(href in "\\PC{0,20}") {
        if let Ok(folder) = folder(&nginx(FOLDER, &(row("good.txt") + &row(&href)))) {
            for file in folder.files {
                proptest::prop_assert!(file.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+~-".contains(&b)));
                proptest::prop_assert!(!file.name.starts_with('.') && !file.name.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn listings_are_fetched_by_their_upstream_urls() {
    let (index, listing) = (nginx("/py/", &row("3.14.0/")), nginx(FOLDER, &row("good.txt")));
    let server = Loopback::of_pages(&[
        ("/www.python.org/ftp/python/", &index),
        ("/www.python.org/ftp/python/3.14.0/", &listing),
        ("/www.python.org/ftp/python/3.13.0/", &listing),
        ("/www.python.org/ftp/python/3.14.0/Python-3.14.0.tar.xz.asc", "signature"),
        ("/www.python.org/ftp/python/3.14.0/Python-3.14.0.tar.xz.sigstore", &"x".repeat(1024 * 1024 + 1)),
    ]);
    let client = server.client();
    assert_eq!(versions(&client).await, Answer::Found(vec![version("3.14.0")]));
    assert_eq!(release_folder(&client, &version("3.14.0rc1")).await.found().unwrap().files.len(), 1);
    let source = Artifact::source(&version("3.14.0"));
    let evidence = async |kind| evidence(&client, &source, kind, false).await;
    assert_eq!(evidence(EvidenceFile::OpenPgp).await.found().unwrap().text(), Ok("signature"));
    assert!(matches!(evidence(EvidenceFile::Sbom).await, Answer::Missing(_)));
    let Answer::Failed(large) = evidence(EvidenceFile::Sigstore).await else { panic!("a bundle of any size") };
    assert!(matches!(large.problem, Problem::TooLarge { .. }), "{large}");
    assert!(matches!(release_folder(&client, &version("3.14.1")).await, Answer::Missing(_)));
    let Answer::Failed(error) = release_folder(&client, &version("3.13.0")).await else { panic!("a foreign listing") };
    assert!(
        matches!(error.problem, Problem::Unreadable(_)) && error.to_string().contains("(through http://"),
        "{error}"
    );
}
