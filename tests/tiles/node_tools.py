"""Node tools for tests, installed once into .node/ with pinned versions; a machine without Node skips."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.absent import absent

HERE = Path(__file__).parent / "node"
HOME = Path(__file__).parents[2] / ".node"


def style_errors(styles: list[dict[str, Any]]) -> list[list[str]]:
    """Errors of each style by @maplibre/maplibre-gl-style-spec."""
    home = _installed()
    run = ["node", str(HERE / "validate.mjs"), str(home)]
    done = subprocess.run(run, input=json.dumps(styles), capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def run_node(script: str, *arguments: str | Path) -> str:
    """Run a script of `node/` on the installed tools; return what it prints."""
    run = ["node", str(HERE / script), str(_installed()), *map(str, arguments)]
    return subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout


def _installed() -> Path:
    if shutil.which("node") is None or shutil.which("npm") is None:
        absent("no Node: install nodejs and npm to hold styles and tiles against what web maps use")
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    have = HOME / "package.json"
    if not (HOME / "node_modules").is_dir() or not have.is_file() or have.read_text(encoding="utf-8") != wanted:
        HOME.mkdir(exist_ok=True)
        npm = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent", "--prefix", str(HOME)]
        shutil.copy(HERE / "package.json", have)
        done = subprocess.run(npm, capture_output=True, text=True, check=False, timeout=180)
        if done.returncode:
            have.unlink()
            absent(f"npm could not install the judges of styles and tiles: {done.stderr.strip()[:200]}")
    return HOME
