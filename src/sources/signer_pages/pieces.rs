//! What may carry the meaning of a page, cut out of whatever template stands around it: tables and list items.
//!
//! Owns a scan whose time and memory are linear. Refuses pieces whose markup is deep, out of order, or can be read in two
//! ways: on such markup a browser's rules of repair, which the parser follows, cost the square of its size.

use scraper::{ElementRef, Html, Node};

/// The elements that a piece may hold.
const ELEMENTS: [&str; 34] = [
    "a", "abbr", "b", "caption", "code", "colgroup", "dd", "del", "div", "dt", "em", "i", "ins", "kbd", "li", "p", "s",
    "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "var", "wbr",
];

/// Those of them, and others, that have no end.
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];

/// Those whose end may be left out.
const ENDED_BY_OTHERS: [&str; 8] = ["colgroup", "p", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// The elements whose content is no markup.
const RAW: [&str; 9] = ["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"];

/// The most tags of a piece. The real table has some 100.
const TAGS: usize = 4_096;

/// The deepest nesting of a piece. A link in a table is at the fifth level.
const DEPTH: usize = 12;

/// The outermost tables of `page`, each from its start to its end.
pub(super) fn tables(page: &str) -> Vec<&str> {
    let (mut found, mut depth, mut begun) = (Vec::new(), 0_usize, 0);
    for tag in Tags::of(page).filter(|tag| tag.name == "table") {
        match (tag.ends, depth) {
            (false, _) => {
                begun = if depth == 0 { tag.start } else { begun };
                depth += 1;
            }
            (true, 0) => {}
            (true, _) => {
                depth -= 1;
                found.extend((depth == 0).then(|| &page[begun..tag.stop]));
            }
        }
    }
    found.extend((depth > 0).then(|| &page[begun..]));
    found
}

/// What the list items of `page` hold, less the lists in them, whose items stand for themselves.
pub(super) fn items(page: &str) -> Vec<&str> {
    let (mut found, mut begun) = (Vec::new(), None);
    for tag in Tags::of(page).filter(|tag| matches!(tag.name.as_str(), "li" | "ul" | "ol")) {
        found.extend(begun.take().map(|begun| &page[begun..tag.start]));
        begun = (tag.name == "li" && !tag.ends).then_some(tag.stop);
    }
    found.extend(begun.map(|begun| &page[begun..]));
    found
}

/// True of a page that came to its end.
pub(super) fn is_whole(page: &str) -> bool {
    Tags::of(page).last().is_some_and(|tag| tag.ends && tag.name == "html")
}

/// Parses a piece; the error is what was found that no piece may hold.
pub(super) fn parsed(piece: &str) -> Result<Html, String> {
    check(piece)?;
    Ok(Html::parse_fragment(piece))
}

/// The text of `element` on one line, a space where a block or a line of it ends.
pub(super) fn text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(part) => text.push_str(part),
            Node::Element(inner) if matches!(inner.name(), "br" | "div" | "p" | "dd" | "dt") => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(piece: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut tags = Tags::of(piece);
    let mut count = 0;
    for tag in tags.by_ref() {
        count += 1;
        let shown = || format!("<{}{} …>", if tag.ends { "/" } else { "" }, tag.name);
        let is_void = VOID.contains(&tag.name.as_str());
        if count > TAGS {
            return Err(format!("more than {TAGS} tags"));
        }
        if !tag.sound || !(is_void || ELEMENTS.contains(&tag.name.as_str())) {
            return Err(shown());
        }
        if tag.ends {
            while open.last().is_some_and(|last| *last != tag.name && ENDED_BY_OTHERS.contains(&last.as_str())) {
                open.pop();
            }
            if open.pop().as_ref() != Some(&tag.name) {
                return Err(format!("{} out of place", shown()));
            }
        } else if !is_void {
            // Of the others a browser opens some again in each later block.
            let again = open.contains(&tag.name) && !ENDED_BY_OTHERS.contains(&tag.name.as_str()) && tag.name != "div";
            if again || open.len() == DEPTH {
                return Err(format!("{} out of place", shown()));
            }
            let replaced = |last: &String| {
                matches!(
                    (last.as_str(), tag.name.as_str()),
                    ("td" | "th", "td" | "th" | "tr") | ("tr", "tr") | ("p", "p")
                )
            };
            while open.last().is_some_and(replaced) {
                open.pop();
            }
            open.push(tag.name);
        }
    }
    if tags.stuck {
        return Err("a tag without an end".to_owned());
    }
    match open.iter().find(|name| !ENDED_BY_OTHERS.contains(&name.as_str())) {
        Some(name) => Err(format!("<{name}> without an end")),
        None => Ok(()),
    }
}

/// A tag of a page.
struct Tag {
    name: String,
    ends: bool,
    /// The place of its `<`.
    start: usize,
    /// The place behind its `>`.
    stop: usize,
    /// False where it might be read in another way.
    sound: bool,
}

/// The tags of a page, less those in comments and scripts.
struct Tags<'a> {
    page: &'a str,
    at: usize,
    /// True where the rest of the page is within a tag, a comment or a script.
    stuck: bool,
}

