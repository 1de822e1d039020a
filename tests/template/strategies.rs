//! Random templates of all kinds of blocks and awkward text, and what to render them for.

use proptest::prelude::*;
use proptest::sample::select;
use pybump::template::{Variables, Windows};

/// What to render for.
pub fn variables() -> impl Strategy<Value = Variables<'static>> {
    let windows = Windows { variant: "servercore", release: "ltsc2025" };
    let linux = select(vec!["trixie", "slim-trixie", "alpine3.24"]).prop_map(|variant| (variant, None));
    let windows = Just(("windowsservercore-ltsc2025", Some(windows)));
    prop_oneof![3 => linux, 1 => windows].prop_map(|(variant, windows)| Variables { version: "3.14", variant, windows })
}

/// A template, in one case of eight with a piece put somewhere that likely breaks it.
pub fn template() -> impl Strategy<Value = String> {
    let whole = prop::collection::vec(lines(), 1..7).prop_map(|parts| parts.concat()).boxed();
    let debris =
        select(vec!["{{", "}}", "-}}", "{{ 1 }}", "{{ .n }}", "\n", "(", ")", "\"", "#", "\\", "{", "{{ empty }}"]);
    prop_oneof![
        7 => whole.clone(),
        1 => (whole, debris, any::<prop::sample::Index>()).prop_map(|(whole, debris, index)| {
            let places: Vec<usize> = whole.char_indices().map(|(place, _)| place).collect();
            let (before, after) = whole.split_at(places[index.index(places.len())]);
            [before, debris, after].concat()
        }),
    ]
}

/// Whole lines: text with blocks in it, or a construct of several lines.
fn lines() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => text_line(),
        2 => eating(expression()),
        1 => eating(comment()),
        1 => eating(definition()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let body = prop::collection::vec(inner, 1..4).prop_map(|parts| parts.concat());
        // A body of comments and definitions alone would leave the splice empty.
        let body = (body, text_line()).prop_map(|(body, last)| body + &last).boxed();
        prop_oneof![
            (condition(), body.clone(), prop::option::of((condition(), body.clone())), prop::option::of(body.clone()))
                .prop_map(|(condition, then, elif, otherwise)| conditional(
                    &condition,
                    &then,
                    elif.as_ref(),
                    otherwise.as_deref()
                )),
            items().prop_map(|body| format!("{{{{ .words | map( -}}}}\n{body}{{{{ ) | add -}}}}\n")),
        ]
    })
}

/// The lines of a repeated splice, in which `.` is a string.
fn items() -> impl Strategy<Value = String> {
    let item = (text(), select(vec![".", ". | @sh", "length | tostring"]), text());
    let line = item.prop_map(|(before, code, after)| format!("{before} {{{{ {code} }}}}{after}\n"));
    prop::collection::vec(line, 1..3).prop_map(|lines| lines.concat())
}

fn conditional(condition: &str, then: &str, elif: Option<&(String, String)>, otherwise: Option<&str>) -> String {
    let first = format!("{{{{ if {condition} then ( -}}}}\n{then}");
    let second = elif.map(|(condition, body)| format!("{{{{ ) elif {condition} then ( -}}}}\n{body}"));
    let last = match otherwise {
        Some(body) => format!("{{{{ ) else ( -}}}}\n{body}{{{{ ) end -}}}}\n"),
        None => "{{ ) else \"\" end -}}\n".to_owned(),
    };
    [first, second.unwrap_or_default(), last].concat()
}

fn eating(code: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (select(vec!["", "\t", "text "]), select(vec![" ", "\n", "\n\t"]), code)
        .prop_map(|(before, space, code)| format!("{before}{{{{{space}{code}{space}-}}}}\n"))
}

fn text_line() -> impl Strategy<Value = String> {
    let block = (select(vec!["", " ", "\t", "\n"]), expression())
        .prop_map(|(space, code)| format!("{{{{{space}{code}{space}}}}}"));
    let part = prop_oneof![3 => text(), 2 => block];
    prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat() + "\n")
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z ]{1,8}",
        select(vec![
            "\"",
            "\\",
            "\\n",
            "\\(.version)",
            "$HOME",
            "${A%%[a-z]*}",
            "'",
            "`",
            "\t",
            "\r",
            "é",
            "🐍",
            "\u{7f}",
            "\u{1}",
            "#",
            "//",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "}}",
            "-",
            "-}",
            "+",
            ",",
            ";",
            "|",
            "&&",
            "%s",
            "\\\\",
            "&",
            "\u{2028}",
            "0",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn expression() -> impl Strategy<Value = String> {
    let plain = select(vec![
        ".version",
        ".version",
        "env.variant",
        "env.version",
        "env.windowsRelease",
        ".missing.deeper",
        "null",
        "\"\"",
        "\"a \\\"b\\\" \\\\ \\u00e9 \\(.version) \\(1 + 1)\"",
        "\"{ } ( ) # }\"",
        ".n | tostring",
        "{\"a\": {b: .version} } | .a.b",
        "[{k: \"v\"}] | map(.k) | join(\", \")",
        ".words | sort | join(\" \")",
        "[.words[] | ascii_upcase] | add",
        ".words | map(@sh) | join(\" \")",
        ".checksums | keys | join(\"+\")",
        ".checksums.source.sha256 // \"none\"",
        ".checksums.windows.sha256 // \"none\"",
        "\"setuptools==\\( .version )\" | @sh",
        "@json \"\\(.words)\"",
        "env.variant | ltrimstr(\"slim-\")",
        "env.version | rtrimstr(\"-rc\") | split(\".\") | .[1]",
        "if .flag then \"yes\" else \"no\" end",
        "if .n > 3 and (.flag | not) then \"yes\" else \"no\" end",
        "[range(.n)] | map(tostring) | join(\"\")",
        "reduce .words[] as $w (\"\"; . + $w)",
        "first(.words[] | select(startswith(\"c\")))",
        ".version as $v | \"<\" + $v + \">\"",
        "[.words[] | test(\"^[a-z]\") | tostring] | join(\",\")",
        ".version | gsub(\"[.]\"; \"_\")",
        "try error(\"x\") catch .",
        "# note\n.version",
        "(.version)",
        "( .version ) + ( \"x\" )",
    ]);
    let rare = select(vec![
        "f",
        "g(.version)",
        ".n",
        "error(\"why\")",
        "\"a\", \"b\"",
        "empty",
        ".version.x",
        ". +",
        "nope",
        "[1]",
    ]);
    prop_oneof![300 => plain, 1 => rare].prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    select(vec![
        ".flag",
        ".missing",
        "true",
        "false",
        "env.variant == \"trixie\"",
        "env.variant | startswith(\"slim-\")",
        "env.variant | IN(\"trixie\", \"alpine3.24\")",
        "IN(env.version; \"3.13\", \"3.14\")",
        ".checksums.source.sha256",
        "(.words | length) > 2",
        ".n == 5 and (.flag or .missing)",
    ])
    .prop_map(str::to_owned)
}

fn definition() -> impl Strategy<Value = String> {
    select(vec![
        "def f: \"f\"",
        "def f:\n\t\t# what f is\n\t\t.version\n\t",
        "def g(x): x + \"g\"",
        "def g($x): \"<\\($x)>\"",
        "def h: [\n\t.words[]\n\t] | add",
        "def f: \"one\"; def h: f + \"two\"",
    ])
    .prop_map(str::to_owned)
}

fn comment() -> impl Strategy<Value = String> {
    select(vec!["# a note", "# if ( then", "#", "# \"open", "# def f: 1;"]).prop_map(str::to_owned)
}
