"""Runs a workflow as a GitHub runner does: its jobs in their order, each step in the environment that it would have.

    runner.py WORKFLOW < config.json > result.json

The steps' own scripts run as they stand; what `uses:` names comes from stand_ins.py, pybump's own action from action.yml.
Refuses what it does not know, by ending with an error: an expression, a key of a step, an action. A secret that a step
prints is an error too. The configuration: event_name, event, inputs, ref, repository, origin (a git folder), api_url,
server_url, token, app_token, secrets, vars, folder (kept between runs), binary, damage.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from ruamel.yaml import YAML

import releases
import stand_ins
from expressions import Strict, condition, fill, pure_functions, text

ROOT = Path(__file__).resolve().parents[2]
TARGET = "x86_64-unknown-linux-musl"
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "shell", "working-directory"}
JOB_KEYS = {"name", "needs", "if", "strategy", "runs-on", "timeout-minutes", "permissions", "env", "outputs", "defaults",
            "steps", "environment"}


def load(path):
    return YAML(typ="safe", pure=True).load(path)


def known(what, keys, path):
    if set(what) - keys:
        raise SystemExit(f"{path}: the runner does not know {sorted(set(what) - keys)}")


def strings(mapping):
    return {key: text(value) for key, value in mapping.items()}


class Run:
    """One run of a workflow: what all of its jobs share."""

    def __init__(self, workflow, config):
        self.workflow, self.config = workflow, config
        self.folder = Path(config["folder"])
        self.repository, self.server_url = config["repository"], config["server_url"]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.event = config["event"]
        self.secret_values = {value for value in [*config["secrets"].values(), config["token"]] if value}
        self.results, self.number = {}, str(time.time_ns())
        version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
        archive = releases.pack(self.folder / "releases", config["binary"], version, TARGET)
        self.releases = releases.serve(archive.parent, version, config.get("damage"))

    def inputs(self):
        declared = ((self.workflow["on"] or {}).get("workflow_dispatch") or {}).get("inputs") or {}
        given = self.config["inputs"]
        known(given, set(declared), "inputs")
        if self.config["event_name"] != "workflow_dispatch":
            return Strict.fromkeys(declared)
        return Strict({name: given.get(name, input.get("default")) for name, input in declared.items()})

    def github(self, job):
        pull = self.event.get("pull_request")
        reference = self.config["ref"]
        return Strict(
            event=self.event, event_name=self.config["event_name"], repository=self.repository, ref=reference,
            ref_name=re.sub(r"^refs/(heads/)?", "", reference), base_ref=pull["base"]["ref"] if pull else "",
            head_ref=pull["head"]["ref"] if pull else "", api_url=self.config["api_url"], server_url=self.server_url,
            token=self.config["token"], run_id=self.number, run_attempt="1", workflow=self.workflow["name"],
            actor="mara", workspace=str(job.workspace), action_repository="",
        )

    def jobs(self):
        """Runs every job, those that others need first; what they came to."""
        waiting = dict(self.workflow["jobs"])
        while waiting:
            name = next(name for name, job in waiting.items() if all(need in self.results for need in needs(job)))
            self.results[name] = self.job(name, waiting.pop(name))
        return self.results

    def job(self, name, spec):
        known(spec, JOB_KEYS, name)
        before = [self.results[need]["result"] for need in needs(spec)]
        job = Job(self, name, spec, {})
        contexts = job.contexts()
        del contexts["steps"], contexts["env"], contexts["secrets"], contexts["matrix"], contexts["runner"]
        if not condition(spec.get("if"), contexts, job.functions(before)):
            return {"result": "skipped", "outputs": {}, "legs": []}
        matrix = fill((spec.get("strategy") or {}).get("matrix"), contexts, job.functions(before))
        if matrix is not None and (set(matrix) != {"include"} or not matrix["include"]):
            raise SystemExit(f"{name}: GitHub makes an error of the matrix {matrix}")
        legs = [Job(self, name, spec, row).execute() for row in (matrix or {"include": [{}]})["include"]]
        failed = any(leg["result"] != "success" for leg in legs)
        return {"result": "failure" if failed else "success", "outputs": legs[-1].pop("outputs"), "legs": legs}


def needs(spec):
    needs = spec.get("needs") or []
    return [needs] if isinstance(needs, str) else needs


class Job:
    """One job on a machine of its own, or one leg of a matrix."""

    def __init__(self, run, name, spec, matrix):
        self.run, self.name, self.spec, self.matrix = run, name, spec, Strict(matrix)
        self.place = run.folder / "jobs" / f"{run.number}-{name}-{matrix.get('name', '').replace('/', '-')}"
        self.workspace, self.temp, self.home = (self.place / name for name in ("workspace", "temp", "home"))
        for folder in (self.workspace, self.temp, self.home):
            folder.mkdir(parents=True, exist_ok=True)
        self.steps, self.status, self.post, self.log = Strict(), "success", [], []
        self.added, self.path, self.summary = {}, [], self.place / "summary"
        self.permissions = spec.get("permissions", run.workflow.get("permissions"))
        self.env = {}

    def functions(self, before=None):
        """Of the steps, or of the job's own `if`, which knows what was `before` and no files."""
        own, pure = [self.status] if before is None else before, pure_functions(self.workspace)
        if before is not None:
            del pure["hashFiles"]
        return {
            **pure,
            "success": lambda: all(result == "success" for result in own),
            "failure": lambda: any(result == "failure" for result in own),
            "cancelled": lambda: False,
            "always": lambda: True,
        }

    def contexts(self):
        run = self.run
        os_name = "Windows" if text(self.matrix.get("runs-on")).startswith("windows") else "Linux"
        return {
            "github": run.github(self), "inputs": run.inputs(), "vars": run.config["vars"],
            "secrets": run.config["secrets"], "steps": self.steps, "env": self.env, "matrix": self.matrix,
            "runner": Strict(os=os_name, arch="X64", temp=str(self.temp)),
            "needs": Strict({need: Strict(result=run.results[need]["result"], outputs=Strict(run.results[need]["outputs"]))
                             if run.results[need]["result"] != "skipped" else {"result": "skipped", "outputs": {}}
                             for need in needs(self.spec)}),
        }

    def execute(self):
        contexts = self.contexts()
        del contexts["steps"]
        for source in (self.run.workflow.get("env"), self.spec.get("env")):
            self.env.update(strings(fill(source or {}, contexts, self.functions())))
        self.series(self.spec["steps"], self.contexts, self.steps, self.env)
        for work in reversed(self.post):
            work()
        outputs = strings(fill(self.spec.get("outputs") or {}, self.contexts(), self.functions()))
        fill(self.spec.get("environment"), self.contexts(), self.functions())
        summary = self.summary.read_text() if self.summary.exists() else ""
        return {"name": text(fill(self.spec.get("name", self.name), self.contexts(), self.functions())),
                "result": self.status, "outputs": outputs, "steps": self.log, "summary": summary}

    def series(self, steps, contexts, states, env, action_path=None):
        """Runs steps one after the other: the job's, or those of a composite action."""
        for spec in steps:
            known(spec, STEP_KEYS, self.name)
            state = {"outcome": "skipped", "conclusion": "skipped", "outputs": {}}
            if "id" in spec:
                states[spec["id"]] = state
            if not condition(spec.get("if"), contexts(), self.functions()):
                self.tell(spec, state, "")
                continue
            own = {**env, **strings(fill(spec.get("env") or {}, contexts(), self.functions()))}
            with_ = strings(fill(spec.get("with") or {}, contexts(), self.functions()))
            try:
                said = self.uses(spec["uses"], with_, own, state) if "uses" in spec else self.script(
                    spec, contexts, own, state, action_path)
                state["outcome"] = "success"
            except stand_ins.Failed as error:
                said, state["outcome"], self.status = str(error), "failure", "failure"
            state["conclusion"] = state["outcome"]
            self.tell(spec, state, said)

    def tell(self, spec, state, said):
        for value in self.run.secret_values:
            if value in said:
                raise SystemExit(f"{spec.get('name')}: a secret was printed")
        title = spec.get("name") or spec.get("uses") or spec["run"]
        self.log.append({"name": title, "outcome": state["outcome"], "outputs": state["outputs"], "said": said})

    def uses(self, uses, inputs, env, state):
        if not uses.startswith("pybump/pybump@"):
            state["outputs"] = stand_ins.stand_in(uses)(self, inputs)
            return ""
        action = load(ROOT / "action.yml")
        known(inputs, set(action["inputs"]), uses)
        states = Strict()

        def contexts():
            github = Strict(self.run.github(self), action_repository=uses.split("@")[0])
            given = {name: inputs.get(name, input.get("default", "")) for name, input in action["inputs"].items()}
            return {"github": github, "inputs": Strict(given), "steps": states, "env": env,
                    "runner": self.contexts()["runner"]}

        before = self.status
        self.series(action["runs"]["steps"], contexts, states, env, ROOT)
        state["outputs"] = {name: text(fill(output["value"], contexts(), self.functions()))
                            for name, output in action["outputs"].items()}
        if self.status != before:
            raise stand_ins.Failed("a step of the action failed")
        return ""

    def script(self, spec, contexts, env, state, action_path):
        script = self.temp / f"step-{len(self.log)}.sh"
        script.write_text(fill(spec["run"], contexts(), self.functions()))
        files = {name: self.temp / f"{name}-{len(self.log)}" for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT")}
        for file in files.values():
            file.touch()
        shell = spec.get("shell") or ((self.spec.get("defaults") or {}).get("run") or {}).get("shell")
        if shell not in (None, "bash"):
            raise SystemExit(f"the runner does not know the shell {shell}")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if shell else ["bash", "-e"]
        folder = self.workspace / (fill(spec.get("working-directory"), contexts(), self.functions()) or ".")
        done = subprocess.run([*command, script], cwd=folder, env=self.environment(contexts(), files, env, action_path),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = done.stdout.decode()
        self.added.update(values(files["GITHUB_ENV"]))
        self.env.update(values(files["GITHUB_ENV"]))
        self.path = files["GITHUB_PATH"].read_text().splitlines()[::-1] + self.path
        state["outputs"] = values(files["GITHUB_OUTPUT"])
        if done.returncode:
            raise stand_ins.Failed(f"{said}\nexit status {done.returncode}")
        return said

    def environment(self, contexts, files, env, action_path):
        """What the process finds around it, and nothing of the machine that this runs on but where programs are."""
        github, runner = contexts["github"], contexts["runner"]
        path = [*self.path, str(ROOT / "tests/workflows/bin"), os.environ["PATH"]]
        own = {
            "PATH": ":".join(path), "HOME": str(self.home), "LANG": "C.UTF-8", "CI": "true",
            "GITHUB_ACTIONS": "true", "GITHUB_API_URL": github["api_url"], "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_REPOSITORY": github["repository"], "GITHUB_REF": github["ref"], "GITHUB_REF_NAME": github["ref_name"],
            "GITHUB_BASE_REF": github["base_ref"], "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_RUN_ID": github["run_id"], "GITHUB_WORKSPACE": str(self.workspace), "GITHUB_WORKFLOW": github["workflow"],
            "GITHUB_STEP_SUMMARY": str(self.summary), "RUNNER_OS": runner["os"], "RUNNER_ARCH": runner["arch"],
            "RUNNER_TEMP": str(self.temp), "PYBUMP_RELEASES": self.run.releases, "STAND_INS": str(self.run.folder),
            **{name: str(file) for name, file in files.items()},
        }
        if action_path:
            own["GITHUB_ACTION_PATH"] = str(action_path)
        return {**own, **self.added, **env}


def values(file):
    """What a step wrote into one of the runner's files: `NAME=VALUE` and `NAME<<MARK` lines."""
    found, lines = {}, iter(file.read_text().splitlines())
    for line in lines:
        marked = re.fullmatch(r"([^=<]+)<<(.+)", line)
        if marked:
            value = []
            for inner in lines:
                if inner == marked.group(2):
                    break
                value.append(inner)
            else:
                raise stand_ins.Failed(f"{file.name}: no end of {marked.group(1)}")
            found[marked.group(1)] = "\n".join(value)
        elif line:
            name, equals, value = line.partition("=")
            if not equals:
                raise stand_ins.Failed(f"{file.name}: cannot read {line!r}")
            found[name] = value
    return found


if __name__ == "__main__":
    run = Run(load(Path(sys.argv[1])), json.load(sys.stdin))
    json.dump(run.jobs(), sys.stdout)
