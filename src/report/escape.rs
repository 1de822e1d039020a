//! Text from outside as markdown: it shows as it is and does nothing.
//!
//! Owns the one way in: plain words stay words, everything else becomes inline code, in which GitHub links, mentions
//! and interprets nothing. What could end the code, its table cell or its line is shown escaped, and so is a mention,
//! because GitHub reads replies by mail, which quote the body, as plain text.

use crate::model::PythonVersion;

/// A value is cut after this many characters, each of which may be written as several.
const VALUE: usize = 200;

/// A sentence is cut after this many words.
const WORDS: usize = 120;

/// `text` as inline code on one line, for prose and table cells alike.
pub(crate) fn code(text: &str) -> String {
    let text = inert(text, VALUE);
    if text.trim().is_empty() { "(empty)".to_owned() } else { format!("`{text}`") }
}

/// A sentence such as a reason: its words as they are, and what is no word as code. To be put behind something on its
/// line: a block may not start with it.
pub(crate) fn prose(text: &str) -> String {
    let mut shown = Prose::default();
    let paired = text.matches('`').count().is_multiple_of(2);
    let parts: Vec<_> = if paired { text.split('`').collect() } else { vec![text] };
    for (number, part) in parts.into_iter().enumerate() {
        if number % 2 == 1 {
            shown.push(&code(part));
            continue;
        }
        shown.space |= part.starts_with(char::is_whitespace);
        for word in part.split_whitespace() {
            shown.push(&self::word(word));
            shown.space = true;
        }
        shown.space = part.ends_with(char::is_whitespace);
    }
    shown.text
}

/// `text` as one word of a shell line.
pub(crate) fn shell(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@+=%".contains(&byte);
    let text = inert(text, VALUE);
    if !text.is_empty() && text.bytes().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A line of plain text, of at most `limit` characters: for titles, which are no markdown.
pub(crate) fn line(text: &str, limit: usize) -> String {
    let safe = |c: char| if c == '\n' || c == '\t' { ' ' } else { c };
    let text: String = text.chars().map(safe).filter(|c| !is_invisible(*c)).collect();
    if text.chars().count() <= limit {
        return text;
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[derive(Default)]
struct Prose {
    text: String,
    words: usize,
    space: bool,
}

impl Prose {
    fn push(&mut self, piece: &str) {
        self.words += 1;
        if self.words > WORDS {
            if self.words == WORDS + 1 {
                self.text.push_str(" …");
            }
            return;
        }
        // Two backticks in a row would be another delimiter.
        let touching = self.text.ends_with('`') && piece.starts_with('`');
        if (self.space || touching) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(piece);
        self.space = false;
    }
}

/// One word: plain, or as code between the punctuation around it.
fn word(word: &str) -> String {
    let core = word.trim_start_matches(['(', '"']);
    let opening = &word[..word.len() - core.len()];
    let inner = core.trim_end_matches([',', ';', ':', '.', ')', '"', '?']);
    let closing = &core[inner.len()..];
    let shown = if inner.is_empty() || is_plain(inner) { inner.to_owned() } else { code(inner) };
    format!("{opening}{shown}{closing}")
}

/// True of words and versions: nothing that GitHub would link, mention or interpret.
fn is_plain(word: &str) -> bool {
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let like_a_commit = word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_word = word.len() <= 40 && word.split(['-', '\'']).all(letters);
    let is_number = word.len() <= 20 && word.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_version = word.parse::<PythonVersion>().is_ok();
    !like_a_commit && (is_word || is_number || is_version)
}

/// `text` without what could leave a code span, a table cell or a line, of at most `limit` characters of the original.
fn inert(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut before = None;
    for (count, c) in text.chars().enumerate() {
        if count == limit {
            shown.push('…');
            break;
        }
        let mention = c == '@' && !before.is_some_and(|c: char| c.is_ascii_alphanumeric());
        if matches!(c, '`' | '|') || mention || is_invisible(c) || (c.is_whitespace() && c != ' ') {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        before = Some(c);
    }
    shown
}

/// Control characters, and those that are not seen or turn the direction of others.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
