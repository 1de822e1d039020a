//! Text from outside as it is shown: what cannot be seen, or would turn what is beside it, is spelt out.
//!
//! Owns no escaping of markup: that each format's writer does.

/// At most this many characters are shown.
const LENGTH: usize = 2_000;

/// `text` on one line, every character of it to be seen. XML takes any of it.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        match c {
            _ if count == LENGTH => {
                shown.push('…');
                break;
            }
            '\n' | '\t' => shown.push(' '),
            c if is_unseen(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// True of control characters, of those that take no space or turn the direction of others, and of those that XML refuses.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(shown("a\u{202e}b\u{0}c\u{1b}[31m\u{feff}\u{ffff}"), r"a\u{202e}b\u{0}c\u{1b}[31m\u{feff}\u{ffff}");
        assert_eq!(shown("one\ntwo\tthree → 3.14"), "one two three → 3.14");
        assert_eq!(shown(&"x".repeat(9_000)).chars().count(), 2_001);
    }
}
