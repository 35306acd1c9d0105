"""Every code block of the README and the documents runs, page by page, in a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

BLOCK = re.compile(r"^( *)```([a-z]+)[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
RUN = ("python", "sh")
SHOWN = {
    "console": "changes the machine it is typed on: packages, services, containers",
    "ini": "a file of systemd; read by the test of the deployment files",
    "nginx": "a file of nginx; read by the test of the deployment files",
    "html": "a page; opened in a browser by the test of the notebooks",
    "text": "an answer or a drawing, no code",
    "json": "an answer, no code",
    "toml": "a file; must be TOML",
    "csv": "a file",
}
"""Why a block of this kind is not run here."""


def blocks(page: Path) -> list[tuple[str, str]]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(kind, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)) for indent, kind, text in found]


@pytest.mark.parametrize("page", [p for p in PAGES if any(k in RUN for k, _ in blocks(p))], ids=lambda p: p.stem)
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for kind, text in blocks(page):
        if kind == "python":
            exec(compile(text, str(page), "exec"), names)
        elif kind == "sh":
            _run_shell(text, tmp_path)


def _run_shell(text: str, folder: Path) -> None:
    lines = text.splitlines()
    for line in lines:
        if target := re.match(r"make (\S+)", line):  # would run this very test again
            assert re.search(rf"^{target[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
    rest = "\n".join(line for line in lines if not line.startswith("make "))
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", rest],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{rest}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_block_says_what_it_is_and_is_run_or_has_a_reason(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^ *```[a-z]+", text, re.MULTILINE)) == len(blocks(page)), "a fence without a language"
    assert {kind for kind, _ in blocks(page)} <= {*RUN, *SHOWN}
    for kind, block in blocks(page):
        if kind == "toml":
            tomllib.loads(block)


def test_the_two_commands_come_first_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert max(text.index("make demo"), text.index("make test")) < text.index("##")


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout + done.stderr
    assert (ROOT / "site" / "api" / "rencana" / "index.html").read_text(encoding="utf-8").count("doc-object") > 20


@pytest.mark.parametrize(("script", "made"), [("http_reference", "http.md"), ("commands", "perintah.md")])
def test_a_page_made_by_a_script_is_as_the_script_makes_it(script: str, made: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {script} as made; print(made.page(), end='')"],
        cwd=ROOT / "docs" / "make",
        capture_output=True,
        text=True,
        check=True,
    )
    told = f"docs/{made} is old; run: make pages"
    assert done.stdout == (ROOT / "docs" / made).read_text(encoding="utf-8"), told
