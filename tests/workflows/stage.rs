//! An image repository on GitHub whose workflows are run: see `runner.py`.

use std::fs;
use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pybump::demo::world::World;
use serde_json::{Value, json};

use crate::publish::stage::{IMAGES, Stage};
use crate::support::judges;
use crate::support::scene::{LINUX, Scene, WINDOWS};

/// What running a workflow needs of this machine: a Python that has `ruamel.yaml`, and what the steps call.
const JUDGES: [&str; 5] = ["PYBUMP_WORKFLOW_PYTHON", "git", "curl", "jq", "hadolint"];

/// A stage with an origin to check out from, and what the repository's settings hold.
pub struct Flows {
    stage: Stage,
    /// The settings' secrets.
    pub secrets: Value,
    /// The settings' variables.
    pub vars: Value,
    /// Whether the repository is a fork.
    pub fork: bool,
    /// What is wrong with the release that the action downloads.
    pub damage: Option<&'static str>,
}

impl Deref for Flows {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

/// A workflow's run.
#[derive(Debug)]
pub struct Ran(Value);

impl Flows {
    /// `world`, tracked by 3.14 alone at 3.14.2, or nothing where this machine cannot run workflows.
    pub fn new(world: World) -> Option<Self> {
        if !judges::require(&JUDGES) {
            return None;
        }
        let scene = Scene::tracking(world, &[("3.14", "3.14.2")], &[LINUX, WINDOWS]);
        let mirrors = scene.server.mirrors().into_iter().map(|mirror| {
            let (from, to) = mirror.split_once('=').unwrap();
            format!("\"{from}\" = \"{to}\"\n")
        });
        let mirrors: String = mirrors.collect();
        let root = scene.home().join("root.json");
        let top = format!(
            "trusted-root = '{}'\nsigners = \"state/signers.toml\"\nledger = \"state/ledger\"\n[mirrors]\n{mirrors}",
            root.display()
        );
        fs::create_dir_all(scene.root().join("state")).unwrap();
        scene.write("state/signers.toml", include_str!("../../state/signers.toml"));
        let stage = Stage::configured(scene, &top, "");
        Some(Self { stage, secrets: json!({}), vars: json!({}), fork: false, damage: None })
    }

    /// What is kept from run to run, and where stand-ins write what they were asked.
    pub fn folder(&self) -> PathBuf {
        self.home().join("runner")
    }

    /// What the stand-ins for docker, gh and pip were asked so far.
    pub fn asked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder().join("asked")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Runs one of `workflows/` for this event, which is told of the repository besides; requests are counted from 0.
    #[track_caller]
    pub fn run(&self, workflow: &str, name: &str, event: &Value, inputs: &Value) -> Ran {
        self.run_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows").join(workflow), name, event, inputs)
    }

    /// The same of any file.
    #[track_caller]
    pub fn run_file(&self, workflow: &Path, name: &str, event: &Value, inputs: &Value) -> Ran {
        self.try_file(workflow, name, event, inputs).unwrap_or_else(|told| panic!("{told}"))
    }

    /// The same, or what the runner does not know of the file.
    pub fn try_file(&self, workflow: &Path, name: &str, event: &Value, inputs: &Value) -> Result<Ran, String> {
        let origin = self.home().join("origin");
        if !origin.exists() {
            git2::Repository::init_bare(&origin).unwrap();
        }
        self.github(|github| github.mirror_into(IMAGES, &origin)).unwrap();
        let mut event = event.clone();
        event["repository"] = json!({ "fork": self.fork, "default_branch": "main", "full_name": IMAGES });
        let number = &event["pull_request"]["number"];
        let reference =
            if number.is_null() { "refs/heads/main".to_owned() } else { format!("refs/pull/{number}/merge") };
        let config = json!({
            "event_name": name, "event": event, "inputs": inputs, "ref": reference, "repository": IMAGES,
            "origin": origin, "api_url": self.api(), "server_url": "https://github.com", "token": "actions-token",
            "app_token": "app-token", "secrets": self.secrets, "vars": self.vars, "folder": self.folder(),
            "binary": assert_cmd::cargo::cargo_bin!("pybump"), "damage": self.damage,
        });
        self.server.forget_requests();
        let mut child = Command::new(std::env::var_os("PYBUMP_WORKFLOW_PYTHON").unwrap())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workflows/runner.py"))
            .arg(workflow)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(config.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            return Ok(Ran(serde_json::from_slice(&output.stdout).unwrap()));
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs `bump.yml` as the clock does.
    #[track_caller]
    pub fn bump(&self) -> Ran {
        self.run("bump.yml", "schedule", &json!({ "schedule": "37 */6 * * *" }), &json!({}))
    }

    /// Runs `verify.yml` for a pull request of a branch.
    #[track_caller]
    pub fn verify(&self, number: u64, branch: &str) -> Ran {
        let pull = json!({ "number": number, "base": { "ref": "main" }, "head": { "ref": branch } });
        self.run("verify.yml", "pull_request", &json!({ "pull_request": pull }), &json!({}))
    }
}

impl Ran {
    /// What a job came to.
    pub fn result(&self, job: &str) -> &str {
        self.0[job]["result"].as_str().unwrap_or_else(|| panic!("no job {job}: {:#}", self.0))
    }

    /// Fails unless every job that ran went well.
    #[track_caller]
    pub fn green(self) -> Self {
        let red = self.0.as_object().unwrap().iter().find(|(_, job)| job["result"] == "failure");
        assert!(red.is_none(), "{:#}", self.0);
        self
    }

    /// The names of a job's legs.
    pub fn legs(&self, job: &str) -> Vec<&str> {
        self.0[job]["legs"].as_array().unwrap().iter().map(|leg| leg["name"].as_str().unwrap()).collect()
    }

    /// A job's steps in their order, each with its outcome.
    pub fn steps(&self, job: &str) -> Vec<(&str, &str)> {
        let steps = self.0[job]["legs"][0]["steps"].as_array().unwrap();
        steps.iter().map(|step| (step["name"].as_str().unwrap(), step["outcome"].as_str().unwrap())).collect()
    }

    /// What one step said; `outputs` of it with [`Ran::output`].
    #[track_caller]
    pub fn said(&self, job: &str, step: &str) -> &str {
        self.step(job, step)["said"].as_str().unwrap()
    }

    /// An output of a step.
    #[track_caller]
    pub fn output(&self, job: &str, step: &str, name: &str) -> &str {
        self.step(job, step)["outputs"][name].as_str().unwrap_or_default()
    }

    /// What the job's summary says.
    pub fn summary(&self, job: &str) -> &str {
        self.0[job]["legs"][0]["summary"].as_str().unwrap()
    }

    #[track_caller]
    fn step(&self, job: &str, step: &str) -> &Value {
        let legs = self.0[job]["legs"].as_array().unwrap();
        let mut steps = legs.iter().flat_map(|leg| leg["steps"].as_array().unwrap());
        steps.find(|one| one["name"] == step).unwrap_or_else(|| panic!("no step {step}: {:#}", self.0))
    }
}
