//! Every error says where it is.

use super::*;

#[test]
fn template_errors_point_at_the_line_and_column() {
    // A block that is never closed.
    insta::assert_snapshot!(error_of("a\n  {{ .x\n"), @"T:2:3: this {{ has no matching }}");
    insta::assert_snapshot!(error_of("a\n{{ .x }} {{ .y\n}}\n{{\n"), @"T:4:1: this {{ has no matching }}");
}

#[test]
fn lexing_errors_point_into_the_block() {
    insta::assert_snapshot!(error_of("a\n\té {{ .x | § }}\n"), @"T:2:12: expected jq, found `§`");
    insta::assert_snapshot!(error_of("a\n{{ \"open }}\n"), @r#"T:2:4: this `"` is never closed"#);
    insta::assert_snapshot!(error_of("{{ \"bad \\escape\" }}\n"), @r#"T:1:10: expected string escape sequence, found `escape"`"#);
    insta::assert_snapshot!(error_of("{{ if true then ( -}}\nx\n"), @"T:1:17: this `(` is never closed");
    insta::assert_snapshot!(error_of("x\n{{ [1, 2 }}\n"), @"T:2:4: this `[` is never closed");
    insta::assert_snapshot!(error_of("x\n{{ ) else \"\" end }}\ny\n"), @r#"T:2:4: expected jq, found `) else "" end`"#);
}

#[test]
fn parse_errors_point_into_the_block() {
    insta::assert_snapshot!(error_of("a\nb {{ .x | }}\n"), @"T:2:10: expected term, found the end of the block");
    insta::assert_snapshot!(error_of("a\n{{ if true then \"x\" }}\n"), @"T:2:20: expected else or end, found the end of the block");
    insta::assert_snapshot!(error_of("a\n{{ if true ( -}}\nx\n{{ ) end }}\n"), @"T:4:6: expected `then`, found `end`");
    insta::assert_snapshot!(error_of("a\n{{ if true then ( -}}\nx\n{{ ) }}\n"), @"T:4:5: expected else or end, found the end of the block");
    insta::assert_snapshot!(error_of("{{ def f 1 }}x\n"), @"T:1:10: expected `:`, found `1`");
    insta::assert_snapshot!(error_of("{{ def f: }}x\n"), @"T:1:10: expected term, found the end of the block");
    insta::assert_snapshot!(error_of("{{\n\t.a\n\t.b c\n}}\n"), @"T:3:5: expected an operator or the end of the block, found `c`");
    insta::assert_snapshot!(error_of("x\n{{ \"a\" then }}\n"), @"T:2:8: expected an operator or the end of the block, found `then`");
}

#[test]
fn peculiarities_of_the_template_language_are_hinted_at() {
    insta::assert_snapshot!(error_of("{{ .a }} and {{ .b -}}\n"), @"T:1:7: expected jq, found `}} and {{ .b` (from `{{` to the `-}}` at the end of a line all is one block, whatever `}}` stands between)");
    insta::assert_snapshot!(error_of("{{ {a: {b: .x}} }}\n"), @"T:1:8: this `{` is never closed (the first `}}` ends the block; inside one write `} }`)");
}

#[test]
fn unknown_names_point_at_the_name() {
    insta::assert_snapshot!(error_of("a\n{{ .x }}\n{{ .x | nope(1; 2) }}\n"), @"T:3:9: unknown filter `nope/2`");
    insta::assert_snapshot!(error_of("{{ $nope }}\n"), @"T:1:4: unknown variable `$nope`");
    insta::assert_snapshot!(error_of("{{ a::b }}\n"), @"T:1:4: unknown module `a`");
    insta::assert_snapshot!(error_of("{{ if .x then ( -}}\na\n{{ ) elif\n\n oops then ( -}}\nb\n{{ ) else \"\" end }}\n"), @"T:5:2: unknown filter `oops/0`");
}

#[test]
fn run_time_errors_point_at_the_block() {
    insta::assert_snapshot!(error_of("a\n{{ .version }} {{ .n }}\n"), @r#"T:2:19: cannot calculate "a\n3.14.6 " + 5"#);
    insta::assert_snapshot!(error_of("a\n{{ .version.x }}\n"), @r#"T:2:4: cannot index "3.14.6" with "x""#);
    insta::assert_snapshot!(error_of("a\n{{ if .version | .[0] then ( -}}\nx\n{{ ) else \"\" end }}\n"), @r#"T:2:4: cannot index "3.14.6" with 0"#);
    insta::assert_snapshot!(error_of("{{ if false then ( -}}\nx\n{{ ) elif error(\"why\") then ( -}}\ny\n{{ ) end }}\n"), @"T:3:4: why");
    insta::assert_snapshot!(error_of("{{ .variants | map( -}}\n- {{ . }}\n{{ .x }}\n{{ ) | add }}\n"), @r#"T:3:4: cannot index "trixie" with "x""#);
    insta::assert_snapshot!(error_of("{{ def f: error(\"in f\") }}\n\n{{ f }}\n"), @"T:3:4: in f");
    insta::assert_snapshot!(error_of("x {{ .version.x }}\ny {{ .version }}{{ .version }}\n"), @r#"T:1:6: cannot index "3.14.6" with "x""#);
    insta::assert_snapshot!(error_of("{{ if .version.x then ( -}}\nx\n{{ ) else \"\" end -}}\n{{ .version }}\n"), @r#"T:1:4: cannot index "3.14.6" with "x""#);
    insta::assert_snapshot!(error_of("x\n{{ error(\"two\\nlines\") }}\n"), @r"T:2:4: two\nlines");
    insta::assert_snapshot!(error_of("x\n{{ error(null) }}\n"), @"T:2:4: null");
}

#[test]
fn messages_do_not_quote_the_whole_output() {
    let long = "x".repeat(100_000);
    let message = error_of(&format!("{long}\n{{{{ 5 }}}}\n"));
    assert!(message.len() < 300, "{message}");
    assert!(message.starts_with("T:2:4: cannot calculate \"xxx") && message.ends_with("x\\n\" + 5"), "{message}");
    let message = error_of(&format!("{{{{ {long} }}}}\n"));
    assert!(message.len() < 300, "{message}");
}

#[test]
fn the_result_must_be_one_string() {
    insta::assert_snapshot!(error_of("{{ null -}}\n"), @"T: a template yields exactly one string; this one yielded null");
    insta::assert_snapshot!(error_of("{{ .n -}}\n"), @"T: a template yields exactly one string; this one yielded 5");
    insta::assert_snapshot!(error_of("{{ [1] -}}\n"), @"T: a template yields exactly one string; this one yielded [1]");
    insta::assert_snapshot!(error_of("a{{ \"b\", \"c\" }}\n"), @"T: a template yields exactly one string; this one yielded more than one result");
    insta::assert_snapshot!(error_of("a{{ empty }}\n"), @"T: a template yields exactly one string; this one yielded none");
    insta::assert_snapshot!(error_of("a{{ \"b\", error(\"second\") }}\n"), @"T:1:5: second");
}

#[test]
fn a_template_that_renders_nothing_is_refused() {
    insta::assert_snapshot!(error_of(""), @"T: nothing to render: neither text nor an expression");
    insta::assert_snapshot!(error_of("{{ def f: 1 -}}\n{{ # x -}}\n"), @"T: nothing to render: neither text nor an expression");
}

#[test]
fn a_key_that_the_manifest_lacks_is_named() {
    let manifest = ManifestValue::parse(MANIFEST).unwrap();
    let template = Template::compile("T", "x\n", Path::new(".")).unwrap();
    let error = template.render(&manifest, &Variables { version: "3.99", ..LINUX }).unwrap_err();
    insta::assert_snapshot!(error, @r#"T: the manifest has no key "3.99""#);
    assert_eq!(template.render(&manifest, &Variables { version: "3.15-rc", ..LINUX }).unwrap(), "x\n");
}

#[test]
fn a_manifest_that_is_no_object_is_refused() {
    insta::assert_snapshot!(ManifestValue::parse("[]").unwrap_err(), @"invalid type: sequence, expected a map at line 1 column 0");
    insta::assert_snapshot!(ManifestValue::parse("{\"a\": NaN}").unwrap_err(), @"expected value at line 1 column 7");
    assert!(ManifestValue::parse(&format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000))).is_err());
}