impl<'a> Tags<'a> {
    fn of(page: &'a str) -> Self {
        Self { page, at: 0, stuck: false }
    }

    /// Goes on behind the next `end`.
    fn skip(&mut self, from: usize, end: &str) -> Option<()> {
        let found = self.page[from..].find(end);
        self.stuck = found.is_none();
        self.at = found? + from + end.len();
        Some(())
    }

    /// Goes on at the end tag of a raw element.
    fn skip_raw(&mut self, name: &str) -> Option<()> {
        let rest = &self.page.as_bytes()[self.at..];
        let is_end = |window: &[u8]| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name.as_bytes());
        let found = rest.windows(name.len() + 2).position(is_end);
        self.stuck = found.is_none();
        self.at += found?;
        Some(())
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        while !self.stuck {
            let start = self.page[self.at..].find('<')? + self.at;
            let rest = &self.page[start + 1..];
            if rest.starts_with("!--") {
                self.skip(start + 4, "-->")?;
                continue;
            }
            if rest.starts_with(['!', '?']) {
                self.skip(start, ">")?;
                continue;
            }
            let ends = rest.starts_with('/');
            let name_at = start + 1 + usize::from(ends);
            let name = &self.page[name_at..];
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.at = start + 1;
                continue;
            }
            let length = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(name.len());
            let (name, attributes) = (name[..length].to_ascii_lowercase(), &name[length..]);
            let Some((after, sound)) = end_of_tag(attributes) else {
                self.stuck = true;
                return None;
            };
            self.at = name_at + length + after;
            let stop = self.at;
            if !ends && RAW.contains(&name.as_str()) && self.skip_raw(&name).is_none() {
                return None;
            }
            return Some(Tag { name, ends, start, stop, sound });
        }
        None
    }
}

/// How long the attributes of a tag are, its `>` included, and whether they are a row of names and values whose quotes
/// are in order.
fn end_of_tag(attributes: &str) -> Option<(usize, bool)> {
    let (mut sound, mut quote, mut before) = (true, None, ' ');
    for (at, c) in attributes.char_indices() {
        match quote {
            Some(open) if c == open => {
                quote = None;
                before = open;
                continue;
            }
            Some(_) => continue,
            None => {}
        }
        match c {
            '>' => return Some((at + 1, sound)),
            '"' | '\'' if before == '=' => {
                quote = Some(c);
                continue;
            }
            '"' | '\'' | '<' | '`' => sound = false,
            _ if matches!(before, '"' | '\'') && !c.is_whitespace() && c != '/' => sound = false,
            _ => {}
        }
        if !(before == '=' && c.is_whitespace()) {
            before = c;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_items_are_found_in_any_template() {
        let page = "<!DOCTYPE html><html><!-- <table> --><script>var a = '<table><li>'</script><nav><ul><li class='a>b'>\
                    Menu<ul><li>Sub</ul></ul></nav><TABLE a=\"<\"><tr><td><table></table></table><p title=\">\"></html>\n";
        assert_eq!(tables(page), ["<TABLE a=\"<\"><tr><td><table></table></table>"]);
        assert_eq!(items(page), ["Menu", "Sub"]);
        assert!(is_whole(page) && !is_whole("<html><table>") && !is_whole("</html><p>") && !is_whole(""));
    }

    #[test]
    fn pieces_that_can_be_read_in_two_ways_are_refused() {
        let found = |piece: &str| parsed(piece).map(|_| ()).unwrap_err();
        insta::assert_snapshot!(found("<script>x</script>"), @"<script …>");
        insta::assert_snapshot!(found("<a href=x\"y>z</a>"), @"<a …>");
        insta::assert_snapshot!(found("<b><b>"), @"<b …> out of place");
        insta::assert_snapshot!(found("<b>"), @"<b> without an end");
        insta::assert_snapshot!(found("<b><i></b></i>"), @"</b …> out of place");
        insta::assert_snapshot!(found("text <a href='x"), @"a tag without an end");
        insta::assert_snapshot!(found("<!-- text"), @"a tag without an end");
        insta::assert_snapshot!(found(&"<div>".repeat(20)), @"<div …> out of place");
        insta::assert_snapshot!(found(&"<br>".repeat(5000)), @"more than 4096 tags");
        insta::assert_snapshot!(found("<table><tr><td><table></table></table>"), @"<table …> out of place");
    }

    #[test]
    fn text_is_one_line() {
        let piece = parsed("a &amp;  <b>b</b>c<br>d\n<p>e<p>f</p>").unwrap();
        assert_eq!(text(piece.root_element()), "a & bc d e f");
    }

    #[test]
    fn ends_that_html_lets_one_leave_out_may_be_left_out() {
        assert!(parsed("<table><thead><tr><th>A<th>B<tbody><tr><td>1<td>2<tr><td>3<td>4</table>").is_ok());
    }
}
