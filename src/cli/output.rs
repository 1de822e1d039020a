//! Where words go: results to standard output, everything else to standard error.
//!
//! Owns colour, width, quiet and progress bars, and what becomes of all that in GitHub Actions. A reader that closes the
//! pipe early ends the output without a complaint.

use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;

use super::actions::{self, Guard, Records};
use super::arguments::{Cli, Color, Format};
use crate::report::{Level, Palette, Section};
use crate::watch::told::Complaint;

/// The outputs of one run.
pub struct Output {
    stdout: AutoStream<Stream>,
    stderr: AutoStream<Stream>,
    progress: MultiProgress,
    format: Format,
    palette: Palette,
    quiet: bool,
    heard: Option<Heard>,
    runner: Option<Runner>,
}

/// What listens in GitHub Actions.
struct Runner {
    /// The standard streams past their guards, for commands.
    stdout: Shared,
    stderr: Shared,
    /// Nothing where what is run is no step's own work.
    records: Option<Records>,
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
            runner: None,
        }
    }

    /// The same in a job of GitHub Actions, if there are `records`: the runner is spoken to by commands, and takes nothing
    /// else for one.
    pub fn in_actions(mut self, records: Option<Records>) -> Self {
        let Some(records) = records else { return self };
        let guarded = |stream: AutoStream<Stream>| {
            let choice = stream.current_choice();
            let shared = Shared(Arc::new(Mutex::new(stream.into_inner())));
            (AutoStream::new(Box::new(Guard::new(shared.clone())) as Stream, choice), shared)
        };
        let (stdout, for_stdout) = guarded(self.stdout);
        let (stderr, for_stderr) = guarded(self.stderr);
        (self.stdout, self.stderr) = (stdout, stderr);
        self.runner = Some(Runner { stdout: for_stdout, stderr: for_stderr, records: Some(records) });
        self
    }

    /// From here on, what is run is shown and not a step's own work: nothing is annotated, summed up or set.
    pub fn only_shows(&mut self) {
        if let Some(runner) = &mut self.runner {
            runner.records = None;
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
                let json = if self.runner.is_some() { actions::without_commands(&json) } else { json };
                self.print(&format!("{json}\n"))
            }
            Format::Text | Format::Markdown if self.quiet => Ok(()),
            Format::Text | Format::Markdown => self.print(&text(self.palette)),
        }
    }

    /// Prints a result whose text has sections, which the log of GitHub Actions folds.
    pub fn result_in_sections<T: Serialize>(
        &mut self,
        value: &T,
        sections: impl FnOnce(Palette) -> Vec<Section>,
    ) -> io::Result<()> {
        if self.recorded().is_none() || self.quiet || self.format == Format::Json {
            return self.result(value, |palette| Section::joined(&sections(palette)));
        }
        for Section { title, text, .. } in sections(self.palette) {
            self.command_to_stdout(&actions::group(title))?;
            self.print(&text)?;
            self.command_to_stdout(actions::END_GROUP)?;
        }
        Ok(())
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

    /// Something that a reader should know, to standard error.
    pub fn notice(&mut self, text: &str) {
        self.complain(Level::Notice, text);
    }

    /// A warning, to standard error.
    pub fn warn(&mut self, text: &str) {
        self.complain(Level::Warning, text);
    }

    /// An error, to standard error.
    pub fn error(&mut self, text: &str) {
        self.complain(Level::Error, text);
    }

    /// Puts before the readers of a job in GitHub Actions what the result says to others.
    pub(super) fn annotate(&mut self, level: Level, title: &str, text: &str) {
        if self.recorded().is_some() && (level == Level::Error || !self.quiet) {
            self.command_to_stderr(&actions::annotation(level, &format!("pybump: {title}"), text));
        }
    }

    /// Appends to the step's summary and outputs in GitHub Actions.
    pub(super) fn record(
        &mut self,
        command: &str,
        markdown: impl FnOnce(Palette) -> String,
        outputs: &[(&str, String)],
    ) {
        let Some(records) = self.recorded() else { return };
        let markdown = format!("## pybump {command}\n\n{}", markdown(self.palette));
        for failure in records.append(&markdown, outputs) {
            self.warn(&failure);
        }
    }

    fn recorded(&self) -> Option<&Records> {
        self.runner.as_ref()?.records.as_ref()
    }

    fn complain(&mut self, level: Level, text: &str) {
        if let Some(heard) = &self.heard {
            return heard.add(level, text);
        }
        if self.quiet && level != Level::Error {
            return;
        }
        if self.recorded().is_some() {
            return self.command_to_stderr(&actions::annotation(level, "pybump", text));
        }
        let (word, color) = match level {
            Level::Notice => ("note", AnsiColor::Cyan),
            Level::Warning => ("warning", AnsiColor::Yellow),
            Level::Error => ("error", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        self.progress.suspend(|| {
            // Nothing is left to tell it to if standard error is closed.
            let _ = writeln!(self.stderr, "{style}{word}{style:#}: {text}");
        });
    }

    /// A line for the runner, on standard output between what is printed.
    fn command_to_stdout(&mut self, line: &str) -> io::Result<()> {
        let Some(runner) = &mut self.runner else { return Ok(()) };
        match self.progress.suspend(|| runner.stdout.write_all(line.as_bytes()).and_then(|()| runner.stdout.flush())) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// A line for the runner, beside results that programs read.
    fn command_to_stderr(&mut self, line: &str) {
        if let Some(runner) = &mut self.runner {
            // Nothing is left to tell it to if standard error is closed.
            let _ = self.progress.suspend(|| runner.stderr.write_all(line.as_bytes()));
        }
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

/// A stream with two writers.
#[derive(Clone)]
struct Shared(Arc<Mutex<Stream>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
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
