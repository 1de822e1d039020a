//! The markup that a listing may have, told before the page is parsed.
//!
//! Owns a scan whose time and memory are linear. Refuses elements that no listing has, nesting that is deep or out of
//! order, and tags that can be read in two ways: on such pages a browser's rules of repair, which the parser follows,
//! cost the square of the page's size.

/// The elements of listings: nginx's own, and tables in the manner of fancyindex and Apache. Of those that a browser
/// opens again in each later block only `a` is here.
const ELEMENTS: [&str; 16] = [
    "a", "address", "body", "div", "h1", "head", "html", "pre", "span", "style", "table", "tbody", "td", "th", "thead",
    "tr",
];

/// The elements that have no end.
const VOID: [&str; 5] = ["br", "hr", "img", "link", "meta"];

/// The elements with nothing but text in them.
const TEXT: [&str; 2] = ["style", "title"];

/// The elements that are there once, or, in the case of links, not inside each other.
const ONCE: [&str; 4] = ["body", "head", "html", "title"];

/// The most tags that are read. The real listings have some 500, as Apache's tables they would have 7,000.
const TAGS: usize = 16_384;

/// The deepest nesting. A link in a table is at the sixth level.
const DEPTH: usize = 12;

/// The most attributes of a tag.
const ATTRIBUTES: usize = 16;

/// Refuses `text` unless its markup is a listing's; the error is what was found instead.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut once: Vec<String> = Vec::new();
    let mut rest = text;
    for count in 0.. {
        let Some(start) = rest.find('<') else { return Ok(()) };
        if count == TAGS {
            return Err(format!("more than {TAGS} tags"));
        }
        rest = &rest[start + 1..];
        let end = rest.find(['<', '>']).filter(|end| rest[*end..].starts_with('>'));
        let Some(end) = end else { return Err(shown(rest)) };
        let inside = &rest[..end];
        rest = &rest[end + 1..];
        match tag(inside).ok_or_else(|| shown(inside))? {
            Tag::Start(name) => {
                let text_is_open = open.last().is_some_and(|last| TEXT.contains(&last.as_str()));
                let again = once.contains(&name) || name == "a" && open.contains(&name);
                if text_is_open || again || open.len() == DEPTH {
                    return Err(format!("<{name}> out of place"));
                }
                if ONCE.contains(&name.as_str()) {
                    once.push(name.clone());
                }
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Tag::End(name) => {
                if open.pop().as_ref() != Some(&name) {
                    return Err(format!("</{name}> out of place"));
                }
            }
            Tag::Aside if open.last().is_some_and(|last| TEXT.contains(&last.as_str())) => return Err(shown(inside)),
            Tag::Aside => {}
        }
    }
    Ok(())
}

enum Tag {
    Start(String),
    End(String),
    /// A comment or the document's type.
    Aside,
}

/// What is between `<` and the next `>`, if it cannot be read in two ways.
fn tag(inside: &str) -> Option<Tag> {
    if let Some(comment) = inside.strip_prefix("!--") {
        return comment.ends_with("--").then_some(Tag::Aside);
    }
    if inside.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("!doctype")) {
        return Some(Tag::Aside);
    }
    if let Some(name) = inside.strip_prefix('/') {
        return known(name.trim_end_matches(BLANK)).map(Tag::End);
    }
    let (name, attributes) = inside.split_at(inside.find([' ', '\t', '\r', '\n', '/']).unwrap_or(inside.len()));
    are_plain(attributes.strip_suffix('/').unwrap_or(attributes)).then_some(())?;
    known(name).map(Tag::Start)
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

fn known(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let known = [&ELEMENTS[..], &VOID, &TEXT].iter().any(|names| names.contains(&name.as_str()));
    known.then_some(name)
}

/// True of a few attributes, each a name, or a name and a value whose quotes are in order.
fn are_plain(attributes: &str) -> bool {
    let mut rest = attributes;
    for _ in 0..=ATTRIBUTES {
        let trimmed = rest.trim_start_matches(BLANK);
        if trimmed.is_empty() {
            return true;
        }
        let name = trimmed.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c)).unwrap_or(trimmed.len());
        if name == 0 || trimmed.len() == rest.len() {
            return false;
        }
        rest = &trimmed[name..];
        let Some(value) = rest.strip_prefix('=') else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let end = match quote {
            Some(quote) => value[1..].find(quote).map(|end| end + 2),
            None => Some(value.find(BLANK).unwrap_or(value.len())),
        };
        let Some(end) = end.filter(|end| quote.is_some() || *end > 0 && !value[..*end].contains(['"', '\'', '=']))
        else {
            return false;
        };
        rest = &value[end..];
    }
    false
}

/// The start of a tag that was refused.
fn shown(inside: &str) -> String {
    let name: String = inside.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '<' | '>')).take(40).collect();
    format!("<{name}")
}

#[cfg(test)]
mod tests;
