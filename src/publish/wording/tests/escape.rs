//! No text from outside is live in markdown, in a title or in a shell line, whatever it holds.

use proptest::prelude::*;

use crate::report::escape::{code, line, prose, shell};

/// Text that upstream could wish to see at work in a pull request.
pub fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "`",
        "``",
        "```",
        "|",
        "\\",
        "\\|",
        "\n",
        "\r\n",
        "\n\n",
        "\t",
        " ",
        "@mallory",
        "@org/team",
        ".@mallory",
        "a@b.example",
        "#12",
        "GH-12",
        "owner/repo#12",
        "deadbeef1234567",
        "https://evil.example/",
        "www.evil.example",
        "<b>",
        "</b>",
        "<details>",
        "</details>",
        "<summary>",
        "<!--",
        "-->",
        "<img src=x>",
        "[a](https://evil.example)",
        "![a](b)",
        "[",
        "](",
        "*",
        "**",
        "_",
        "~~",
        "$",
        "&lt;",
        "&#64;",
        ":tada:",
        "# x",
        "- x",
        "1. ",
        "> ",
        "---",
        "'",
        "\"",
        "(",
        ")",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\0",
        "\u{1b}[31m",
        "é",
        "🦀",
        "words",
        "and",
        "3.14.2",
        "[!WARNING]",
    ];
    let piece =
        prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// `markdown` without its code spans, as `CommonMark` finds them: a run of backticks up to the next run as long.
pub fn outside_code(markdown: &str) -> String {
    let mut outside = String::new();
    let mut rest = markdown;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let after = &rest[start + run..];
        let mut ends = after.match_indices('`').map(|(at, _)| at).filter(|at| *at == 0 || !after[..*at].ends_with('`'));
        let end = ends.find(|at| after[*at..].len() - after[*at..].trim_start_matches('`').len() == run);
        rest = if let Some(end) = end {
            &after[end + run..]
        } else {
            outside.push_str(&rest[start..start + run]);
            after
        };
    }
    outside.push_str(rest);
    outside
}

proptest! {
    #[test]
    fn a_value_is_one_code_span_whatever_it_is(text in hostile()) {
        let shown = code(&text);
        prop_assert!(matches!(outside_code(&shown).as_str(), "" | "(empty)"), "{:?}", shown);
        prop_assert!(!shown.contains(['|', '\n', '\r', '\u{202e}', '\u{200b}']), "{:?}", shown);
        prop_assert!(!mentions(&shown), "{:?}", shown);
    }

    #[test]
    fn a_sentence_has_nothing_but_words_outside_of_code(text in hostile()) {
        let shown = prose(&text);
        let outside = outside_code(&shown);
        let plain = |c: char| c.is_ascii_alphanumeric() || " .,;:()\"'?-…".contains(c);
        prop_assert!(outside.chars().all(plain), "{:?} of {:?}", shown, text);
        prop_assert!(!outside.contains("www.") && !outside.contains("GH-1"), "{:?}", shown);
        let like_a_commit = |word: &str| word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        prop_assert!(!outside.split(' ').any(like_a_commit), "{:?}", shown);
        prop_assert!(!shown.contains(['|', '\n', '\r', '\u{202e}', '\u{200b}']), "{:?}", shown);
        prop_assert!(!mentions(&shown), "{:?}", shown);
    }

    #[test]
    fn a_word_for_the_shell_is_read_back_as_one_word(text in hostile()) {
        let line = shell(&text);
        let quoted = line.starts_with('\'') && line.ends_with('\'') && line.len() >= 2;
        let inner = if quoted { line[1..line.len() - 1].replace(r"'\''", "") } else { line.clone() };
        prop_assert!(!inner.contains(['\'', '\n', '\r', '`']), "{:?}", line);
        prop_assert!(quoted || !inner.contains([' ', '$', '&', ';', '<', '>', '(', ')', '*', '#', '"', '\\']), "{:?}", line);
    }

    #[test]
    fn a_title_is_one_line_within_its_limit(text in hostile(), limit in 1_usize..300) {
        let shown = line(&text, limit);
        prop_assert!(shown.chars().count() <= limit && !shown.contains(['\n', '\r', '\u{202e}']), "{:?}", shown);
    }
}

/// True if a reply by mail that quotes `text` would mention somebody.
pub fn mentions(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}

#[test]
fn reasons_read_as_they_were_written() {
    assert_eq!(code("hugo@python.org"), "`hugo@python.org`");
    assert_eq!(code(""), "(empty)");
    assert_eq!(
        prose("3.14.3 (the newest) isn't out: 404 of https://www.python.org/ftp/python/3.14.3/; run `pybump check`."),
        "3.14.3 (the newest) isn't out: 404 of `https://www.python.org/ftp/python/3.14.3/`; run `pybump check`."
    );
    assert_eq!(
        prose("ping @mallory, see #12 | <b>\nx`y"),
        r"ping `\u{40}mallory`, see `#12` `\u{7c}` `<b>` `x\u{60}y`"
    );
    assert_eq!(prose("a_b`c`"), "`a_b` `c`");
    assert_eq!(shell("https://github.com/login/oauth"), "https://github.com/login/oauth");
    assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
    assert_eq!(line("Update 3.14\nto 3.14.2", 12), "Update 3.14…");
}
