"""A real browser on a real service: the map built from its sources, two plans served, every stray word written down."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from rdtr import Plan, read_plan, sample_city
from rdtr.sample.write import write_sample
from tests.absent import absent
from tests.conftest import ROOT

GPU = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a graphics card
START_S = 300.0  # a cold machine compiles the kernels first


@pytest.fixture(scope="package")
def web() -> SimpleNamespace:
    """The builder of the map, after it has built it."""
    builder = SimpleNamespace(**runpy.run_path(str(ROOT / "web" / "build.py")))
    builder.install()
    builder.build()
    return builder


@pytest.fixture(scope="package")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two plans: the sample city and the same under another name."""
    folder = tmp_path_factory.mktemp("served")
    made = write_sample(sample_city(parcels=2_000), tmp_path_factory.mktemp("city"))
    second = Path(shutil.copytree(made.plan, folder / "kota-kedua"))
    shutil.copytree(made.plan, folder / made.plan.name)
    about = (second / "plan.toml").read_text(encoding="utf-8")
    about = re.sub(r"(?m)^id = .*", 'id = "kota-kedua"', about)
    about = re.sub(r"(?m)^title = .*", 'title = "RDTR Kota Kedua"', about)
    (second / "plan.toml").write_text(about, encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def city(plans: Path) -> Plan:
    """The plan that is shown first, for oracles."""
    return read_plan(plans / "kota-contoh")


def _serving(folder: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("rdtr")), "serve", str(folder), "--port", str(port)]
    environ = {**os.environ, "RDTR_RATE_PER_MINUTE": "0"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environ)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:  # compiling hears no signal
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the service did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="package")
def service(web: SimpleNamespace, plans: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of `rdtr serve` over the two plans."""
    yield from _serving(plans, tmp_path_factory.mktemp("log") / "serve.log")


@pytest.fixture(scope="package")
def empty_service(web: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service without a plan."""
    yield from _serving(tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("log") / "serve.log")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        absent("no Chromium here: the map cannot be looked at")
    sandbox = [] if os.getuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*GPU, *sandbox])
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, service: str) -> Iterator[Open]:
    """Open the map; whatever the page complains of, asks of others or is refused fails the test at its end."""
    contexts, strays = [], []

    def opened(
        path: str = "", *, base: str = service, phone: bool = False, width: int = 1440, height: int = 900
    ) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": width, "height": height},
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
            locale="id-ID",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        _listen(page, urlparse(base).netloc, strays)
        page.goto(f"{base}/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert strays == []


def _listen(page: Page, host: str, strays: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            strays.append(f"console: {message.text}")

    def request(sent: Request) -> None:
        if urlparse(sent.url).scheme not in ("blob", "data") and urlparse(sent.url).netloc != host:
            strays.append(f"asked of others: {sent.url}")

    def response(got: Response) -> None:
        if got.status >= 400:
            strays.append(f"refused: {got.status} {got.url}")

    page.on("console", console)
    page.on("request", request)
    page.on("response", response)
    page.on("pageerror", lambda error: strays.append(f"thrown: {error}"))


def ready(page: Page) -> Page:
    """Wait until the zones are drawn."""
    page.wait_for_selector('.map[data-ready="true"]')
    return page
