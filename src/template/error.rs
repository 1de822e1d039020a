//! What can be wrong with a template, said with file, line and column.
//!
//! Owns the wording and its length: a message never quotes more than a few words of template, manifest or output.

use std::fmt;
use std::io;

/// Why a template did not compile or did not render.
///
/// Displays as `template:line:column: problem`, or `template: problem` where no place is to blame.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct TemplateError {
    /// Where it is wrong.
    pub place: Place,
    /// What is wrong there.
    #[source]
    pub problem: Problem,
}

/// A place in a template or in a file it includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The template's name, or that of the included file.
    pub file: String,
    /// Line and column, both from 1, the column in characters.
    pub position: Option<(usize, usize)>,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The template, or what is in its blocks, passes a limit.
    #[error("{what} has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Which text.
        what: &'static str,
        /// How long it is.
        size: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The program is nested too deep, or a sum or chain in it is too long.
    #[error("the code in the blocks has {levels} levels of nesting and joining; the limit is {}", super::depth::LIMIT)]
    TooDeep {
        /// How many it has.
        levels: usize,
    },
    /// There is neither text nor an expression.
    #[error("nothing to render: neither text nor an expression")]
    Empty,
    /// A block is opened and never closed.
    #[error("this {{{{ has no matching }}}}")]
    Unclosed,
    /// Not the jq language.
    #[error("expected {expected}, found {found}{}", hint.map(|hint| format!(" ({hint})")).unwrap_or_default())]
    Syntax {
        /// What would be right here.
        expected: String,
        /// What is there.
        found: String,
        /// A peculiarity of the template language that may be the cause.
        hint: Option<&'static str>,
    },
    /// A bracket or quote is opened and never closed.
    #[error("this {opener} is never closed{}", hint.map(|hint| format!(" ({hint})")).unwrap_or_default())]
    Unbalanced {
        /// The bracket or quote.
        opener: String,
        /// A peculiarity of the template language that may be the cause.
        hint: Option<&'static str>,
    },
    /// A name that nothing defines. Functions that a template may not have, such as `now` and `input`, are among them.
    #[error("unknown {kind} {name}")]
    Unknown {
        /// Filter, variable, label or module.
        kind: &'static str,
        /// Its name, with `/` and the number of arguments if it is a filter.
        name: String,
    },
    /// A file to include was refused or not found.
    #[error("cannot include {path}: {reason}")]
    Include {
        /// As the template names it.
        path: String,
        /// Why.
        reason: String,
    },
    /// jq's own error.
    #[error("{0}")]
    Evaluation(String),
    /// The result is not one string.
    #[error("a template yields exactly one string; this one yielded {0}")]
    Result(String),
    /// The evaluation was given up.
    #[error("given up: {0}")]
    Limit(#[from] Limit),
    /// The manifest has no such key.
    #[error("the manifest has no key {0:?}")]
    NoKey(String),
    /// No thread could be had.
    #[error("cannot start a thread to evaluate on: {0}")]
    Thread(#[source] io::Error),
    /// The interpreter broke.
    #[error("the jq interpreter failed: {0}")]
    Interpreter(String),
}

/// A limit that an evaluation ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Too many steps: likely an endless loop.
    #[error("more than {} steps of evaluation; is this an endless loop?", super::engine::STEPS)]
    Steps,
    /// Too deep a recursion.
    #[error("the recursion is too deep; does it ever end?")]
    Depth,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

impl Place {
    /// The place of the byte `offset` of `text`.
    pub(super) fn of(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        Self { file: file.to_owned(), position: Some((line, before[line_start..].chars().count() + 1)) }
    }

    /// No place in particular.
    pub(super) fn whole(file: &str) -> Self {
        Self { file: file.to_owned(), position: None }
    }
}

impl Problem {
    pub(super) fn at(self, place: Place) -> TemplateError {
        TemplateError { place, problem: self }
    }
}

/// A few words of `text` on one line, in quotes.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let cut = if short.len() < text.trim_end().len() { "…" } else { "" };
    format!("`{short}{cut}`")
}

/// Formats `message`, keeping only its beginning and its end where it is long.
///
/// jq's errors quote the values at fault whole: for `+`, all text so far.
pub(super) fn capped(message: impl fmt::Display) -> String {
    use fmt::Write as _;
    let mut ends = Ends::default();
    if write!(ends, "{message}").is_err() {
        ends.tail.clear();
    }
    let tail = ends.tail.into_iter().collect::<String>();
    if ends.dropped { format!("{}…{tail}", ends.head) } else { ends.head + &tail }
}

#[derive(Default)]
struct Ends {
    head: String,
    tail: std::collections::VecDeque<char>,
    dropped: bool,
    written: usize,
}

impl fmt::Write for Ends {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const HEAD: usize = 120;
        const TAIL: usize = 80;
        const LONGEST: usize = 4 << 20;
        self.written += text.len();
        for character in text.chars() {
            let character = if character.is_control() { ' ' } else { character };
            if self.head.len() < HEAD {
                self.head.push(character);
                continue;
            }
            self.tail.push_back(character);
            if self.tail.len() > TAIL {
                self.tail.pop_front();
                self.dropped = true;
            }
        }
        // A value that shares its parts may print to any length.
        if self.written > LONGEST {
            self.dropped = true;
            return Err(fmt::Error);
        }
        Ok(())
    }
}
