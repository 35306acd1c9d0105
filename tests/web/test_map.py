"""The map in a real browser: draws, answers, checks, speaks two languages; asks nobody else and complains of nothing."""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.request import urlopen

import geopandas as gpd
import pytest
from playwright.sync_api import Request, expect

import rdtr
from rdtr import Plan
from tests.web.conftest import Open, ready
from tests.web.screen import MIDDLE, around, check, choose, draw, pixels, tab

HOUSING = "#FFDC00"  # the official colour of R-2


def test_the_zones_are_drawn_in_official_colours(visit: Open) -> None:
    page = ready(visit("#theme=light"))
    assert pixels(page, HOUSING) > 2_000
    expect(page.locator("h1")).to_contain_text("RDTR Kota Muara Contoh")


def test_hiding_a_class_takes_its_colour_from_the_map(visit: Open) -> None:
    page = ready(visit())
    page.get_by_role("button", name="Sembunyikan R-2 ").click()
    expect(page.get_by_role("button", name="Tampilkan R-2 ")).to_have_attribute("aria-pressed", "false")
    ready(page)
    assert pixels(page, HOUSING) == 0
    page.get_by_role("button", name="Tampilkan semua zona").click()
    ready(page)
    assert pixels(page, HOUSING) > 2_000


def test_a_click_in_the_legend_leaves_one_class(visit: Open) -> None:
    page = ready(visit())
    page.locator(".legend-main", has_text="R-2").click()
    ready(page)
    assert pixels(page, HOUSING) > 2_000
    assert pixels(page, "#C8F546") == 0  # P-1


def test_a_click_tells_the_zone_that_the_service_tells(visit: Open, service: str) -> None:
    page = ready(visit())
    with page.expect_response(lambda r: "/at?" in r.url) as answer:
        page.mouse.click(*MIDDLE)
    told = answer.value.json()
    card = page.locator(".card")
    expect(card.locator(".card-code")).to_have_text(told["zone"]["KODSZN"])
    expect(card.get_by_role("heading", name="Boleh bangun apa di sini?")).to_be_visible()
    expect(card.locator(".allowed li").first).to_be_visible()


def test_a_place_outside_the_plan_is_neither_allowed_nor_forbidden(visit: Open) -> None:
    page = ready(visit())
    page.mouse.click(500, 870)
    expect(page.locator(".card")).to_contain_text("Di luar rencana")
    expect(page.locator(".card")).to_contain_text("bukan izin dan bukan larangan")


def test_a_drawn_site_gets_the_verdict_of_the_library(visit: Open, city: Plan) -> None:
    page = ready(visit())
    draw(page, around(MIDDLE))
    choose(page, "rumah tunggal")
    sent: list[Request] = []
    page.on("request", lambda r: sent.append(r) if r.url.partition("?")[0].endswith("/checks") else None)
    verdict = check(page)
    site = gpd.GeoDataFrame.from_features(json.loads(sent[0].post_data or "")["features"], crs=4326)
    (activity,) = [a for a in _activities(city) if a[1] == "Rumah tunggal"]
    report = rdtr.check(city, site, activity=activity[0], on=date.today())
    permit = report.permits.iloc[0]
    words = {
        "permitted": "Sesuai",
        "conditional": "Bersyarat",
        "partial": "Sesuai sebagian",
        "prohibited": "Tidak sesuai",
        "undetermined": "Tidak dapat dinilai",
    }
    expect(verdict.locator("h2")).to_have_text(words[permit["verdict"]])
    expect(verdict).to_contain_text(_square_metres(permit["area_used_m2"]))
    expect(verdict.locator(".reason .reference").first).to_be_visible()


def _activities(plan: Plan) -> list[tuple[str, str]]:
    table = plan.rules.table("activities")
    return list(zip(table["activity_id"], table["name"], strict=True))


