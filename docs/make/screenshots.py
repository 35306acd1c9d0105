"""Takes the pictures of the README from the running product: ``make screenshots``, then look at them.

Needs Chromium and the built map; the hands are those of the tests of the map.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from rdtr import sample_city
from rdtr.sample.write import write_sample

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "img"
GPU = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]

sys.path.insert(0, str(ROOT))
from tests.web.screen import MIDDLE, around, check, choose, draw  # noqa: E402 - the tests are no installed package


@contextmanager
def service() -> Iterator[str]:
    """A service over a sample city."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        write_sample(sample_city(parcels=3_000), folder)
        command = [sys.executable, "-m", "rdtr", "serve", folder, "--port", str(port)]
        process = subprocess.Popen(command, env={**os.environ, "RDTR_RATE_PER_MINUTE": "0"}, stdout=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait(base: str) -> None:
    for _ in range(1_200):
        try:
            urllib.request.urlopen(f"{base}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("the service did not start")


def main() -> None:
    """Take every picture."""
    with service() as base, sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=GPU)
        _verdict(_open(browser, base, (1440, 900), "light"))
        _place(_open(browser, base, (1440, 900), "dark"))
        _phone(_open(browser, base, (390, 844), "light"))
        browser.close()


def _open(browser: Browser, base: str, size: tuple[int, int], scheme: str) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page.goto(f"{base}/#theme={scheme}")
    _settled(page)
    return page


def _settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_500)  # labels fade in


def _verdict(page: Page) -> None:
    draw(page, around(MIDDLE))
    choose(page, "rumah tunggal")
    check(page)
    _save(page, "putusan.png")


def _place(page: Page) -> None:
    page.mouse.click(*MIDDLE)
    page.locator(".card").wait_for()
    _save(page, "malam.png")


def _phone(page: Page) -> None:
    page.mouse.click(175, 345)
    page.locator(".card").wait_for()
    _save(page, "ponsel.png")


def _save(page: Page, name: str) -> None:
    _settled(page)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
