//! The rules of the template language, one a test.

use super::*;

#[test]
fn text_is_copied_and_blocks_are_evaluated() {
    assert_eq!(rendered("ENV V {{ .version }}\nCMD [\"python3\"]\n"), "ENV V 3.14.6\nCMD [\"python3\"]\n");
}

#[test]
fn text_is_never_read_as_jq() {
    let text = "\"quoted\" \\n \\(1+1) 'x' $HOME ${A%%[a-z]*} \t } }} é 🐍 # ) ( \u{0} \r\n";
    assert_eq!(rendered(text), text);
}

#[test]
fn a_missing_final_line_end_is_added() {
    assert_eq!(rendered("a"), "a\n");
    assert_eq!(rendered("{{ .version }}"), "3.14.6\n");
}

#[test]
fn a_block_that_ends_in_a_minus_eats_the_line_end() {
    assert_eq!(rendered("a\n{{ \"b\" -}}\nc\n"), "a\nbc\n");
    assert_eq!(rendered("a\n{{ \"b\" -}}"), "a\nb");
}

#[test]
fn splices_choose_text() {
    let template = "\
{{ if env.variant == \"trixie\" then ( -}}
full
{{ ) elif env.variant | startswith(\"slim-\") then ( -}}
slim {{ env.variant | ltrimstr(\"slim-\") }}
{{ ) else ( -}}
other
{{ ) end -}}
end
";
    assert_eq!(rendered(template), "slim trixie\nend\n");
}

#[test]
fn splices_repeat_text() {
    assert_eq!(rendered("{{ .variants | map( -}}\n- {{ . }}\n{{ ) | add -}}\n"), "- trixie\n- alpine3.24\n");
}

#[test]
fn splices_nest() {
    let template = "{{ if true then ( }}a{{ if false then ( }}b{{ ) else ( }}c{{ ) end }}d{{ ) else \"\" end }}\n";
    assert_eq!(rendered(template), "acd\n");
}

#[test]
fn a_splice_may_take_paths() {
    assert_eq!(rendered("{{ path( }}{{ .version }}{{ ) | .[0] }}\n"), "version\n");
    assert_eq!(rendered("{{ del( }}{{ .version }}{{ ) | has(\"version\") | tostring }}\n"), "false\n");
}

#[test]
fn a_definition_is_seen_ahead_of_where_it_stands() {
    assert_eq!(
        rendered("{{ f }}\n{{\n\tdef f:\n\t\t# why\n\t\t\"x\"\n-}}\n{{ def g($a): $a + $a; def h: g(f) }}{{ h }}\n"),
        "x\nxx\n"
    );
}

#[test]
fn a_block_of_one_comment_vanishes() {
    assert_eq!(rendered("a\n{{ # if ( -}}\nb\n"), "a\nb\n");
    assert_eq!(rendered("{{ # one\n.version }}\n"), "3.14.6\n");
}

#[test]
fn null_adds_nothing_to_text() {
    assert_eq!(rendered("a{{ .missing.deep }}b\n"), "ab\n");
}

#[test]
fn env_is_what_the_render_was_given_and_nothing_else() {
    assert!(std::env::vars().count() > 0, "the test needs a process environment to not see");
    assert_eq!(rendered("{{ env | tojson }}\n"), "{\"version\":\"3.14\",\"variant\":\"slim-trixie\"}\n");
    assert_eq!(rendered("{{ $ENV | keys | join(\" \") }}\n"), "variant version\n");
    assert_eq!(rendered("{{ env.PATH // \"none\" }}{{ env.HOME }}\n"), "none\n");
    let windows = Windows { variant: "servercore", release: "ltsc2025" };
    let variables = Variables { version: "3.14", variant: "windowsservercore-ltsc2025", windows: Some(windows) };
    let template = Template::compile("T", "{{ env | to_entries | map(.key, .value) | join(\" \") }}\n", Path::new("."));
    let manifest = ManifestValue::parse(MANIFEST).unwrap();
    insta::assert_snapshot!(
        template.unwrap().render(&manifest, &variables).unwrap(),
        @"version 3.14 variant windowsservercore-ltsc2025 windowsVariant servercore windowsRelease ltsc2025"
    );
}

#[test]
fn functions_that_jaq_lacks_are_there() {
    assert_eq!(rendered("{{ [\"a\" | IN(\"a\", \"b\"), IN(\"z\"; \"a\", \"b\")] | tojson }}\n"), "[true,false]\n");
    assert_eq!(rendered("{{ [{k: 1}, {k: 2}] | INDEX(.k) | tojson }}\n"), "{\"1\":{\"k\":1},\"2\":{\"k\":2}}\n");
    assert_eq!(rendered("{{ [1 | ltrimstr(\"a\"), rtrimstr(1)] | tojson }}\n"), "[1,1]\n");
    assert_eq!(
        rendered("{{ [\"aba\" | ltrimstr(\"a\"), rtrimstr(\"a\"), rtrimstr(\"\")] | tojson }}\n"),
        "[\"ba\",\"ab\",\"aba\"]\n"
    );
    assert_eq!(rendered("{{ [\"a\", null, 1] | join(\"-\") }}\n"), "a--1\n");
    assert_eq!(rendered("{{ [range(3), range(5; 0; -2)] | tojson }}\n"), "[0,1,2,5,3,1]\n");
    assert_eq!(rendered("{{ \"a\" | debug | debug(\"x\") | stderr }}\n"), "a\n");
}

#[test]
fn a_template_may_redefine_a_function() {
    assert_eq!(rendered("{{ def ltrimstr($x): \"mine\" }}{{ \"a\" | ltrimstr(\"a\") }}\n"), "mine\n");
}

#[test]
fn includes_and_imports_come_from_the_templates_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shared.jq"), "def greet: \"hello \" + .version;").unwrap();
    std::fs::write(folder.path().join("outer.jq"), "include \"shared\"; def twice: greet + \" \" + greet;").unwrap();
    assert_eq!(render_in(folder.path(), "{{ include \"shared\" }}{{ greet }}\n").unwrap(), "hello 3.14.6\n");
    assert_eq!(
        render_in(folder.path(), "{{ include \"shared\" {search: \"./\"} }}{{ greet }}\n").unwrap(),
        "hello 3.14.6\n"
    );
    assert_eq!(render_in(folder.path(), "{{ import \"shared\" as s }}{{ s::greet }}\n").unwrap(), "hello 3.14.6\n");
    assert_eq!(
        render_in(folder.path(), "{{ include \"outer\" }}{{ twice }}\n").unwrap(),
        "hello 3.14.6 hello 3.14.6\n"
    );
}

#[test]
fn render_all_keeps_the_order_of_its_jobs() {
    let manifest = ManifestValue::parse(MANIFEST).unwrap();
    let good = Template::compile("good", "{{ env.variant }}\n", Path::new(".")).unwrap();
    let bad = Template::compile("bad", "{{ env.variant | error }}\n", Path::new(".")).unwrap();
    let names: Vec<String> = (0..50).map(|number| format!("v{number}")).collect();
    let mut jobs = Vec::new();
    for (number, variant) in names.iter().enumerate() {
        let template = if number % 7 == 3 { &bad } else { &good };
        jobs.push(Job { template, variables: Variables { version: "3.14", variant, windows: None } });
    }
    let results = render_all(&jobs, &manifest);
    assert_eq!(results.len(), 50);
    for (number, result) in results.into_iter().enumerate() {
        match (number % 7 == 3, result) {
            (true, Err(error)) => assert_eq!(error.to_string(), format!("bad:1:4: v{number}")),
            (false, Ok(text)) => assert_eq!(text, format!("v{number}\n")),
            (_, other) => panic!("job {number}: {other:?}"),
        }
    }
    assert!(render_all(&[], &manifest).is_empty());
}

#[test]
fn templates_and_manifests_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Template>();
    shared::<ManifestValue>();
    shared::<TemplateError>();
}
