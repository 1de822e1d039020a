//! Text from outside does nothing, whatever it is.

use proptest::prelude::*;
use scraper::{Html, Selector};

use super::{names, report};
use crate::report::page::{feed, html};

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style></title></textarea><!-- ]]> -->",
    "\u{202e}3.14.6 evil\u{2066}",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "a\u{0}b\u{1b}[31m\u{ffff}",
];

/// The elements of a page, each with the names of its attributes.
fn shape(text: &str) -> Vec<(String, Vec<String>)> {
    let page = Html::parse_document(text);
    let elements = page.select(&Selector::parse("*").unwrap()).collect::<Vec<_>>();
    let shape = elements.iter().map(|element| {
        let attributes = element.value().attrs().map(|(name, _)| name.to_owned());
        (element.value().name().to_owned(), attributes.collect())
    });
    shape.collect()
}

/// The tags of an XML document as they stand there.
fn tags(text: &str) -> Vec<&str> {
    text.split('<').skip(1).map(|piece| piece.split(['>', ' ']).next().unwrap_or_default()).collect()
}

#[test]
fn hostile_words_are_words_on_the_page_and_in_the_feed() {
    let (page, entries) = (html(&report("plain words")), feed(&report("plain words"), &names()));
    for words in HOSTILE {
        let hostile = html(&report(words));
        assert_eq!(shape(&hostile), shape(&page), "{words:?}");
        assert!(!hostile.contains(['\u{202e}', '\u{2066}', '\u{0}', '\u{1b}', '\u{ffff}']), "{words:?}");
        let hostile = feed(&report(words), &names());
        assert_eq!(tags(&hostile), tags(&entries), "{words:?}");
        assert!(!hostile.contains(['\u{202e}', '\u{2066}', '\u{0}', '\u{1b}', '\u{ffff}']), "{words:?}");
    }
}

#[test]
fn hostile_words_are_still_told() {
    let text = html(&report(HOSTILE[0]));
    let page = Html::parse_document(&text);
    let told: String = page.select(&Selector::parse("article.held").unwrap()).next().unwrap().text().collect();
    assert!(told.contains("signed by someone <script>alert(1)</script>"), "{told}");
}

proptest! {
    #[test]
    fn no_words_change_the_shape_of_page_or_feed(words in "\\PC{1,40}|[<>&\"'/= a-z]{1,40}|\\p{C}{1,5}") {
        prop_assert_eq!(shape(&html(&report(&words))), shape(&html(&report("x"))));
        prop_assert_eq!(tags(&feed(&report(&words), &names())).len(), tags(&feed(&report("x"), &names())).len());
    }
}
