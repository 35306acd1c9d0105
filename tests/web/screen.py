"""What a person does and sees on the map, in one place for the tests of it: clicks, drawings, colours on the screen."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Locator, Page

Point = tuple[float, float]

MIDDLE: Point = (748.0, 470.0)  # of what panels leave of the map at 1440 x 900


def pixels(page: Page, color: str) -> int:
    """Count the pixels of the map that have exactly a colour, ``#RRGGBB``."""
    picture = Image.open(io.BytesIO(page.locator(".map").screenshot())).convert("RGB")
    wanted = tuple(int(color[k : k + 2], 16) for k in (1, 3, 5))
    return sum(count for count, value in picture.getcolors(1 << 24) or [] if value == wanted)


def around(middle: Point, half: float = 60.0) -> list[Point]:
    """Corners of a square on the screen."""
    x, y = middle
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def draw(page: Page, corners: list[Point]) -> None:
    """Draw a site as a person does: open the form, click the corners, finish."""
    tab(page, "Periksa").click()
    page.get_by_role("button", name="Gambar di peta").click()
    bar = page.locator(".draw-bar")
    bar.wait_for()
    for k, (x, y) in enumerate(corners, start=1):
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        bar.get_by_text(f"{k} sudut").wait_for()
    bar.get_by_role("button", name="Selesai").click()
    page.locator(".site").wait_for()


def choose(page: Page, activity: str) -> None:
    """Choose an activity by typing."""
    page.get_by_role("combobox", name="Kegiatan atau KBLI").fill(activity)
    page.locator("#activities [role=option]").first.click()


def check(page: Page) -> Locator:
    """Ask for the verdict and wait for it."""
    page.get_by_role("button", name="Periksa", exact=True).click()
    verdict = page.locator(".verdict")
    verdict.wait_for()
    return verdict


def tab(page: Page, name: str) -> Locator:
    """A tab of the desk."""
    return page.get_by_role("tab", name=name)
