//! A process that watches, what it logs, and the signals that it is given.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::publish::stage::Stage;
use crate::support::run::spawnable;

/// No line is waited for longer.
const LONGEST: Duration = Duration::from_secs(60);

pub struct Watcher {
    child: Child,
    lines: Receiver<String>,
    /// Every line so far.
    pub seen: Vec<Value>,
}

impl Watcher {
    /// Starts to watch the repositories that `config`, a file in the stage's home, names.
    pub fn start(stage: &Stage, config: &str, more: &[&str]) -> Self {
        Self::of(&mut command(stage, config, more))
    }

    /// Starts this.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, seen: Vec::new() }
    }

    /// The next log line whose message begins so.
    #[track_caller]
    pub fn until(&mut self, message: &str) -> Value {
        let deadline = Instant::now() + LONGEST;
        loop {
            let line = match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => panic!("no \"{message}\" came: {:#?}", self.seen),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended before \"{message}\": {:#?}", self.seen),
            };
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
                let rest: Vec<_> = self.lines.iter().collect();
                panic!("{error}: {line}: {rest:#?}")
            });
            self.seen.push(line.clone());
            if line["message"].as_str().is_some_and(|text| text.starts_with(message)) {
                return line;
            }
        }
    }

    /// Asks for a round now, and returns what was logged until it was done.
    #[track_caller]
    pub fn round(&mut self) -> Vec<Value> {
        let before = self.seen.len();
        self.signal("USR1");
        self.until("round done");
        self.seen[before..].to_vec()
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([format!("-{signal}"), id]).status().unwrap().success());
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, which it cannot prepare for.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How much memory it has, in kB, and how many files it has open.
    pub fn size(&self) -> (u64, usize) {
        let process = format!("/proc/{}", self.id());
        let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident = resident.trim().trim_end_matches(" kB").parse().unwrap();
        (resident, std::fs::read_dir(format!("{process}/fd")).unwrap().count())
    }

    /// Asks it to stop, which it must do in time and well.
    #[track_caller]
    pub fn stop(self) {
        self.signal("TERM");
        self.stopped();
    }

    /// Asked to, it stops in time and well; every line that it ever said.
    #[track_caller]
    pub fn stopped(mut self) -> Vec<Value> {
        let asked = Instant::now();
        while self.until("stopped")["message"] != "stopped" {}
        assert!(self.child.wait().unwrap().success());
        assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A schedule whose next time is half a day away, so that no round comes by it while a test runs.
pub fn far() -> String {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(12);
    format!("0 {} * * *", then.to_zoned(jiff::tz::TimeZone::UTC).hour())
}

/// `pybump watch` over what `config` names.
pub fn command(stage: &Stage, config: &str, more: &[&str]) -> Command {
    let home = stage.home();
    let mut command = spawnable(home);
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("GITHUB_API_URL", stage.api()).env("PYBUMP_GITHUB_TOKEN", stage.token);
    command.args(["--config", &home.join(config).display().to_string()]);
    for mirror in stage.server.mirrors() {
        command.args(["--mirror", &mirror]);
    }
    command.args(["watch", "--log", "json", "--trusted-root"]).arg(home.join("root.json"));
    command.arg("--state").arg(home.join("state")).args(more);
    command
}

/// What was logged at this level or told by this message's beginning.
pub fn messages(lines: &[Value], level: &str) -> Vec<String> {
    let of_level = lines.iter().filter(|line| line["level"] == level);
    of_level.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
}
