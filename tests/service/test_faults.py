"""What goes wrong in operation, with real processes: killed workers, clients that vanish, full disks, hostile requests."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from rdtr import SampleCity, write_plan
from rdtr.service.keys import add_key
from rdtr.service.workers import HUNG_S
from tests.service.listening import Wire

PLAN = "/plans/kota-contoh"
TILE = f"{PLAN}/tiles/WebMercatorQuad/14/13539/8186.mvt"
_START_S = 240.0
RDTR = (sys.executable, "-c", "from rdtr.cli import main; main()")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serving(
    folder: Path, *, workers: int = 1, largest_file: int | None = None, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run ``rdtr serve`` as an operator does; with an ulimit on the size of files if asked."""

    def limited() -> None:  # pragma: no cover - runs in the child
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    port = free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("RDTR_")}
    environ |= {
        "RDTR_RATE_PER_MINUTE": "0",
        "RDTR_POLL_S": "0.2",
        **{f"RDTR_{k.upper()}": v for k, v in settings.items()},
    }
    command = [*RDTR, "serve", str(folder), "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, preexec_fn=limited)
    drain = threading.Thread(target=process.stderr.read, daemon=True)  # type: ignore[union-attr]
    drain.start()
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: ready(url, process), _START_S)
        yield process, url
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        drain.join(5)
        process.stderr.close()  # type: ignore[union-attr]


def ready(url: str, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the service ended with {process.returncode}")
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(true: object, patience_s: float = 60.0) -> None:
    end = time.monotonic() + patience_s
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError("did not come true")
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    """Return the worker processes: those that have a socket of their own to answer on."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat, line = (path / "stat").read_text(), (path / "cmdline").read_bytes()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid and b"spawn_main" in line:
            found.append(int(path.name))
    return found


@pytest.fixture
def folder(city: SampleCity, tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    write_plan(city.plan, folder / "kota.rdtr")
    return folder


def test_a_killed_worker_and_one_that_hangs_are_replaced_and_the_others_serve_on(folder: Path) -> None:
    with serving(folder, workers=2) as (process, url):
        wait_until(lambda: len(children(process.pid)) == 2)
        wait_until(lambda: metric(url, "rdtr_workers") == 2.0, _START_S)
        outcomes: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                try:
                    outcomes.append(httpx.get(url + TILE, timeout=30).status_code)
                except httpx.TransportError:
                    outcomes.append(0)  # was under way in the worker that died

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        time.sleep(1.0)
        victim = children(process.pid)[0]
        os.kill(victim, signal.SIGKILL)
        before = len(outcomes)
        wait_until(lambda: len(outcomes) > before + 50)
        wait_until(lambda: victim not in (now := children(process.pid)) and len(now) == 2, 180.0)
        wait_until(lambda: metric(url, "rdtr_workers") == 2.0, _START_S)
        stop.set()
        for asker in askers:
            asker.join()
        assert set(outcomes) <= {0, 200}
        assert outcomes.count(0) <= 4  # at most what each asker had under way
        assert outcomes[-1] == 200
        hangs = children(process.pid)[0]
        os.kill(hangs, signal.SIGSTOP)
        wait_until(lambda: hangs not in children(process.pid), 3 * HUNG_S)


def metric(url: str, name: str) -> float:
    lines = httpx.get(f"{url}/metrics", timeout=30).text.splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


def test_a_stopped_service_ends_the_answers_under_way(folder: Path, city: SampleCity) -> None:
    body = city.permits.to_crs(4326).to_json()
    with serving(folder) as (process, url):
        httpx.post(f"{url}{PLAN}/checks", content=body, timeout=120)
        got: list[int] = []
        asker = threading.Thread(
            target=lambda: got.append(httpx.post(f"{url}{PLAN}/checks", content=body, timeout=120).status_code)
        )
        asker.start()
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        asker.join(60)
        assert got == [200]
        assert process.wait(60) in (0, -signal.SIGTERM)


def test_a_client_that_vanishes_in_its_upload_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    os.environ["TMPDIR"], before = str(scratch), os.environ.get("TMPDIR")
    try:
        with serving(folder) as (_, url):
            port = int(url.rpartition(":")[2])
            for _ in range(5):
                with Wire(port) as wire:
                    head = f"POST {PLAN}/checks HTTP/1.1\r\nHost: a\r\nContent-Type: application/geo+json\r\n"
                    wire.send(f"{head}Content-Length: 1000000\r\n\r\n".encode() + b" " * 50_000)
                    time.sleep(0.1)
            assert httpx.get(url + TILE, timeout=30).status_code == 200
            wait_until(
                lambda: not [p for p in scratch.iterdir() if p.name.startswith("rdtr-") and "workers" not in p.name]
            )
            assert (
                'status="499"' in httpx.get(f"{url}/metrics").text or 'status="400"' in httpx.get(f"{url}/metrics").text
            )
    finally:
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before


def test_a_full_disk_while_publishing_leaves_the_old_plan(folder: Path, city: SampleCity, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    headers = {"authorization": f"Bearer {add_key(keys, 'kantor', 'publish')}", "content-type": "application/zip"}
    plan = replace(city.plan, identity=replace(city.plan.identity, title="Baru"))
    package = Path(write_plan(plan, tmp_path / "baru.zip"))
    zones = (folder / "kota.rdtr" / "zones.parquet").stat().st_size
    largest = (
        max(package.stat().st_size, zones) - 1_000
    )  # the kernel refuses to write a file beyond it, as a full disk does
    with serving(folder, largest_file=largest, keys=str(keys)) as (_, url):
        before = httpx.get(url + PLAN).json()
        answer = httpx.put(url + PLAN, content=package.read_bytes(), headers=headers, timeout=120)
        assert (answer.status_code, answer.headers["content-type"]) == (507, "application/problem+json")
        assert "no room on the disk" in answer.json()["detail"]
        assert httpx.get(url + PLAN).json() == before
        assert httpx.get(url + TILE).status_code == 200
    assert [p.name for p in folder.iterdir() if p.name != ".audit.jsonl"] == ["kota.rdtr"]


def test_a_folder_that_is_corrupt_beside_a_good_one_is_named(folder: Path) -> None:
    shutil.copytree(folder / "kota.rdtr", folder / "rusak.rdtr")
    (folder / "rusak.rdtr" / "zones.parquet").write_bytes(os.urandom(4_000))
    with serving(folder) as (_, url):
        told = httpx.get(f"{url}/readyz").json()
        assert (told["plans"], list(told["broken"])) == (["kota-contoh"], ["rusak.rdtr"])


def test_a_bad_setting_is_one_line_on_the_screen(folder: Path) -> None:
    environ = {**os.environ, "RDTR_MAX_PERMITS": "many"}
    done = subprocess.run([*RDTR, "serve", str(folder)], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "RDTR_MAX_PERMITS is 'many'; wanted a whole number" in done.stderr
