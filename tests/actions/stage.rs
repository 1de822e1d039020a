//! A step of a job: the binary, and the files that the runner reads when it has ended.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::run::{Run, normalised};

/// What a step came to.
pub struct Step {
    pub run: Run,
    /// What the summary's file holds; times are normalised.
    pub summary: String,
    /// What the outputs' file sets, read as the runner reads it.
    pub outputs: BTreeMap<String, String>,
}

/// Runs `command` as a step that has files of its own in `home`.
pub fn step(mut command: assert_cmd::Command, home: &Path) -> Step {
    let (summary, outputs) = (home.join("summary.md"), home.join("outputs"));
    for file in [&summary, &outputs] {
        fs::write(file, "").unwrap();
    }
    let run = Run::of(&as_step(&mut command, &summary, &outputs).output().unwrap(), home);
    let read = |file| fs::read_to_string(file).unwrap();
    Step { run, summary: normalised(&read(&summary), home), outputs: values(&read(&outputs)) }
}

/// The environment of a step.
pub fn as_step<'a>(
    command: &'a mut assert_cmd::Command,
    summary: &Path,
    outputs: &Path,
) -> &'a mut assert_cmd::Command {
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", summary).env("GITHUB_OUTPUT", outputs)
}

/// As `FileCommandManager.cs` of the runner reads it.
fn values(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.split('\n');
    let mut values = BTreeMap::new();
    while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
        let (name, delimiter) = line.split_once("<<").unwrap();
        let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        values.insert(name.to_owned(), value.join("\n"));
    }
    values
}

impl Step {
    /// The outputs, a line each.
    pub fn outputs(&self) -> String {
        let lines: Vec<_> = self.outputs.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        lines.concat()
    }

    /// The lines of both streams that the runner takes for commands; as `ActionCommand.cs` decides.
    pub fn commands(&self) -> Vec<&str> {
        let lines = self.run.stdout.split(['\n', '\r']).chain(self.run.stderr.split(['\n', '\r']));
        lines.filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
    }
}
