//! Where words go: results to standard output, everything else to standard error.
//!
//! Owns colour, width, quiet and progress bars. A reader that closes the pipe early ends the output without a
//! complaint.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;

use super::arguments::{Cli, Color, Format};
use crate::report::Palette;
use crate::watch::told::{Complaint, Level};

/// The outputs of one run.
pub struct Output {
    stdout: AutoStream<Stream>,
    stderr: AutoStream<Stream>,
    progress: MultiProgress,
    format: Format,
    palette: Palette,
    quiet: bool,
    heard: Option<Heard>,
}

/// Warnings and errors that are kept instead of printed.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<Complaint>>>);

impl Heard {
    /// What was said so far.
    pub fn take(&self) -> Vec<Complaint> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, level: Level, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Complaint { level, text: text.to_owned() });
    }
}

/// Where words may go.
pub type Stream = Box<dyn io::Write + Send>;

impl Output {
    /// The process's standard streams, as `cli` wants them; ages are told from `now`.
    pub fn new(cli: &Cli, now: Timestamp) -> Self {
        Self::to(cli, now, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// The same into other streams, coloured and wrapped as the standard ones would be.
    pub fn to(cli: &Cli, now: Timestamp, stdout: Stream, stderr: Stream) -> Self {
        let choice = match cli.color {
            Color::Auto => None,
            Color::Always => Some(ColorChoice::Always),
            Color::Never => Some(ColorChoice::Never),
        };
        let out = choice.unwrap_or_else(|| AutoStream::choice(&io::stdout()));
        let err = choice.unwrap_or_else(|| AutoStream::choice(&io::stderr()));
        let terminal = io::stdout().is_terminal();
        let columns = columns();
        let target = if cli.quiet || cli.format == Format::Json {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        Self {
            stdout: AutoStream::new(stdout, out),
            stderr: AutoStream::new(stderr, err),
            progress: MultiProgress::with_draw_target(target),
            format: cli.format,
            palette: Palette { width: if terminal { columns } else { usize::MAX }, now, verbose: cli.verbose > 0 },
            quiet: cli.quiet,
            heard: None,
        }
    }

    /// An output that prints nothing; what would be warnings and errors is heard.
    pub fn heard(cli: &Cli, now: Timestamp) -> (Self, Heard) {
        let heard = Heard::default();
        let output = Self::to(cli, now, Box::new(io::sink()), Box::new(io::sink()));
        (Self { heard: Some(heard.clone()), ..output }, heard)
    }

    /// How text is laid out.
    pub fn palette(&self) -> Palette {
        self.palette
    }

    /// Prints a result: `value` as JSON where that is wanted, else the text.
    pub fn result<T: Serialize>(&mut self, value: &T, text: impl FnOnce(Palette) -> String) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
                self.print(&format!("{json}\n"))
            }
            Format::Text | Format::Markdown if self.quiet => Ok(()),
            Format::Text | Format::Markdown => self.print(&text(self.palette)),
        }
    }

    /// Prints `text` as it is.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        match self.progress.suspend(|| self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush())) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Prints `text` for people only: not with `--quiet`, not among JSON.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        if self.quiet || self.format == Format::Json { Ok(()) } else { self.print(text) }
    }

    /// Prints `text` for people only, wrapped at the width where there is one.
    pub fn say_wrapped(&mut self, text: &str) -> io::Result<()> {
        let wrapped = textwrap::fill(text, self.palette.width.min(100));
        self.say(&format!("{wrapped}\n"))
    }

    /// A warning, to standard error.
    pub fn warn(&mut self, text: &str) {
        if let Some(heard) = &self.heard {
            heard.add(Level::Warning, text);
        } else if !self.quiet {
            self.complain("warning", AnsiColor::Yellow, text);
        }
    }

    /// An error, to standard error.
    pub fn error(&mut self, text: &str) {
        if let Some(heard) = &self.heard {
            heard.add(Level::Error, text);
        } else {
            self.complain("error", AnsiColor::Red, text);
        }
    }

    fn complain(&mut self, word: &str, color: AnsiColor, text: &str) {
        let style = Style::new().fg_color(Some(color.into())).bold();
        self.progress.suspend(|| {
            // Nothing is left to tell it to if standard error is closed.
            let _ = writeln!(self.stderr, "{style}{word}{style:#}: {text}");
        });
    }

    /// A line that says what is being waited for, on a terminal; it goes when dropped.
    pub fn spinner(&self, text: &'static str) -> Progress {
        let bar = self.progress.add(ProgressBar::new_spinner().with_message(text));
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Progress(bar)
    }

    /// A bar for `total` bytes of `name`, on a terminal; it goes when dropped.
    pub fn bytes(&self, name: String, total: Option<u64>) -> Progress {
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
            .expect("the template names known keys");
        let bar =
            ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_style(style).with_message(name);
        Progress(self.progress.add(bar))
    }
}

/// A progress bar that goes when dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// Tells how many more bytes came.
    pub fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    /// Tells how many bytes are to come.
    pub fn expect(&self, total: u64) {
        self.0.set_length(total);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn columns() -> usize {
    usize::from(console::Term::stdout().size().1)
}
