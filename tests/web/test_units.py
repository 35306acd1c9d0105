"""The map's own tests and types, run as its developers run them."""

from __future__ import annotations

from types import SimpleNamespace


def test_every_type_of_the_map_holds(web: SimpleNamespace) -> None:
    assert web.run("tsc", "--noEmit").strip() == ""


def test_the_tests_of_the_map_pass(web: SimpleNamespace) -> None:
    assert "passed" in web.run("vitest", "run", "--no-color")


def test_the_second_build_has_nothing_to_do(web: SimpleNamespace) -> None:
    assert web.build() is False


def test_no_lock_names_a_registry(web: SimpleNamespace) -> None:
    assert '"resolved"' not in (web.WEB / "package-lock.json").read_text(encoding="utf-8")


def test_the_licences_of_what_is_shipped_go_along(web: SimpleNamespace) -> None:
    text = (web.STATIC / "licences.txt").read_text(encoding="utf-8")
    for name in ("maplibre-gl", "terra-draw", "preact", "plus-jakarta-sans"):
        assert name in text
    assert "SIL OPEN FONT LICENSE" in (web.STATIC / "glyphs" / "LICENSE.txt").read_text(encoding="utf-8").upper()
