//! Ordinary output on its way to the runner, which reads every line of it for commands.
//!
//! Owns the one place where a line stops being one: `::` at its start, `##[` anywhere, the two spellings that the runner's
//! `ActionCommand.cs` knows. A backslash is put between. Everything else passes byte for byte.

use std::io::{self, Write};

/// A stream of which the runner takes no line for a command, whatever is written.
#[derive(Debug)]
pub struct Guard<W> {
    inner: W,
    /// True while nothing but white space stands on the line; the runner trims it.
    is_start: bool,
    /// The characters before, as far as they could belong to a command.
    colons: bool,
    hashes: u8,
}

impl<W> Guard<W> {
    /// A guard before `inner`, at the start of a line.
    pub fn new(inner: W) -> Self {
        Self { inner, is_start: true, colons: false, hashes: 0 }
    }

    /// True if a backslash goes before `byte`.
    fn stops_at(&mut self, byte: u8) -> bool {
        let stops = (byte == b':' && self.colons) || (byte == b'[' && self.hashes >= 2);
        self.colons = byte == b':' && self.is_start && !stops;
        self.hashes = if byte == b'#' { self.hashes.saturating_add(1) } else { 0 };
        // A line ends at either character. Whatever is not plainly visible may be white space to the runner.
        self.is_start = matches!(byte, b'\n' | b'\r') || (self.is_start && !byte.is_ascii_graphic());
        stops
    }
}

impl<W: Write> Write for Guard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if self.stops_at(*byte) {
                self.inner.write_all(&bytes[from..at])?;
                self.inner.write_all(b"\\")?;
                from = at;
            }
        }
        self.inner.write_all(&bytes[from..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What arrives of `parts`, written one after the other.
    fn guarded(parts: &[&str]) -> String {
        let mut guard = Guard::new(Vec::new());
        for part in parts {
            guard.write_all(part.as_bytes()).unwrap();
        }
        String::from_utf8(guard.inner).unwrap()
    }

    /// As the runner decides: `TryParseV2` trims and looks for `::`, `TryParse` looks for `##[` anywhere.
    fn is_command(line: &str) -> bool {
        line.trim_start().starts_with("::") || line.contains("##[")
    }

    #[test]
    fn commands_in_either_spelling_come_apart_and_other_text_passes() {
        assert_eq!(guarded(&["::error::x\n  ::add-mask::x\n"]), ":\\:error::x\n  :\\:add-mask::x\n");
        assert_eq!(
            guarded(&["a ##[group]b ###[x]\r::stop-commands::t"]),
            "a ##\\[group]b ###\\[x]\r:\\:stop-commands::t"
        );
        assert_eq!(guarded(&[":", ":warning::x #", "#", "[x]"]), ":\\:warning::x ##\\[x]");
        for text in ["a::b\n", "std::io: x\n", "# [x]\n", "+::x\n", "#\n#[x]\n", "3.14  current\n"] {
            assert_eq!(guarded(&[text]), text);
        }
    }

    proptest! {
        #[test]
        fn no_line_of_what_arrives_is_a_command(
            parts in proptest::collection::vec("(::|##\\[|#|:|\\[| |\t|\n|\r|\u{a0}|\u{2028}|\u{2003}|error|.){0,12}", 0..6),
        ) {
            let parts: Vec<_> = parts.iter().map(String::as_str).collect();
            let arrived = guarded(&parts);
            for line in arrived.split(['\n', '\r']) {
                prop_assert!(!is_command(line), "{line:?}");
            }
            let backslashes = |text: &str| text.matches('\\').count();
            let added = backslashes(&arrived) - backslashes(&parts.concat());
            prop_assert_eq!(arrived.len() - added, parts.concat().len());
        }
    }
}
