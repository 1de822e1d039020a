//! The longest form of a body that GitHub takes.
//!
//! Refuses to cut text: a form is left out whole, by whoever writes it.

/// GitHub refuses bodies of more than 65,536 characters. What a character is has changed; bytes are never fewer.
pub(super) const LIMIT: usize = 65_536;

/// The first of `forms`, longest first, whose body fits with `ending` behind it; the last one if none does.
pub(super) fn longest<F>(forms: impl IntoIterator<Item = F>, ending: &str, write: impl Fn(&F) -> String) -> String {
    let mut body = String::new();
    for form in forms {
        body = write(&form);
        if length(&body) + length(ending) + 2 <= LIMIT {
            break;
        }
    }
    let body = body.trim_end();
    if ending.is_empty() { format!("{body}\n") } else { format!("{body}\n\n{ending}") }
}

/// In bytes, a line end counting as two: a person who edits the body in a browser sends it back so.
pub(super) fn length(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| *byte == b'\n').count()
}
