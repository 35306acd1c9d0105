"""Whether everybody can use the map: axe on every state of the page, in every theme, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.web.conftest import Open, ready
from tests.web.screen import MIDDLE, around, check, choose, draw, tab

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="package")
def axe(web: SimpleNamespace) -> str:
    """The source of axe-core."""
    return Path(web.WEB, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")


def complaints(page: Page, axe: str) -> list[str]:
    """What axe finds, one line each."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{v['impact']} {v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark", "colorblind"])
def test_axe_finds_nothing_on_the_page_the_card_and_the_verdict(visit: Open, axe: str, theme: str) -> None:
    page = ready(visit(f"#theme={theme}"))
    for fold in page.locator(".side summary").all():
        fold.click()
    assert complaints(page, axe) == []
    page.mouse.click(*MIDDLE)
    page.locator(".allowed li").first.wait_for()
    assert complaints(page, axe) == []
    draw(page, around(MIDDLE))
    page.get_by_text("Isi angka bangunan").click()
    assert complaints(page, axe) == []
    choose(page, "rumah tunggal")
    check(page)
    assert complaints(page, axe) == []


def test_axe_finds_nothing_on_a_phone(visit: Open, axe: str) -> None:
    page = ready(visit(phone=True))
    assert complaints(page, axe) == []
    page.touchscreen.tap(160, 400)
    page.locator(".allowed li").first.wait_for()
    assert complaints(page, axe) == []
    for name in ("Periksa", "Legenda"):
        tab(page, name).tap()
        assert complaints(page, axe) == []


def test_focus_goes_through_everything_in_the_order_of_reading(visit: Open) -> None:
    page = ready(visit())
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
        )
    wanted = [
        "Langsung ke panel",
        "Rencana",
        "Cari tempat, blok, atau kegiatan",
        "Tampilan",
        "ID Bahasa Indonesia",
        "EN English",
    ]
    assert [s for s in seen if s in wanted] == [w for w in wanted if w in seen]
    assert "Langsung ke panel" in seen[0]
