//! Text from upstream, made safe to stand in a message: control and direction-changing characters escaped, length cut.

/// At most this many characters are quoted.
const SHOWN: usize = 200;

/// `text` on one line, without characters that could forge output.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            quoted.push('…');
            break;
        }
        let direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || direction {
            quoted.extend(c.escape_default());
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// The same with every character beyond ASCII escaped: for names that a look-alike would otherwise equal to the eye.
pub(super) fn quote_name(text: &str) -> String {
    let shown = |c: char| if c.is_ascii() { c.to_string() } else { c.escape_default().to_string() };
    quote(text).chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{quote, quote_name};

    #[test]
    fn quoted_text_cannot_forge_or_flood_output() {
        assert_eq!(quote("a\r\nok: \u{1b}[32m\u{202e}"), r"a\r\nok: \u{1b}[32m\u{202e}");
        assert_eq!(quote_name("https://g\u{456}thub.com\n"), r"https://g\u{456}thub.com\n");
        assert_eq!(quote(&"ü".repeat(5000)), format!("{}…", "ü".repeat(200)));
    }
}
