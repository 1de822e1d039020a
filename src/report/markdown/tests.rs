//! That no text breaks out of the tables and code that it stands in.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn held(why: &str, note: &str) -> CheckReport {
    let reason = Reason { code: "signer".to_owned(), text: why.to_owned(), since: Some(Timestamp::UNIX_EPOCH) };
    let series = SeriesReport {
        key: "3.14".to_owned(),
        at: Some("3.14.2".to_owned()),
        target: None,
        status: Status::Held,
        reason: Some(reason),
        pending: None,
        components: Vec::new(),
        dropped_variants: Vec::new(),
        artifacts: Vec::new(),
        stale: None,
        notes: vec![note.to_owned()],
    };
    CheckReport { schema: 1, series: vec![series] }
}

fn markdown(why: &str, note: &str) -> String {
    let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(5);
    check_markdown(&held(why, note), Palette { width: usize::MAX, now, verbose: false })
}

#[test]
fn a_hold_tells_why_and_since_when() {
    insta::assert_snapshot!(markdown("signed by <b>mallory</b> | @mallory", "the page says \n\n# so"), @r"
    | series | CPython | state | why |
    |---|---|---|---|
    | 3.14 | 3.14.2 | **held** | since 1970-01-01 00:00 UTC (5 h): signed by `<b>mallory</b>` `\u{7c}` `\u{40}mallory` |

    - 3.14: the page says `#` so

    1 series: 1 held
    ");
}

proptest! {
    #[test]
    fn words_from_outside_stay_in_their_cell_and_their_item(
        why in "([|`<>@#\\[\\]()*_\n\r ]|<img src=x>|@mallory|::error::|.){0,30}",
        note in "([|`<>@#\\[\\]()*_\n\r ]|<!--|-->|</details>|.){0,30}",
    ) {
        let text = markdown(&why, &note);
        prop_assert_eq!(text.lines().count(), 7, "{}", text);
        let row = text.lines().nth(2).unwrap();
        prop_assert_eq!(row.matches('|').count(), 5, "{}", row);
        // Outside of code nothing is left that markdown would interpret.
        for words in [row.split_once("(5 h): ").unwrap().1, text.lines().nth(4).unwrap()] {
            let outside: String = words.split('`').step_by(2).collect();
            prop_assert!(!outside.contains(['<', '>', '@', '[', ']', '*', '_', '#']), "{}", words);
        }
    }
}