def _square_metres(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,")) + " m²"


def test_the_language_changes_everywhere_and_the_verdict_with_it(visit: Open) -> None:
    page = ready(visit())
    draw(page, around(MIDDLE))
    choose(page, "rumah tunggal")
    verdict = check(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(verdict).to_contain_text("Area of the site")
    expect(verdict).to_contain_text("Screening by the data of the plan, not a KKPR decision.")
    expect(verdict.locator(".reason").first).not_to_contain_text("diizinkan")
    expect(page.get_by_role("tab", name="Place")).to_be_visible()


@pytest.mark.parametrize(("name", "magic"), [("XLSX", b"PK"), ("GeoJSON", b"{")])
def test_the_report_can_be_downloaded(visit: Open, name: str, magic: bytes) -> None:
    page = ready(visit())
    draw(page, around(MIDDLE, 30))
    choose(page, "rumah tunggal")
    verdict = check(page)
    with page.expect_download() as download:
        verdict.get_by_role("button", name=name).click()
    assert download.value.path().read_bytes().startswith(magic)
    assert download.value.suggested_filename == f"hasil-kota-contoh.{name.lower()}"


def test_a_site_can_be_pasted_as_coordinates(visit: Open, city: Plan) -> None:
    page = ready(visit())
    tab(page, "Periksa").click()
    page.get_by_role("button", name="Tempel koordinat").click()
    west, south, east, north = city.zones.to_crs(4326).total_bounds
    x, y, d = (west + east) / 2, (south + north) / 2, 0.0005
    corners = [(x - d, y - d), (x + d, y - d), (x + d, y + d), (x - d, y + d)]
    page.get_by_label("Koordinat sudut bidang").fill("\n".join(f"{lat:.6f}, {lon:.6f}" for lon, lat in corners))
    page.get_by_role("button", name="Pakai koordinat ini").click()
    expect(page.locator(".site")).to_contain_text("Bidang ± 12.")  # 0.001 degrees at the equator: 111.3 x 110.6 m
    expect(page.locator(".site")).to_contain_text("Keyakinan")


def test_a_figure_that_is_no_number_is_told_and_stops_the_check(visit: Open) -> None:
    page = ready(visit())
    draw(page, around(MIDDLE))
    choose(page, "rumah tunggal")
    page.get_by_text("Isi angka bangunan").click()
    page.get_by_label("Tinggi bangunan").fill("dua belas")
    expect(page.get_by_text("Tulis angka, misalnya 1.234,5")).to_be_visible()
    expect(page.get_by_role("button", name="Periksa", exact=True)).to_be_disabled()
    page.get_by_label("Tinggi bangunan").fill("99,5")
    verdict = check(page)
    expect(verdict).to_contain_text("99,50 m")


def test_the_search_finds_activities_and_coordinates(visit: Open) -> None:
    page = ready(visit())
    box = page.get_by_role("combobox", name="Cari tempat")
    box.fill("rumah")
    page.locator("#found [role=option]", has_text="Rumah tunggal").click()
    expect(page.locator(".chosen")).to_contain_text("Rumah tunggal")
    box.fill("0,1301 117,4997")
    page.locator("#found [role=option]", has_text="0,130100° LU").click()
    expect(page.locator(".card")).to_contain_text("117,499700° BT")


def test_special_provisions_and_rasters_can_be_shown(visit: Open) -> None:
    page = ready(visit())
    before = page.locator(".map").screenshot()
    page.locator("summary", has_text="Ketentuan khusus").click()
    page.get_by_role("switch", name="Kawasan rawan bencana").check()
    ready(page)
    hatched = page.locator(".map").screenshot()
    assert hatched != before
    page.locator("summary", has_text="Data dukung").click()
    with page.expect_response(lambda r: "/rasters/" in r.url and "/tiles/" in r.url):
        page.get_by_role("radio").nth(1).check()


def test_an_address_brings_back_what_was_seen(visit: Open) -> None:
    page = ready(visit())
    page.mouse.click(*MIDDLE)
    page.get_by_role("button", name="Sembunyikan R-2 ").click()
    page.get_by_label("Tampilan").select_option("dark")
    code = page.locator(".card-code").inner_text()
    expect(page).to_have_url(re.compile(r"without=R-2.*theme=dark|theme=dark.*without=R-2"))
    again = ready(visit(page.evaluate("location.hash")))
    expect(again.locator(".card-code")).to_have_text(code)
    expect(again.locator("html")).to_have_attribute("data-theme", "dark")
    expect(again.get_by_role("button", name="Tampilkan R-2 ")).to_be_visible()


def test_another_plan_can_be_chosen_and_linked(visit: Open) -> None:
    page = ready(visit("#plan=kota-kedua"))
    chooser = page.get_by_role("combobox", name="Rencana")
    expect(chooser).to_have_value("kota-kedua")
    chooser.select_option("kota-contoh")
    expect(page).to_have_url(re.compile("plan=kota-contoh"))


def test_the_keyboard_alone_picks_a_place_and_draws_a_site(visit: Open) -> None:
    page = ready(visit())
    canvas = page.locator(".maplibregl-canvas")
    canvas.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card-code")).to_be_visible()
    tab(page, "Periksa").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Gambar di peta").press("Enter")
    page.locator(".draw-bar").wait_for()
    for k, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
        page.keyboard.press("Space")
        page.locator(".draw-bar").get_by_text(f"{k} sudut").wait_for()
        page.keyboard.press(key)
        page.wait_for_timeout(400)  # the map moves
    page.locator(".draw-bar").get_by_role("button", name="Selesai").press("Enter")
    expect(page.locator(".site")).to_contain_text("Bidang")


def test_escape_gives_a_drawing_up(visit: Open) -> None:
    page = ready(visit())
    tab(page, "Periksa").click()
    page.get_by_role("button", name="Gambar di peta").click()
    page.locator(".draw-bar").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".draw-bar")).to_have_count(0)


def test_a_phone_has_the_whole_desk_in_a_sheet(visit: Open) -> None:
    page = ready(visit(phone=True))
    sheet = page.locator(".desk")
    expect(sheet).to_have_class("desk desk-peek")
    page.touchscreen.tap(160, 400)
    expect(page.locator(".card-code")).to_be_visible()
    expect(sheet).to_have_class("desk desk-half")
    tab(page, "Legenda").tap()
    expect(page.get_by_role("button", name="Sembunyikan R-2 ")).to_be_visible()
    page.get_by_role("button", name="Perbesar panel").tap()
    expect(sheet).to_have_class("desk desk-full")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_service_without_plans_says_so(visit: Open, empty_service: str) -> None:
    page = visit(base=empty_service)
    expect(page.get_by_role("heading", name="Belum ada rencana yang disajikan")).to_be_visible()


def test_a_service_that_is_gone_is_told(visit: Open) -> None:
    page = ready(visit())
    page.context.set_offline(True)
    expect(page.get_by_text("Layanan tidak terhubung")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Layanan tidak terhubung")).to_have_count(0)


def test_the_glyphs_of_the_labels_are_served(service: str, web: object) -> None:
    with urlopen(f"{service}/static/glyphs/Noto%20Sans%20Regular/0-255.pbf") as answer:
        assert b"Noto Sans Regular" in answer.read(64)
