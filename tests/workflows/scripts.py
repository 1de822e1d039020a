"""Writes each `run:` of workflows and actions into a file of its own, as bash would get it.

    scripts.py FOLDER FILE…

An expression within a script is written as a word: what it would become is unknown, and zizmor forbids it.
"""

import re
import sys
from pathlib import Path

from ruamel.yaml import YAML

folder = Path(sys.argv[1])
folder.mkdir(parents=True)
for path in map(Path, sys.argv[2:]):
    what = YAML(typ="safe", pure=True).load(path)
    jobs = what["jobs"] if "jobs" in what else {"action": what["runs"]}
    for name, job in jobs.items():
        for index, step in enumerate(job["steps"]):
            if "run" in step:
                script = re.sub(r"\$\{\{.*?\}\}", "EXPRESSION", step["run"], flags=re.S)
                place = str(path.with_suffix("")).strip("/").replace("/", "_")
                (folder / f"{place}.{name}.{index}.sh").write_text(f"#!/bin/bash\n{script}")
