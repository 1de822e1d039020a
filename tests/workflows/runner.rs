//! The runner itself: it evaluates as GitHub does, and what it does not know fails a test instead of passing it.

use std::fs;

use serde_json::json;

use super::stage::{Flows, Ran};
use crate::support::worlds::calm;

/// Runs these steps, as YAML below `steps:`.
fn step(flows: &Flows, step: &str) -> Result<Ran, String> {
    let workflow = flows.home().join("step.yml");
    let text = format!(
        "name: Step\non: {{ push: }}\nenv: {{ OUTER: outer }}\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n{step}"
    );
    fs::write(&workflow, text).unwrap();
    flows.try_file(&workflow, "push", &json!({ "number": 3 }), &json!({}))
}

#[test]
fn expressions_mean_what_they_mean_to_github() {
    let Some(mut flows) = Flows::new(calm()) else { return };
    flows.vars = json!({ "NAME": "Ann" });
    for (expression, value) in [
        ("'it''s' == 'IT''S'", "true"),
        ("vars.NAME && 'yes' || 'no'", "yes"),
        ("vars.NOBODY && 'yes' || 'no'", "no"),
        ("!secrets.NONE && github.event.number == '3'", "true"),
        ("github.event.missing.further", ""),
        ("contains(fromJSON('[\"a\", \"b\"]'), 'B')", "true"),
        ("startsWith(github.ref, 'refs/heads/') && format('{0}-{1}', env.OUTER, 2)", "outer-2"),
        ("fromJSON('{\"list\": [1, 2]}').list[1]", "2"),
        ("1 < 2 == true", "true"),
        ("hashFiles('nothing')", ""),
    ] {
        let yaml = format!(
            "      - name: One\n        env:\n          VALUE: >-\n            ${{{{ {expression} }}}}\n        run: printf '<%s>' \"$VALUE\"\n"
        );
        let ran = step(&flows, &yaml).unwrap().green();
        assert_eq!(ran.said("one", "One"), format!("<{value}>"), "{expression}");
    }
}

#[test]
fn after_a_failure_only_steps_that_ask_for_it_run() {
    let Some(flows) = Flows::new(calm()) else { return };
    let yaml = "      - { name: Fails, run: \"false | true\", shell: bash }\n      - { name: Next, run: \"true\" }\n      \
                - { name: Nevertheless, if: \"${{ !cancelled() && env.OUTER == 'outer' }}\", run: \"true\" }\n      \
                - { name: On failure, if: failure(), run: \"true\" }\n      - { name: Always, if: always(), run: \"true\" }\n";
    let ran = step(&flows, yaml).unwrap();
    assert_eq!(ran.result("one"), "failure");
    let outcomes: Vec<_> = ran.steps("one").into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["failure", "skipped", "success", "success", "success"]);
}

#[test]
fn what_steps_leave_for_others_is_theirs_and_lasts_for_the_job() {
    let Some(flows) = Flows::new(calm()) else { return };
    let yaml = "      - id: first\n        run: |\n          echo A=1 >> \"$GITHUB_ENV\"\n          echo \"$RUNNER_TEMP/own\" >> \"$GITHUB_PATH\"\n          \
                printf 'text<<END\\ntwo\\nlines\\nEND\\n' >> \"$GITHUB_OUTPUT\"\n      - name: One\n        env: { TEXT: \"${{ steps.first.outputs.text }}\" }\n        \
                run: echo \"$A $TEXT ${PATH%%:*}\"\n";
    let ran = step(&flows, yaml).unwrap().green();
    let said = ran.said("one", "One");
    assert!(said.starts_with("1 two\nlines ") && said.ends_with("/temp/own\n"), "{said}");
}

#[test]
fn what_the_runner_does_not_know_is_an_error() {
    let Some(mut flows) = Flows::new(calm()) else { return };
    flows.secrets = json!({ "WORD": "open sesame" });
    for (yaml, words) in [
        ("      - { run: \"true\", if: \"steps.mistyped.outcome\" }\n", "there is no steps.mistyped"),
        ("      - { run: \"true\", if: \"inputs.dry\" }\n", "there is no inputs.dry"),
        ("      - { run: \"true\", if: \"github.repo\" }\n", "there is no github.repo"),
        ("      - { run: \"true\", if: \"nothing.known\" }\n", "no context nothing"),
        ("      - { run: \"true\", if: \"lower('A')\" }\n", "no function lower"),
        ("      - { run: \"true\", if: \"(true\" }\n", "expected )"),
        ("      - { run: \"true\", continue-on-error: true }\n", "does not know ['continue-on-error']"),
        ("      - { name: Tells, run: \"echo ${{ secrets.WORD }}\" }\n", "Tells: a secret was printed"),
    ] {
        let told = step(&flows, yaml).err().unwrap_or_else(|| panic!("{yaml} was taken"));
        assert!(told.contains(words), "{words}: {told}");
    }
    for (yaml, words) in [
        ("      - { name: One, uses: somebody/thing@main }\n", "no stand-in for somebody/thing"),
        ("      - { name: One, uses: actions/cache@v5 }\n", "actions/cache is not pinned by its commit"),
    ] {
        let ran = step(&flows, yaml).unwrap();
        assert_eq!((ran.result("one"), ran.said("one", "One")), ("failure", words));
    }
}
