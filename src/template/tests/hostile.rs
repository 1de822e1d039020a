//! What a template gets that means harm, or is badly broken: an error, soon.

use super::*;

#[test]
fn what_reaches_out_of_a_render_is_unknown() {
    for call in [
        "now",
        "input",
        "inputs",
        "halt",
        "halt(1)",
        "halt_error",
        "halt_error(1)",
        "localtime",
        "input_filename",
        "strflocaltime(\"%Z\")",
        "input_line_number",
        "get_search_list",
        "$__prog_args",
        "modulemeta",
        "limit(1; inputs)",
    ] {
        let message = error_of(&format!("a\n{{{{ 0 | {call} }}}}\n"));
        assert!(message.starts_with("T:2:") && message.contains(": unknown "), "{call}: {message}");
    }
}

#[test]
fn endless_loops_are_given_up() {
    for template in [
        "{{ def f: (., f) | . }}{{ last(f) }}\n",
        "{{ def f: f }}{{ f }}\n",
        "{{ [repeat(1)] }}\n",
        "{{ [range(infinite)] }}\n",
        "{{ [range(0; 1; 0)] }}\n",
        "{{ last(range(1e18)) }}\n",
        "{{ range(infinite) | empty }}\n",
        "{{ 0 | until(false; . + 1) }}\n",
        "{{ [limit(1e15; repeat(\"x\"))] | add }}\n",
        "{{ 0 | [recurse(. + 1)] }}\n",
        "{{ first(range(1e18) | select(. < 0)) }}\n",
        "{{ reduce repeat(1) as $x (0; . + $x) }}\n",
        "{{ label $out | foreach repeat(1) as $x (0; . + 1; if . < 0 then ., break $out else empty end) }}\n",
        "{{ try repeat(error(1)) catch repeat(1) | empty }}\n",
    ] {
        let message = error_of(template);
        assert!(message.contains("endless loop"), "{template:?}: {message}");
    }
}

#[test]
fn endless_recursion_is_given_up() {
    for template in [
        "{{ def f: 1 + f }}{{ f }}\n",
        "{{ def f: [f] }}{{ f }}\n",
        "{{ def f: {a: f} }}{{ f }}\n",
        "{{ def f: f | f }}{{ f }}\n",
        "{{ def f(g): g + f(g) }}{{ f(1) }}\n",
        "{{ def f: try f catch . }}{{ f }}\n",
        "{{ def f: reduce f as $x (0; 1) }}{{ f }}\n",
        "{{ def f: .a | f | .b }}{{ path(f) }}\n",
        "{{ def f: . |= f }}{{ f }}\n",
        "{{ def f: if f then 1 else 2 end }}{{ f }}\n",
        "{{ def f: \"\\(f)\" }}{{ f }}\n",
    ] {
        let message = error_of(template);
        assert!(message.contains("given up"), "{template:?}: {message}");
    }
}

#[test]
fn a_value_nested_as_deep_as_steps_allow_does_not_overflow_the_stack() {
    let nest = "[".repeat(1000) + "." + &"]".repeat(1000);
    let deep = format!("reduce range(97) as $i (null; {nest})");
    for (use_of_it, expected) in [("tojson | length | tostring", "194004\n"), (". == . | tostring", "true\n")] {
        assert_eq!(rendered(&format!("{{{{ {deep} | {use_of_it} }}}}\n")), expected);
    }
    for use_of_it in ["(.. |= .) | tojson", "walk(.) | tojson", "error", "[range(infinite)]"] {
        let message = error_of(&format!("{{{{ {deep} | {use_of_it} }}}}\n"));
        assert!(message.len() < 300, "{message}");
    }
    insta::assert_snapshot!(error_of("{{ \"[\" * 1000000 | fromjson }}\n"), @"T:1:4: JSON in text may be nested 128 levels deep");
    assert_eq!(rendered("{{ \"[\\\"[[\\\", 08]\" | fromjson | tojson }}\n"), "[\"[[\",8]\n");
}

#[test]
fn a_loop_that_ends_is_no_endless_loop() {
    assert_eq!(rendered("{{ [range(20000)] | length | tostring }}\n"), "20000\n");
    assert_eq!(rendered("{{ first(repeat(\"x\")) }}\n"), "x\n");
    assert_eq!(rendered("{{ [limit(3; range(infinite))] | tojson }}\n"), "[0,1,2]\n");
}

#[test]
fn a_template_past_a_limit_is_refused() {
    insta::assert_snapshot!(error_of(&"x".repeat(TEMPLATE_LIMIT + 1)), @"T: the template has 1048577 bytes; the limit is 1048576");
    insta::assert_snapshot!(error_of(&format!("{{{{ {} }}}}\n", "(".repeat(CODE_LIMIT))), @"T: the code in the template's blocks has 65576 bytes; the limit is 65536");
}

