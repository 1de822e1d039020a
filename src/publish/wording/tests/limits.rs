//! However many series and variants: below GitHub's limit, sound, and with its end.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::escape::{hostile, mentions, outside_code};
use super::scene::*;
use crate::layout::Edit;
use crate::publish::SeriesCommit;
use crate::publish::wording::fit::{LIMIT, length};
use crate::publish::wording::{PersonsPull, image};
use crate::resolve::{Change, Hold, Outcome, Plan, SeriesPlan};

/// A plan whose every text is hostile: some series change, some wait, are held or are a person's.
fn plan(texts: &[String], variants: usize) -> (Plan, Vec<SeriesCommit>, Vec<PersonsPull>) {
    static CHANGE: LazyLock<Change> =
        LazyLock::new(|| Change { components: vec![get_pip(Some("a"), "b")], ..change("3.14.1", "3.14.2") });
    static HOSTILE: LazyLock<Change> = LazyLock::new(|| {
        let source = signed_by(
            "a|b`</details>@x -->;$(id)",
            CHANGE.source.artifact(),
            CHANGE.source.sha256(),
            "2025-12-02T14:03:05Z",
        );
        Change { source, ..CHANGE.clone() }
    });
    let (mut all, mut commits, mut persons) = (Vec::new(), Vec::new(), Vec::new());
    for (minor, text) in texts.iter().enumerate() {
        let key = key(&format!("3.{minor}"));
        let outcome = match minor % 8 {
            5 => waiting(text),
            6 => Outcome::Held { hold: Hold::Unrenderable { error: text.clone() }, since: None },
            1 => Outcome::Update(Box::new(HOSTILE.clone())),
            _ => Outcome::Update(Box::new(CHANGE.clone())),
        };
        if matches!(outcome, Outcome::Update(_)) && minor % 8 == 7 {
            persons.push(PersonsPull {
                opened_at: jiff::Timestamp::UNIX_EPOCH,
                number: 12,
                title: text.clone(),
                keys: vec![key],
            });
        } else if matches!(outcome, Outcome::Update(_)) {
            let file =
                |number| Edit::Write { path: format!("{key}/{number}/{text}/Dockerfile").into(), text: String::new() };
            commits.push(SeriesCommit {
                key,
                subject: text.clone(),
                body: text.clone(),
                edits: (0..variants).map(file).collect(),
                date: at("2025-12-02T14:03:05Z"),
            });
        }
        let notes = vec![text.clone(); 2];
        all.push(SeriesPlan { key, at: None, outcome, pending: None, artifacts: Vec::new(), notes });
    }
    (Plan { series: all, incomplete: false }, commits, persons)
}

/// `body` without its fenced blocks.
fn outside_fences(body: &str) -> String {
    let mut fenced = false;
    let lines = body.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_body_is_too_long_loses_its_end_or_lets_text_from_outside_act(
        texts in proptest::collection::vec(hostile(), 1..60),
        variants in 0_usize..60,
        repeat in prop_oneof![Just(1_usize), Just(40)],
    ) {
        let texts: Vec<_> = texts.into_iter().map(|text| text.repeat(repeat)).collect();
        let (plan, commits, persons) = plan(&texts, variants);
        let place = Place::new();
        let wording = image(&facts(&plan, &commits, &place, &persons), ENDING);
        let body = &wording.body;
        prop_assert!(length(body) <= LIMIT, "{}", length(body));
        prop_assert!(body.ends_with(ENDING));
        let reproduced = body.contains("pybump update ") && body.contains("git rev-parse 'HEAD^{tree}'");
        prop_assert!(reproduced);
        prop_assert!(body.contains("**Not built and not tested:**"));
        prop_assert!(wording.title.chars().count() <= 256 && !wording.title.contains('\n'));
        prop_assert!(!mentions(body));

        let live = outside_fences(body.strip_suffix(ENDING).unwrap_or_default());
        let mut depth = 0;
        for line in live.lines() {
            let line = outside_code(line);
            depth += i32::from(line == "<details>") - i32::from(line == "</details>");
            prop_assert!((0..=2).contains(&depth), "{}", body);
            let mut rest = line.clone();
            for tag in ["<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>", "<br>"] {
                rest = rest.replace(tag, "");
            }
            prop_assert!(!rest.contains('<') && !rest.contains('@') && !rest.contains("evil"), "{}", line);
            if line.starts_with('|') {
                let cells = line.matches('|').count();
                prop_assert!(cells == 3 || cells == 4 || cells == 5, "{}", line);
            }
        }
        prop_assert_eq!(depth, 0);
    }
}

#[test]
fn what_is_least_important_goes_first_and_is_told() {
    let lengths = [(20, 2), (40, 60), (60, 60)];
    let left_out = lengths.map(|(series, variants)| {
        let (plan, commits, persons) = plan(&vec!["one two three".to_owned(); series], variants);
        let place = Place::new();
        let body = image(&facts(&plan, &commits, &place, &persons), ENDING).body;
        let rows = body.lines().filter(|line| line.starts_with("| **3.")).count();
        assert_eq!(rows, commits.len(), "every series has its row");
        let lists = body.matches("no room to list them").count();
        let details = body.lines().find(|line| line.contains("no room for the details")).unwrap_or_default();
        format!("{series} series, {lists} without a list; {details}\n")
    });
    insta::assert_snapshot!(left_out.concat(), @r"
    20 series, 0 without a list; 
    40 series, 24 without a list; There was no room for the details of the other 1 series: their commits have the files, and `pybump verify` the evidence.
    60 series, 18 without a list; There was no room for the details of the other 21 series: their commits have the files, and `pybump verify` the evidence.
    ");
}
