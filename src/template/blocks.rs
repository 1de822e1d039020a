//! Cuts a template's text into text runs and `{{ … }}` blocks.
//!
//! Owns where a block starts and ends, quirks included; reads line by line, as docker-library's gawk implementation does
//! (`scripts/jq-template.awk` in docker-library/bashbrew). Refuses a block that is never closed; knows nothing of jq.

use std::ops::Range;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
const CLOSE_AND_EAT_LINE_END: &str = "-}}\n";

/// What awk calls `[[:space:]]`.
pub(super) const SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];

/// One part of a template, as byte ranges of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that is copied to the output. Never empty.
    Text(Range<usize>),
    /// What stands between `{{` and `}}` (or `-}}`), white space at both ends left out. Never empty.
    Block(Range<usize>),
}

/// The `{{` at this byte offset has no `}}`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclosed(pub usize);

/// Cuts `text`, which must end in a line end (or be empty), into its parts in order.
///
/// Lines are gathered until as many `}}` as `{{` have been read. Then each block runs from its `{{` to the first `-}}` that
/// ends a line, even when a `}}` stands before it, and only where there is none to the first `}}`. So of two blocks on one
/// line either both end in a plain `}}`, or they are read as one.
pub(super) fn cut(text: &str) -> Result<Vec<Part>, Unclosed> {
    let mut parts = Parts { text, found: Vec::new() };
    let mut copied_to = 0;
    let mut region = Region::default();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.len();
        let start = if region.start.is_some() { Some(0) } else { line.find(OPEN) };
        let start = start.map(|offset| line_start + offset);
        line_start = line_end;
        let Some(start) = start else { continue };
        let first = *region.start.get_or_insert(start);
        region.opens += text[start..line_end].matches(OPEN).count();
        region.closes += text[start..line_end].matches(CLOSE).count();
        if region.opens <= region.closes {
            parts.text(copied_to..first);
            copied_to = parts.blocks_of(first..line_end)?;
            region = Region::default();
        }
    }
    if let Some(start) = region.start {
        return Err(Unclosed(start));
    }
    parts.text(copied_to..text.len());
    Ok(parts.found)
}

/// The lines gathered since a `{{` that was not yet balanced.
#[derive(Default)]
struct Region {
    start: Option<usize>,
    opens: usize,
    closes: usize,
}

struct Parts<'t> {
    text: &'t str,
    found: Vec<Part>,
}

impl Parts<'_> {
    fn text(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.found.push(Part::Text(range));
        }
    }

    fn block(&mut self, range: Range<usize>) {
        let inner = &self.text[range.clone()];
        let start = range.start + (inner.len() - inner.trim_start_matches(SPACE).len());
        let inner = inner.trim_matches(SPACE);
        if !inner.is_empty() {
            self.found.push(Part::Block(start..start + inner.len()));
        }
    }

    /// Takes the balanced lines `region` apart; returns where its last block ends.
    fn blocks_of(&mut self, region: Range<usize>) -> Result<usize, Unclosed> {
        let text = &self.text[..region.end];
        let last_eating_close = text[region.start..].rfind(CLOSE_AND_EAT_LINE_END).map(|offset| region.start + offset);
        let mut at = region.start;
        while let Some(offset) = text[at..].find(OPEN) {
            let open = at + offset;
            let body = open + OPEN.len();
            self.text(at..open);
            let close = if last_eating_close.is_some_and(|last| last >= body) { CLOSE_AND_EAT_LINE_END } else { CLOSE };
            let end = body + text[body..].find(close).ok_or(Unclosed(open))?;
            self.block(body..end);
            at = end + close.len();
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parts = cut(text).unwrap();
        let show = |part: &Part| match part {
            Part::Text(range) => format!("text  {:?}", &text[range.clone()]),
            Part::Block(range) => format!("block {:?}", &text[range.clone()]),
        };
        parts.iter().map(show).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn blocks_and_text_alternate() {
        insta::assert_snapshot!(shown("a {{ .b }} c\nd\n{{ .e }}{{ .f }}\n"), @r#"
        text  "a "
        block ".b"
        text  " c\nd\n"
        block ".e"
        block ".f"
        text  "\n"
        "#);
    }

    #[test]
    fn a_minus_at_the_close_eats_the_line_end_only_where_the_line_ends() {
        insta::assert_snapshot!(shown("{{ 1 -}}\n{{ 2 -}} \n"), @r#"
        block "1"
        block "2 -"
        text  " \n"
        "#);
    }

    #[test]
    fn lines_are_gathered_until_braces_balance() {
        insta::assert_snapshot!(shown("x {{\n\tdef f:\n\t\t1\n-}}\ny\n"), @r#"
        text  "x "
        block "def f:\n\t\t1"
        text  "y\n"
        "#);
        insta::assert_snapshot!(shown("{{ {a: {b: 1} } | .a.b }}\n"), @r#"
        block "{a: {b: 1} } | .a.b"
        text  "\n"
        "#);
    }

    #[test]
    fn of_two_blocks_on_a_line_only_the_last_of_which_eats_the_line_end_one_is_made() {
        insta::assert_snapshot!(shown("{{ 1 }} and {{ 2 -}}\nrest\n"), @r#"
        block "1 }} and {{ 2"
        text  "rest\n"
        "#);
    }

    #[test]
    fn empty_blocks_vanish() {
        insta::assert_snapshot!(shown("a{{}}b{{ \t}}c\n"), @r#"
        text  "a"
        text  "b"
        text  "c\n"
        "#);
    }

    #[test]
    fn a_block_without_an_end_is_refused_where_it_opens() {
        assert_eq!(cut("a\nb {{ 1\nc\n"), Err(Unclosed(4)));
        assert_eq!(cut("{{ 1 }} }} {{ 2\n"), Err(Unclosed(11)));
    }

    #[test]
    fn text_without_blocks_is_one_run() {
        assert_eq!(cut("a }} b\nc\n"), Ok(vec![Part::Text(0..9)]));
        assert_eq!(cut(""), Ok(vec![]));
    }
}