#[test]
fn the_deepest_template_within_the_limits_does_not_overflow_the_stack() {
    let code = CODE_LIMIT - 200;
    let of = |open: &str, middle: &str, close: &str| {
        let levels = code / (open.len() + close.len());
        format!("{{{{ {}{middle}{} }}}}\n", open.repeat(levels), close.repeat(levels))
    };
    for template in [
        of("(", "1", ")"),
        of("(", "", ""),
        of("[", "1", "]"),
        of("{a:", "1", "}"),
        of("-", "1", ""),
        of("try ", "1", ""),
        of("1|", "1", ""),
        of("1+", "1", ""),
        of("1,", "1", ""),
        of("1//", "1", ""),
        of(".a|=", "1", ""),
        of(". as $a|", "1", ""),
        of("label $a|", "1", ""),
        of("if 1 then ", "1", " end"),
        of("if ", "1", " then 1 end"),
        of("def f:", "1", ";1"),
        of("reduce ", ".", " as $a (1;1)"),
        of("\"\\(", "1", ")\""),
        of(".[", "1", "]"),
        of(".a", "", ""),
        of("f(", "1", ")"),
        of("{{", "1", "}}"),
        of("x}}{{", "1", ""),
    ] {
        if let Ok(text) = render(&template) {
            assert!(text.len() < 100);
        }
    }
}

#[test]
fn many_blocks_are_no_harm() {
    let template = "a{{ \"b\" }}".repeat(500) + "\n";
    assert_eq!(rendered(&template), "ab".repeat(500) + "\n");
    let unclosed = "{{\n".repeat(TEMPLATE_LIMIT / 3);
    assert!(error_of(&unclosed).contains("no matching }}"));
    let comments = "{{#}}".repeat(TEMPLATE_LIMIT / 5);
    assert_eq!(rendered(&comments), "\n");
}

#[test]
fn includes_do_not_leave_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("repo");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(outside.path().join("secret.jq"), "def secret: \"s\";").unwrap();
    std::fs::write(folder.join("loop.jq"), "include \"loop\"; def x: 1;").unwrap();
    std::fs::write(folder.join("broken.jq"), "def x: 1;\ndef y: |;").unwrap();
    std::fs::write(folder.join("unknown.jq"), "\n\n def y: nope;").unwrap();
    std::fs::write(folder.join("data.json"), "[1]").unwrap();
    std::fs::write(folder.join("huge.jq"), " ".repeat(TEMPLATE_LIMIT + 1)).unwrap();
    std::os::unix::fs::symlink("../secret.jq", folder.join("link.jq")).unwrap();
    let error = |block: &str| {
        let error = render_in(&folder, &format!("x\n{{{{ {block} }}}}\n")).unwrap_err().to_string();
        error.replace(folder.to_str().unwrap(), "FOLDER")
    };
    insta::assert_snapshot!(error("include \"../secret\""), @"T:2:13: cannot include `../secret`: only files in the template's own folder can be included");
    insta::assert_snapshot!(error("include \"/etc/passwd\""), @"T:2:13: cannot include `/etc/passwd`: only files in the template's own folder can be included");
    insta::assert_snapshot!(error("include \"./../secret\""), @"T:2:13: cannot include `./../secret`: only files in the template's own folder can be included");
    insta::assert_snapshot!(error("include \"link\""), @"T:2:13: cannot include `link`: link.jq is a link that leads out of the template's folder");
    insta::assert_snapshot!(error("include \"missing\""), @"T:2:13: cannot include `missing`: missing.jq in FOLDER: No such file or directory (os error 2)");
    insta::assert_snapshot!(error("include \"secret\" {search: \"..\"}"), @r#"T:2:13: cannot include `secret`: the only search path that is allowed is {search: "./"}"#);
    insta::assert_snapshot!(error("include \"loop\""), @"loop.jq:1:10: cannot include `loop`: circular include/import");
    insta::assert_snapshot!(error("include \"broken\""), @"broken.jq:2:8: expected term, found `|`");
    insta::assert_snapshot!(error("include \"unknown\""), @"unknown.jq:3:9: unknown filter `nope/0`");
    insta::assert_snapshot!(error("include \"huge\""), @"T:2:13: cannot include `huge`: huge.jq has 1048577 bytes; the limit is 65536");
    insta::assert_snapshot!(error("import \"data\" as $data"), @"T:2:12: cannot include `data`: data cannot be imported, only definitions");
}
