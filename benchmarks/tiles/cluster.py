"""A PostgreSQL cluster for one run: in a temporary folder, reached by a socket there, gone afterwards. Knows no tiles."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.peers import PeerError

__all__ = ["Cluster", "cluster"]

_PACKAGES: Final = ("postgresql-15", "postgresql-15-postgis-3")
_USER: Final = "postgres"  # the package makes it; the server does not run as root
_SETTINGS: Final = {
    "shared_buffers": "1GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "listen_addresses": "''",
}


@dataclass(frozen=True)
class Cluster:
    """Where a running server listens."""

    socket: str
    port: int
    user: str


@contextmanager
def cluster(password: str = "") -> Iterator[Cluster]:
    """Start a server; stop it and remove its files at the end.

    Parameters
    ----------
    password
        What the server asks its user for; empty: nothing.

    Raises
    ------
    PeerError
        If the server is not there, cannot be installed or does not start.
    """
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="rdtr-bench-"))
    run_as = _other_user(home)
    data = home / "data"
    try:
        _run([binaries / "initdb", "-D", data, *_entry(password, home), "-E", "UTF8", "--no-sync"], home, run_as)
        port = _free_port()
        options = [f"-c {key}={value}" for key, value in _SETTINGS.items()]
        started = [binaries / "pg_ctl", "-D", data, "-l", home / "log", "-w", "start", "-o"]
        _run([*started, " ".join([f"-p {port}", f"-k {home}", *options])], home, run_as)
        try:
            yield Cluster(str(home), port, _USER)
        finally:
            with suppress(PeerError):
                _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], home, run_as)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _entry(password: str, home: Path) -> list[str | Path]:
    if not password:
        return ["-U", _USER, "-A", "trust"]
    said = home / "password"
    said.write_text(password, encoding="utf-8")
    return ["-U", _USER, "-A", "scram-sha-256", "--pwfile", said]


def _binaries() -> Path:
    found = _look()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet)  # type: ignore[call-overload]
        found = _look()
    if found is None:
        raise PeerError(f"not installed: needs the Debian packages {' and '.join(_PACKAGES)}")
    return found


def _look() -> Path | None:
    """Find a server that has PostGIS beside it."""
    for home in sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True):
        extension = Path("/usr/share/postgresql", home.name, "extension", "postgis.control")
        if (home / "bin" / "initdb").exists() and extension.exists():
            return home / "bin"
    return None


def _other_user(home: Path) -> str | None:
    if os.geteuid():
        return None
    try:
        entry = pwd.getpwnam(_USER)
    except KeyError as error:
        raise PeerError(f"not started: the server does not run as root, and there is no user {_USER}") from error
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return _USER


def _run(command: list[str | Path], home: Path, user: str | None) -> None:
    with (home / "said").open("w") as said:  # not a pipe: the server would inherit and hold it
        done = subprocess.run(list(map(str, command)), cwd=home, user=user, stdout=said, stderr=said, check=False)
    if done.returncode:
        lines = (home / "said").read_text(encoding="utf-8").splitlines() or ["no word why"]
        raise PeerError(f"{Path(command[0]).name} failed: {lines[-1].replace(str(home), '…')[:120]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
