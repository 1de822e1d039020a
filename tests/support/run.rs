//! One run of the real binary, in an environment of its own, and what it said.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::Value;

/// No run takes longer; one that would is killed, and its test fails.
const LONGEST: Duration = Duration::from_secs(50);

/// What a run came to. Texts are normalised: times, ages and log entries differ from run to run.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    /// Standard output to the byte.
    pub raw: String,
}

/// The binary, with no environment but `home`.
pub fn pybump(home: &Path) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("pybump"));
    command.env_clear().env("HOME", home).env("XDG_CACHE_HOME", home.join("cache")).current_dir(home).timeout(LONGEST);
    command
}

/// The same as a child that can be waited for and killed.
pub fn spawnable(home: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("pybump"));
    command.env_clear().env("HOME", home).env("XDG_CACHE_HOME", home.join("cache")).current_dir(home);
    command
}

/// Runs the binary where nothing is set up: no repository, no world.
pub fn bare(arguments: &[&str]) -> Run {
    let home = tempfile::tempdir().unwrap();
    Run::of(&pybump(home.path()).args(arguments).output().unwrap(), home.path())
}

impl Run {
    /// What `output` says, `home` shown as `~`.
    pub fn of(output: &Output, home: &Path) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let status = output.status.code().unwrap_or_else(|| panic!("ended by a signal or the time limit: {stderr}"));
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self { status, raw: stdout.clone(), stdout: normalised(&stdout, home), stderr: normalised(&stderr, home) }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.raw).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Fails unless the run ended with `status`.
    #[track_caller]
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// Fails unless the run said `words`, on either stream.
    #[track_caller]
    pub fn said(self, words: &str) -> Self {
        assert!(self.stdout.contains(words) || self.stderr.contains(words), "not said: {words}\n{self:#?}");
        self
    }

    /// Fails if the run said `words`.
    #[track_caller]
    pub fn did_not_say(self, words: &str) -> Self {
        assert!(!self.stdout.contains(words) && !self.stderr.contains(words), "said: {words}\n{self:#?}");
        self
    }
}

/// What stands around words; a colon does not, for it is part of times and addresses.
const SEPARATORS: [char; 8] = [' ', '\n', ',', ')', '(', '/', ';', '"'];

/// `text` with what differs from run to run replaced.
pub fn normalised(text: &str, home: &Path) -> String {
    let text = text.replace(&home.display().to_string(), "~");
    let words = text.split_inclusive(SEPARATORS).map(|word| {
        let end = word.trim_end_matches(SEPARATORS);
        let rest = &word[end.len()..];
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let shape: String = end.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let replaced = match shape.as_str() {
            "0000-00-00" => "DATE",
            "00:00" => "TIME",
            "0000-00-00T00:00:00Z" => "INSTANT",
            _ if end.strip_prefix("127.0.0.1:").is_some_and(digits) => "WORLD",
            _ => end,
        };
        format!("{replaced}{rest}")
    });
    let mut out = words.collect::<String>();
    for unit in [" min)", " h)", " d)"] {
        let mut from = 0;
        while let Some(at) = out[from..].find(unit).map(|at| at + from) {
            let start = out[..at].rfind('(').map_or(at, |open| open + 1);
            if out[start..at].bytes().all(|byte| byte.is_ascii_digit()) && start < at {
                out.replace_range(start..at + unit.len() - 1, "AGO");
            }
            from = start + 3;
        }
    }
    out
}
