//! The longest form of a body that GitHub takes.
//!
//! Refuses to cut text: a form is left out whole, by whoever writes it.

/// GitHub refuses bodies of more than 65,536 characters. What a character is has changed; bytes are never fewer.
pub(super) const LIMIT: usize = 65_536;

/// The body of the first of `forms`, longest first and at least one, that fits with `ending` behind it; of the last one
/// if none does.
pub(super) fn longest<F>(forms: &[F], ending: &str, write: impl Fn(&F) -> String) -> String {
    let fits = |form: &F| length(&write(form)) + length(ending) + 4 <= LIMIT;
    // Nearly always the first.
    let too_long = if forms.first().is_some_and(fits) { 0 } else { forms.partition_point(|form| !fits(form)) };
    let form = forms.get(too_long).or(forms.last()).expect("there is at least one form");
    let body = write(form);
    let body = body.trim_end();
    if ending.is_empty() { format!("{body}\n") } else { format!("{body}\n\n{ending}") }
}

/// In bytes, a line end counting as two: a person who edits the body in a browser sends it back so.
pub(super) fn length(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| *byte == b'\n').count()
}
