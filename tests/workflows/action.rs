//! The action: which binary it takes, and what it refuses.

use std::fs;

use serde_json::json;

use super::stage::{Flows, Ran};
use crate::support::worlds::calm;

/// Runs the action alone, with these inputs.
fn act(flows: &Flows, inputs: &str) -> Ran {
    let workflow = flows.home().join("act.yml");
    let text = format!(
        "name: Act\non: {{ push: }}\njobs:\n  act:\n    runs-on: ubuntu-24.04\n    permissions: {{}}\n    steps:\n      - name: Act\n        id: act\n        uses: pybump/pybump@main\n        with:\n{inputs}"
    );
    fs::write(&workflow, text).unwrap();
    flows.run_file(&workflow, "push", &json!({}), &json!({}))
}

#[test]
fn a_release_that_is_not_what_its_digests_and_attestation_say_is_refused() {
    for (damage, words) in [
        ("flipped", "has not the digest that SHA256SUMS"),
        ("missing", "is not to be had; is there a release"),
        ("unnamed", "should name pybump-"),
    ] {
        let Some(mut flows) = Flows::new(calm()) else { return };
        flows.damage = Some(damage);
        let ran = act(&flows, "          command: install\n");
        assert_eq!(ran.result("act"), "failure");
        let said = ran.said("act", "Get pybump");
        assert!(said.contains("::error title=Cannot get pybump::") && said.contains(words), "{said}");
    }
}

#[test]
fn a_binary_that_nobody_attests_is_refused() {
    let Some(flows) = Flows::new(calm()) else { return };
    fs::create_dir_all(flows.folder()).unwrap();
    fs::write(flows.folder().join("gh-status"), "1").unwrap();
    let ran = act(&flows, "          command: install\n");
    assert_eq!(ran.result("act"), "failure");
    let said = ran.said("act", "Get pybump");
    assert!(
        said.contains("no attestation that the release workflow of pybump/pybump built it from the tag v"),
        "{said}"
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        flows.asked(),
        [format!(
            "gh attestation verify pybump-{version}-x86_64-unknown-linux-musl.tar.gz --repo pybump/pybump \
             --signer-workflow pybump/pybump/.github/workflows/release.yml --source-ref refs/tags/v{version} \
             --deny-self-hosted-runners"
        )]
    );
}

#[test]
fn versions_and_modes_that_make_no_sense_are_refused_before_anything_is_downloaded() {
    for (inputs, words) in [
        ("          version: ../../x\n", "expected a version such as 0.1.0, found '../../x'"),
        ("          version: latest\n", "expected a version such as 0.1.0, found 'latest'"),
        ("          attestation: never\n", "expected 'available' or 'required', found 'never'"),
    ] {
        let Some(flows) = Flows::new(calm()) else { return };
        let ran = act(&flows, inputs);
        assert_eq!(ran.result("act"), "failure");
        let said = ran.said("act", "Get pybump");
        assert!(said.contains(words) && !said.contains("Download"), "{said}");
    }
}

#[test]
fn arguments_are_words_and_nothing_in_them_is_run() {
    let Some(flows) = Flows::new(calm()) else { return };
    let ran = act(&flows, "          command: tags\n          args: --registry $(touch${IFS}here) `id` * ;\n");
    assert_eq!(ran.result("act"), "failure");
    let said = ran.said("act", "Run pybump");
    assert!(said.starts_with("pybump tags --registry \\$\\(touch\\$\\{IFS\\}here\\) \\`id\\` \\* \\;\n"), "{said}");
}
