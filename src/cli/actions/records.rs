//! The step's summary and its outputs: two files that the runner reads when the step has ended.
//!
//! Owns their form and limits, and that what other programs of the step wrote stays. Refuses to be a reason for a run to
//! fail.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::setup::Process;

/// The variable that names the summary's file.
pub(in crate::cli) const SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// The variable that names the outputs' file.
pub(in crate::cli) const OUTPUTS: &str = "GITHUB_OUTPUT";

/// The runner takes a summary of at most 1 MiB, or none of it.
const LIMIT: usize = 1 << 20;

/// What stands at the end of a summary that was cut.
const CUT: &str = "\n*Cut here: GitHub takes at most 1 MiB a step. The log has the rest.*\n";

/// Where a step's summary and outputs go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    summary: Option<PathBuf>,
    outputs: Option<PathBuf>,
}

impl Records {
    /// The files that the environment names; nothing outside a job of GitHub Actions.
    pub fn of(process: &Process) -> Option<Self> {
        let file = |name| process.variable(name).map(PathBuf::from);
        process.is_in_actions().then(|| Self { summary: file(SUMMARY), outputs: file(OUTPUTS) })
    }

    /// Appends `markdown` and `outputs`. What could not be written is told, one sentence each.
    pub(in crate::cli) fn append(&self, markdown: &str, outputs: &[(&str, String)]) -> Vec<String> {
        let summary = self.summary.as_ref().map(|path| (SUMMARY, path, append_summary(path, markdown)));
        let set: String = outputs.iter().map(|(name, value)| assignment(name, value)).collect();
        let outputs = self.outputs.as_ref().map(|path| (OUTPUTS, path, append(path, &set)));
        let failed = |(name, path, result): (&str, &PathBuf, io::Result<()>)| {
            let error = result.err()?;
            Some(format!("cannot write {}, which {name} names: {error}; the run goes on without", path.display()))
        };
        [summary, outputs].into_iter().flatten().filter_map(failed).collect()
    }
}

fn append_summary(path: &Path, markdown: &str) -> io::Result<()> {
    let there = match fs::metadata(path) {
        Ok(metadata) => usize::try_from(metadata.len()).unwrap_or(usize::MAX),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    append(path, &fitted(&format!("{}\n", markdown.trim_end()), LIMIT.saturating_sub(there.saturating_add(1))))
}

/// `text` in at most `room` bytes, cut between lines.
fn fitted(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let Some(room) = room.checked_sub(CUT.len()) else { return String::new() };
    let end = text.as_bytes()[..room].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    format!("{}{CUT}", &text[..end])
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let begin = if ends_within_a_line(path) { "\n" } else { "" };
    OpenOptions::new().create(true).append(true).open(path)?.write_all(format!("{begin}{text}").as_bytes())
}

/// True of a file whose last line another program left open.
fn ends_within_a_line(path: &Path) -> bool {
    let last = || -> io::Result<u8> {
        let mut file = fs::File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        Ok(last[0])
    };
    path.is_file() && last().is_ok_and(|last| last != b'\n')
}

/// `name` set to `value` as the runner reads it: the value ends at the first line that is the delimiter.
fn assignment(name: &str, value: &str) -> String {
    let mut delimiter = "END_OF_VALUE".to_owned();
    while value.split(['\n', '\r']).any(|line| line == delimiter) {
        delimiter.push('_');
    }
    format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
}

#[cfg(test)]
#[path = "records/tests.rs"]
mod tests;
