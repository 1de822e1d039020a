//! What the runner reads back of the records, and that a summary is cut to its limit.

use proptest::prelude::*;

use super::*;

/// As the runner's `FileCommandManager.cs` reads a file of outputs.
fn read(text: &str) -> Vec<(String, String)> {
    let mut lines = text.split('\n');
    let mut values = Vec::new();
    while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
        let (name, delimiter) = line.split_once("<<").expect("a heredoc");
        let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        values.push((name.to_owned(), value.join("\n")));
    }
    values
}

proptest! {
    #[test]
    fn a_value_reads_back_and_sets_nothing_else(
        values in proptest::collection::vec("(END_OF_VALUE|_|<<|=|\n|a|updated| ){0,12}", 1..5),
    ) {
        let text: String = values.iter().map(|value| assignment("name", value)).collect();
        let expected: Vec<_> = values.iter().map(|value| ("name".to_owned(), value.clone())).collect();
        prop_assert_eq!(read(&text), expected);
    }

    #[test]
    fn a_summary_fits_its_room_and_ends_with_a_whole_line(lines in proptest::collection::vec("[a-zé|]{0,30}", 0..40), room in 0_usize..600) {
        let text = format!("{}\n", lines.join("\n"));
        let fitted = fitted(&text, room);
        prop_assert!(fitted.len() <= room);
        let whole = fitted.strip_suffix(CUT).unwrap_or(&fitted);
        prop_assert!(text.starts_with(whole) && (whole.is_empty() || whole.ends_with('\n')));
    }
}

#[test]
fn what_is_there_stays_and_counts_against_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("summary.md");
    let records = Records { summary: Some(path.clone()), outputs: None };
    let before = format!("{}\n", "x".repeat(LIMIT - 200));
    fs::write(&path, &before).unwrap();
    assert_eq!(records.append("one", &[("updated", "3.14".to_owned())]), Vec::<String>::new());
    assert_eq!(records.append(&"line\n".repeat(100), &[]), Vec::<String>::new());
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&format!("{before}one\nline\n")) && text.ends_with(CUT) && text.len() <= LIMIT);
    assert_eq!(records.append(&"line\n".repeat(100), &[]), Vec::<String>::new());
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "no room is left");
}
