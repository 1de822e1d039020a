//! Which markup is a listing's, and that nothing else gets to the parser.

use proptest::prelude::*;
use scraper::{Html, Node};

use super::*;

/// How many nodes the parser makes of `text`, and how deep they lie.
fn parsed(text: &str) -> (usize, usize) {
    let page = Html::parse_document(text);
    let depth = page.tree.nodes().filter(|node| matches!(node.value(), Node::Element(_)));
    (page.tree.nodes().count(), depth.map(|node| node.ancestors().count()).max().unwrap_or(0))
}

#[test]
fn listings_of_real_servers_pass() {
    let nginx = "<html>\r\n<head><title>Index of /a/</title></head>\r\n<body>\r\n<h1>Index of /a/</h1><hr><pre>\
                 <a href=\"../\">../</a>\r\n<a href=\"a.txt\">a&gt;.txt</a>  07-Oct-2025 10:11  5\r\n</pre><hr></body>\r\n</html>\r\n";
    let apache = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\">\n<html>\n <head>\n  <title>Index of /a</title>\n \
                  </head>\n <body>\n<h1>Index of /a</h1>\n  <table>\n   <tr><th valign=\"top\"><img src=\"/icons/blank.gif\" \
                  alt=\"[ICO]\"></th><th><a href=\"?C=N;O=D\">Name</a></th></tr>\n   <tr><th colspan=\"5\"><hr></th></tr>\n\
                  <tr><td valign=top><img src='/i.gif' alt=\"[   ]\"/></td><td><a href=\"a.txt\">a.txt</a></td><td \
                  align=\"right\">2025-10-07 10:11  </td></tr>\n</table>\n<address>Apache</address>\n</body></html>\n";
    let fancy = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><link rel=stylesheet href=x.css><style type=\"text/css\">\
                 body,html {margin:0}</style><title>Index of /a/</title></head><!-- x --><body><h1>Index of /a/</h1>\
                 <table id=\"list\"><thead><tr><th style=\"width:55%\"><a href=\"?C=N&amp;O=A\">Name</a>&nbsp;</th></tr></thead>\
                 <tbody><tr><td class=\"link\"><a href=\"a\" title=\"a\">a</a></td></tr></tbody></table><br /></body></HTML>";
    for page in [nginx, apache, fancy] {
        assert_eq!(check(page), Ok(()), "{page}");
    }
    let row = "<tr><td><img></td><td><a href=\"x\">x</a></td><td>1</td><td>2</td></tr>";
    assert_eq!(check(&format!("<html><table>{}</table></html>", row.repeat(1000))), Ok(()));
}

#[test]
fn markup_that_costs_its_square_is_refused() {
    let formatting = (0..3000).map(|index| format!("<b a={index}>")).collect::<Vec<_>>().concat();
    let attributes = (0..50_000).map(|index| format!(" a{index}")).collect::<Vec<_>>().concat();
    let bodies = (0..3000).map(|index| format!("<body a{index}>")).collect::<Vec<_>>().concat();
    let found = |page: &str| check(page).unwrap_err();
    insta::assert_snapshot!(found(&format!("<h1>Index of /</h1><p>{formatting}{}</html>", "<p>x".repeat(8000))), @"<p");
    insta::assert_snapshot!(found(&formatting), @"<b");
    insta::assert_snapshot!(found(&"<div>".repeat(10_000)), @"<div> out of place");
    insta::assert_snapshot!(found(&"<table><tr><td>".repeat(10_000)), @"<table> out of place");
    insta::assert_snapshot!(found(&"<a href=x>".repeat(10_000)), @"<a> out of place");
    insta::assert_snapshot!(found(&"<div></div>".repeat(10_000)), @"more than 16384 tags");
    insta::assert_snapshot!(found(&"<!---->".repeat(20_000)), @"more than 16384 tags");
    insta::assert_snapshot!(found(&format!("<a{attributes}>")), @"<a");
    insta::assert_snapshot!(found(&format!("<html>{bodies}")), @"<body> out of place");
    insta::assert_snapshot!(found("<div></table></div>"), @"</table> out of place");
    insta::assert_snapshot!(found(&"<".repeat(1_000_000)), @"<");
    insta::assert_snapshot!(found("<svg><title><b></title>"), @"<svg");
}

#[test]
fn a_tag_that_can_be_read_in_two_ways_is_refused() {
    for page in [
        "<div a=\"></div>\">",
        "<div a=\"<div>\"></div>",
        "<div a='></div>",
        "<div a=b\"></div>",
        "<div a=\"b\"c=\"d\"></div>",
        "<div a = \"b\"></div>",
        "<div a=></div>",
        "<div \"></div>",
        "<div/a></div>",
        "<div></div a=\">\">",
        "<title><div></div></title>",
        "<title><!-- --></title>",
        "<style><!-- </style> --></style>",
        "<!-- > <b> -->",
        "<!-- <b> -->",
        "<? x ?>",
        "</ div>",
        "<![CDATA[x]]>",
        "< div>",
        "<div",
        "</hr>",
    ] {
        assert!(check(page).is_err(), "{page}");
    }
}

/// Pieces of pages: sound elements, stray tags and what tags are broken with.
fn piece() -> impl Strategy<Value = String> {
    let names = [&ELEMENTS[..], &VOID, &TEXT, &["b", "p", "svg", "template"]].concat();
    let name = prop::sample::select(names);
    prop_oneof![
        4 => name.clone().prop_map(|name| format!("<{name}>")),
        4 => name.prop_map(|name| format!("</{name}>")),
        1 => prop::sample::select(vec!["x", " ", "<", ">", "\"", "'", "=", "/", "<!--", "-->", "<a b=", "&amp;", "\0"])
            .prop_map(str::to_owned),
    ]
}

/// Pages of elements in order.
fn nested() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["x", "<br>", "<hr a=b>", "<img alt='x'/>", "", "<!-- x -->"]);
    leaf.prop_map(str::to_owned).prop_recursive(9, 200, 6, |inner| {
        let again = ELEMENTS.into_iter().filter(|name| !ONCE.contains(name) && !TEXT.contains(name));
        let names = prop::sample::select(again.collect::<Vec<_>>());
        (names, prop::collection::vec(inner, 0..6))
            .prop_map(|(name, inner)| format!("<{name}>{}</{name}>", inner.concat()))
    })
}

proptest! {
    #[test]
    fn what_passes_is_parsed_into_few_and_shallow_nodes(
        soup in prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat()),
        nested in nested(),
        times in 1_usize..200,
    ) {
        for page in [soup.repeat(times), nested.repeat(times), format!("<table>{}</table>", nested.repeat(times))] {
            if check(&page).is_ok() {
                let (nodes, depth) = parsed(&page);
                prop_assert!(nodes <= 8 + 4 * page.matches('<').count() + page.matches('>').count(), "{nodes} {page}");
                prop_assert!(depth <= 4 * DEPTH, "{depth} {page}");
            }
        }
    }

    #[test]
    fn no_text_makes_the_scan_panic(page in "(<|>|/|!|-|=|\"|'|a|ä| |\\PC){0,60}") {
        let _ = check(&page);
    }
}
