"""What stands in for the actions of others that the workflows use, where there is no GitHub.

Each takes the step's inputs and does to folder and outputs what the real one does. An input that a stand-in does not know
is an error, and so is an action without a stand-in or without a pinned commit.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path


class Failed(Exception):
    """The step fails, as the real action would."""


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=GitHub", "-c", "user.email=noreply@github.com", *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def allow(inputs, *names):
    unknown = set(inputs) - set(names)
    if unknown:
        raise Failed(f"no stand-in for the inputs {sorted(unknown)}")


def checkout(job, inputs):
    allow(inputs, "fetch-depth", "persist-credentials")
    if inputs.get("persist-credentials") != "false":
        raise Failed("persist-credentials: the token would stay in .git for every later step")
    origin, folder, depth = job.run.config["origin"], job.workspace, inputs.get("fetch-depth", "1")
    pull = job.run.event.get("pull_request")
    if pull:
        # GitHub keeps the commit that merging would make.
        base, head = f"refs/heads/{pull['base']['ref']}", f"refs/heads/{pull['head']['ref']}"
        merged = git(origin, "merge-tree", "--write-tree", base, head)
        commit = git(origin, "commit-tree", merged, "-p", base, "-p", head, "-m", "Merge")
        git(origin, "update-ref", f"refs/pull/{pull['number']}/merge", commit)
    reference = job.run.config["ref"]
    git(folder, "init", "--quiet")
    git(folder, "remote", "add", "origin", f"file://{origin}")
    wanted = ["+refs/heads/*:refs/remotes/origin/*"] if depth == "0" else []
    local = re.sub(r"^refs/(heads/)?", "refs/remotes/origin/" if not pull else "refs/remotes/", reference)
    git(folder, "fetch", "--quiet", "--no-tags", *([] if depth == "0" else [f"--depth={depth}"]), "origin",
        *wanted, f"+{reference}:{local}")
    if pull:
        git(folder, "checkout", "--quiet", "--detach", local)
    else:
        git(folder, "checkout", "--quiet", "-B", reference.removeprefix("refs/heads/"), local)
    git(folder, "remote", "set-url", "origin", f"{job.run.server_url}/{job.run.repository}")
    return {"commit": git(folder, "rev-parse", "HEAD")}


def cache_places(job, inputs):
    """The folder on the job's machine, and where all that was ever kept lies."""
    kept = job.run.folder / "caches"
    kept.mkdir(exist_ok=True)
    return Path(inputs["path"].replace("~", str(job.home), 1)), kept


def cache_restore(job, inputs):
    allow(inputs, "path", "key", "restore-keys")
    if not inputs.get("path") or not inputs.get("key"):
        raise Failed("path and key are needed")
    path, kept = cache_places(job, inputs)
    wanted = [inputs["key"], *inputs.get("restore-keys", "").split()]
    newest = sorted((one for one in kept.iterdir()), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    found = next((one for prefix in wanted for one in newest if one.name.startswith(prefix)), None)
    if found:
        shutil.copytree(found, path, dirs_exist_ok=True)
    hit = ("true" if found.name == inputs["key"] else "false") if found else ""
    return {"cache-hit": hit, "cache-primary-key": inputs["key"], "cache-matched-key": found.name if found else ""}


def cache_save(job, inputs):
    """Where there is nothing to keep, or no key, or the key is taken, the real one warns and goes on."""
    allow(inputs, "path", "key")
    if not inputs.get("path") or not inputs.get("key"):
        return {}
    path, kept = cache_places(job, inputs)
    if path.exists() and not (kept / inputs["key"]).exists():
        shutil.copytree(path, kept / inputs["key"])
        os.utime(kept / inputs["key"])
    return {}


def cache(job, inputs):
    outputs = cache_restore(job, inputs)
    # Its `post-if` is `success()`.
    job.post.append(lambda: job.status == "success" and cache_save(job, {name: inputs[name] for name in ("path", "key")}))
    return {"cache-hit": outputs["cache-hit"]}


def app_token(job, inputs):
    rights = [name for name in inputs if name.startswith("permission-")]
    allow(inputs, "client-id", "private-key", *rights)
    if not rights:
        raise Failed("the token would have every right that the App has")
    if not inputs["client-id"] or not inputs["private-key"]:
        raise Failed("client-id and private-key are needed")
    token = job.run.config["app_token"]
    job.run.secret_values.add(token)
    return {"token": token}


def upload_pages(job, inputs):
    allow(inputs, "path")
    site = job.workspace / inputs["path"]
    if not (site / "index.html").is_file():
        raise Failed(f"{inputs['path']} has no index.html")
    shutil.copytree(site, job.run.folder / "artifacts" / "github-pages", dirs_exist_ok=True)
    return {}


def deploy_pages(job, inputs):
    allow(inputs)
    if not (job.run.folder / "artifacts" / "github-pages").is_dir():
        raise Failed("no artifact github-pages")
    if job.permissions.get("pages") != "write" or job.permissions.get("id-token") != "write":
        raise Failed("this job may not publish")
    return {"page_url": "https://acme.github.io/python/"}


STAND_INS = {
    "actions/checkout": checkout,
    "actions/cache": cache,
    "actions/cache/restore": cache_restore,
    "actions/cache/save": cache_save,
    "actions/create-github-app-token": app_token,
    "actions/upload-pages-artifact": upload_pages,
    "actions/deploy-pages": deploy_pages,
}


def stand_in(uses):
    name, _, version = uses.partition("@")
    if name not in STAND_INS:
        raise Failed(f"no stand-in for {name}")
    if not re.fullmatch(r"[0-9a-f]{40}", version):
        raise Failed(f"{name} is not pinned by its commit")
    return STAND_INS[name]
