//! What each rendering says.

use scraper::{Html, Selector};

use super::{names, report};
use crate::report::Palette;
use crate::report::page::{feed, html, markdown, page_text};

fn all<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn the_markdown_is_a_table_and_what_needs_a_person() {
    insta::assert_snapshot!(markdown(&report("")), @r"
    | Variant | 3.15-rc | 3.14 | 3.13 | 3.12 | 3.11 | 3.10 |
    |---|---|---|---|---|---|---|
    | *state* | **waiting** | **update** to 3.14.6 ([#12](https://github.com/example/python/pull/12)) | **current** | **held** | **alarm** | **not looked at** |
    | `trixie` | 3.15.0b2 | 3.14.5 | 3.13.13 | 3.12.13 | 3.11.15 | 3.10.20 |
    | `windows/nanoserver-ltsc2025` | 3.15.0b2 | 3.14.5, to be dropped | 3.13.13 | 3.12.13 | 3.11.15 | 3.10.20 |

    - **3.15-rc** at 3.15.0b2 is **waiting** since 2026-06-09 08:00 UTC: not complete
    - **3.12** at 3.12.13 is **held** since 2026-06-09 08:00 UTC: signed by someone; a note about signed by someone
    - **3.11** at 3.11.15 has an **alarm** since 2026-06-09 08:00 UTC: other bytes

    3.14.5 was proposed 2.5 h after its release.

    6 series: 1 with an alarm, 1 held, 1 waiting, 1 to update, 1 current, 1 not looked at, as of 2026-06-10 17:00 UTC.
    ");
}

#[test]
fn the_text_has_the_matrix_in_columns() {
    let palette = Palette { width: usize::MAX, now: report("").as_of, verbose: false };
    insta::assert_snapshot!(page_text(&report(""), palette), @r"
    Python images: example/python, as of 2026-06-10 17:00 UTC

                                 3.15-rc   3.14    3.13     3.12     3.11     3.10
                                 waiting   update  current  held     alarm    not looked at
    trixie                       3.15.0b2  3.14.5  3.13.13  3.12.13  3.11.15  3.10.20
    windows/nanoserver-ltsc2025  3.15.0b2  3.14.5  3.13.13  3.12.13  3.11.15  3.10.20

    3.15-rc  3.15.0b2  waiting, since 2026-06-09 08:00 UTC
        not complete

    3.14  3.14.5 → 3.14.6  update
        proposed in https://github.com/example/python/pull/12, open for 60 min

    3.12  3.12.13  held, since 2026-06-09 08:00 UTC
        signed by someone
        a note about signed by someone

    3.11  3.11.15  alarm, since 2026-06-09 08:00 UTC
        other bytes

    3.14.5 was proposed 2.5 h after its release.
    6 series: 1 with an alarm, 1 held, 1 waiting, 1 to update, 1 current, 1 not looked at
    ");
}

#[test]
fn the_feed_has_an_entry_for_each_bump_and_alarm_under_ids_of_names() {
    insta::assert_snapshot!(feed(&report(""), &names()), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>tag:github.com,2026:pybump/example/python</id><title>Python images: example/python</title><updated>2026-06-09T08:00:00Z</updated><author><name>pybump</name></author><link rel="self" type="application/atom+xml" href="https://example.github.io/python/feed.atom"></link><link rel="alternate" type="text/html" href="https://example.github.io/python/index.html"></link>
    <entry><id>tag:github.com,2026:pybump/example/python/3.11/3.11.15/digest</id><title>Alarm: 3.11 at 3.11.15</title><updated>2026-06-09T08:00:00Z</updated><link rel="alternate" href="https://github.com/example/python"></link><summary>other bytes </summary></entry>
    <entry><id>tag:github.com,2026:pybump/example/python/3.14/3.14.5</id><title>3.14: 3.14.4 → 3.14.5</title><updated>2026-06-02T09:00:00Z</updated><link rel="alternate" href="https://github.com/example/python/pull/11"></link><summary>3.14 went from 3.14.4 to 3.14.5. The release was signed 2026-06-01 14:00 UTC. It was proposed 2.5 h later. Python-3.14.5.tar.xz: SHA-256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, signed by hugo@python.org.</summary></entry></feed>
    "#);
}

#[test]
fn the_times_of_the_feed_are_never_those_of_the_run() {
    let later = super::PageReport { as_of: "2027-01-01T00:00:00Z".parse().unwrap(), ..report("") };
    assert_eq!(feed(&later, &names()), feed(&report(""), &names()));
    assert_ne!(html(&later), html(&report("")));
}

#[test]
fn a_version_that_came_twice_is_one_entry() {
    let mut twice = report("");
    let mut again = twice.timeline.bumps[0].clone();
    again.merged_at = Some(super::at("05T09:00"));
    twice.timeline.bumps.insert(0, again);
    let feed = feed(&twice, &names());
    assert_eq!(feed.matches("/3.14/3.14.5</id>").count(), 1);
    assert!(feed.contains("<updated>2026-06-05T09:00:00Z</updated>"), "{feed}");
}

#[test]
fn the_page_has_landmarks_headings_captions_and_no_script() {
    let text = html(&report(""));
    let page = Html::parse_document(&text);
    assert_eq!(page.root_element().attr("lang"), Some("en"));
    for (selector, count) in
        [("header", 1), ("nav", 1), ("main", 1), ("footer", 1), ("h1", 1), ("script", 0), ("[style]", 0)]
    {
        assert_eq!(all(&page, selector).len(), count, "{selector}");
    }
    let tables = all(&page, "table").len();
    assert!(tables > 0 && all(&page, "table > caption").len() == tables);
    assert!(all(&page, "th").iter().all(|cell| matches!(cell.attr("scope"), Some("col" | "row"))));
    for named in all(&page, "[aria-labelledby]") {
        let id = named.attr("aria-labelledby").unwrap();
        assert_eq!(all(&page, &format!("[id='{id}']")).len(), 1, "{id}");
    }
}

#[test]
fn every_state_stands_there_as_a_word() {
    let text = html(&report("long.words.that.break.nowhere/".repeat(9).as_str()));
    if let Some(folder) = std::env::var_os("PYBUMP_PAGES") {
        std::fs::write(std::path::Path::new(&folder).join("every-state.html"), &text).unwrap();
    }
    let page = Html::parse_document(&text);
    let words: Vec<_> =
        all(&page, "article .badge").iter().map(|badge| badge.text().last().unwrap().to_owned()).collect();
    assert_eq!(words, ["alarm", "held", "waiting", "update", "current", "not looked at"]);
}

#[test]
fn the_page_loads_nothing() {
    let text = html(&report(""));
    let page = Html::parse_document(&text);
    assert_eq!(all(&page, "[src], object, iframe, img, form, base").len(), 0);
    let links: Vec<_> = all(&page, "link").iter().map(|link| link.attr("href").unwrap().to_owned()).collect();
    assert_eq!(links, ["data:,", "feed.atom", "report.json"]);
    let style: String = all(&page, "style")[0].text().collect();
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn the_policy_allows_the_very_style_that_stands_in_the_page() {
    use base64::Engine as _;
    let text = html(&report(""));
    let page = Html::parse_document(&text);
    let style: String = all(&page, "style")[0].text().collect();
    let digest = crate::model::Sha256::of(style.as_bytes());
    let digest = base64::engine::general_purpose::STANDARD.encode(digest.as_bytes());
    let policy = all(&page, "meta[http-equiv]")[0].attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && policy.contains(&format!("style-src 'sha256-{digest}'")));
}
