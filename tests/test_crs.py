from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from rdtr import crs
from rdtr.errors import CrsError

BONTANG = (117.5, 0.13)
CITY = (542_656.0, 1_842.0, 570_476.0, 22_107.0)  # Bontang in EPSG:9480, DOMAIN chapter 7


def points(*lonlat: tuple[float, float]) -> np.ndarray:
    return np.array([shapely.Point(p) for p in lonlat], dtype=object)


@pytest.mark.parametrize(
    ("lon", "lat", "utm", "tm3"),
    [
        (*BONTANG, 9480, 23838),
        (117.5, -0.13, 9490, 23838),
        (106.83, -6.2, 9488, 23834),  # Jakarta
        (95.3, 5.55, 9476, 23830),  # Banda Aceh, the westernmost
        (140.7, -2.53, 9494, 23845),  # Jayapura, the easternmost
        (95.3, -1.0, 9476, 23830),  # 46S does not exist
    ],
)
def test_a_place_has_its_utm_and_its_tm3_zone(lon: float, lat: float, utm: int, tm3: int) -> None:
    assert crs.metric_crs(lon, lat).to_epsg() == utm
    assert crs.metric_crs(lon, lat, "tm3").to_epsg() == tm3


def test_the_codes_are_the_systems_that_they_claim_to_be() -> None:
    assert crs.SRGI2013.name == "SRGI2013"
    assert crs.parse(9480).name == "SRGI2013 / UTM zone 50N"
    assert crs.parse(23838).name == "DGN95 / Indonesia TM-3 zone 50.2"


def central_meridian(zone: pyproj.CRS) -> float:
    operation = zone.coordinate_operation
    assert operation is not None
    return next(p.value for p in operation.params if p.name == "Longitude of natural origin")


@pytest.mark.parametrize(("kind", "half_width"), [("utm", 3.0), ("tm3", 1.5)])
def test_from_sabang_to_merauke_the_zone_is_the_one_with_the_nearest_meridian(
    kind: crs.Metric, half_width: float
) -> None:
    for lon in np.arange(94.1, 141.0, 0.25):
        zone = crs.metric_crs(float(lon), -3.0, kind)
        assert abs(central_meridian(zone) - lon) <= half_width, (lon, zone.name)


def test_a_place_outside_indonesia_is_refused() -> None:
    with pytest.raises(CrsError, match=r"2\.3500, 48\.8500 lies outside Indonesia"):
        crs.metric_crs(2.35, 48.85)


@pytest.mark.parametrize("value", [9480, "9480", "EPSG:9480", "epsg:9480", np.int64(9480), pyproj.CRS.from_epsg(9480)])
def test_a_crs_is_understood_however_it_is_written(value: object) -> None:
    assert crs.parse(value).to_epsg() == 9480


@pytest.mark.parametrize(("value", "words"), [(None, "no CRS is stated"), ("Bontang", "'Bontang' is not known")])
def test_what_is_no_crs_is_refused_with_what_to_do(value: object, words: str) -> None:
    with pytest.raises(CrsError, match=words) as refused:
        crs.parse(value)
    assert "EPSG:9480" in str(refused.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("EPSG:4326", "in degrees"),
        ("EPSG:9468", "no map projection"),  # geocentric, in metres
        ('LOCAL_CS["site",UNIT["metre",1]]', "no map projection"),
        ("EPSG:2263", "foot"),
        ("EPSG:3857", "distorts areas"),
    ],
)
def test_areas_are_not_measured_where_they_cannot_be(code: str, words: str) -> None:
    with pytest.raises(CrsError, match=words):
        crs.require_metric(crs.parse(code), "zones.shp")


def test_by_default_wgs84_and_srgi2013_are_one_frame_and_nothing_moves() -> None:
    place = points(BONTANG)
    same = crs.transform(place, crs.parse(4326), crs.SRGI2013)
    assert shapely.get_coordinates(same).tolist() == [list(BONTANG)]
    from_wgs = crs.transform(place, crs.parse(4326), crs.parse(9480))
    from_srgi = crs.transform(place, crs.SRGI2013, crs.parse(9480))
    assert shapely.equals_exact(from_wgs, from_srgi).all()


def test_as_proj_has_it_a_point_in_bontang_moves_by_sixteen_centimetres() -> None:
    place = points(BONTANG)
    null = crs.transform(place, crs.parse(4326), crs.parse(9480), "null")[0]
    proj = crs.transform(place, crs.parse(4326), crs.parse(9480), "proj")[0]
    assert abs(proj.x - null.x) == pytest.approx(0.16, abs=0.01)
    assert abs(proj.y - null.y) == pytest.approx(0.04, abs=0.01)


def test_there_and_back_is_the_same_place_to_a_tenth_of_a_millimetre() -> None:
    place = points(BONTANG, (117.62, 0.02))
    for code in (9480, 23838, 32650):
        there = crs.transform(place, crs.parse(4326), crs.parse(code))
        back = crs.transform(there, crs.parse(code), crs.parse(4326))
        assert np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(place)).max() < 1e-9  # degrees: 0.1 mm


def test_none_and_empty_geometry_stays_as_it_is() -> None:
    given = np.array([None, shapely.Polygon()], dtype=object)
    moved = crs.transform(given, crs.parse(4326), crs.parse(9480))
    assert moved[0] is None
    assert moved[1].is_empty


def test_coordinates_that_do_not_exist_in_the_target_are_refused() -> None:
    with pytest.raises(CrsError, match="do not exist in SRGI2013 / UTM zone 50N"):
        crs.transform(points((0.0, 95.0)), crs.parse(4326), crs.parse(9480))


def test_the_bias_of_the_projections_at_bontang_is_as_published() -> None:
    square = gpd.GeoSeries([shapely.box(117.5, 0.13, 117.501, 0.131)], crs=4326)
    geodesic = crs.geodesic_area(square.to_numpy(), crs.parse(4326))[0]
    biases = {}
    for code in (9480, 23838, 3857):
        moved = crs.transform(square.to_numpy(), crs.parse(4326), crs.parse(code))
        biases[code] = 100 * (shapely.area(moved)[0] / geodesic - 1)
    assert -0.076 <= biases[9480] <= -0.068
    assert 0.003 <= biases[23838] <= 0.018
    assert biases[3857] == pytest.approx(0.67, abs=0.01)


@pytest.mark.parametrize("code", [9480, 23838])
def test_the_area_scale_agrees_with_geodesic_areas_over_the_city(code: int) -> None:
    target = crs.parse(code)
    rng = np.random.default_rng(0)
    corners = rng.uniform((CITY[0], CITY[1]), (CITY[2] - 200, CITY[3] - 200), (40, 2))
    lots = crs.transform(shapely.box(*corners.T, *(corners + 200).T), crs.parse(9480), target)
    bounds = tuple(float(v) for v in shapely.total_bounds(lots))
    scale = crs.area_scale(target, bounds)  # type: ignore[arg-type]
    centre = shapely.get_coordinates(shapely.centroid(lots))
    fitted = shapely.area(lots) * scale.at(centre[:, 0], centre[:, 1])
    exact = crs.geodesic_area(lots, target)
    assert np.abs(fitted / exact - 1).max() < 1e-8  # 4 ha to a square centimetre or better


def test_geodesic_area_of_nothing_is_nothing_and_holes_count() -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(25, 25, 75, 75))
    given = np.array(
        [None, shapely.Polygon(), shapely.transform(ring, lambda c: c + np.array([555_000, 14_000]))], dtype=object
    )
    area = crs.geodesic_area(given, crs.parse(9480))
    assert area[:2].tolist() == [0.0, 0.0]
    assert area[2] == pytest.approx(7500, rel=1e-3)


@pytest.mark.parametrize(
    ("bounds", "stated", "words"),
    [
        ((0.02, 117.4, 0.2, 117.6), 4326, "longitude and latitude look swapped: exchange x and y"),
        ((14_000, 555_000, 15_000, 556_000), 9480, "look swapped"),
        ((117.4, 0.02, 117.6, 0.2), 9480, "they look like degrees: state EPSG:4326"),
        ((555_000, 14_000, 556_000, 15_000), 4326, "they look like metres: state the UTM or TM-3 zone"),
        ((555_000, 14_000, 556_000, 15_000), 9490, "they look like UTM zone 50N"),
        ((555_000, 10_014_000, 556_000, 10_015_000), 9480, "they look like UTM zone 50S"),
        ((2.0, 48.0, 3.0, 49.0), 4326, "state the CRS the file was really drawn in"),
        ((float("nan"),) * 4, 9480, "not those of a place in Indonesia"),
    ],
)
def test_coordinates_outside_indonesia_are_refused_with_a_guess(
    bounds: tuple[float, float, float, float], stated: int, words: str
) -> None:
    with pytest.raises(CrsError, match=words) as refused:
        crs.require_in_indonesia(bounds, crs.parse(stated), "zones.shp")
    assert str(refused.value).startswith("zones.shp: ")


def test_a_plan_that_reaches_over_the_edge_of_its_zone_is_no_fault() -> None:
    bounds = (165_000.0, 14_000.0, 175_000.0, 24_000.0)  # around 114 E, where 49N ends and 50N begins
    lon, _ = crs.require_in_indonesia(bounds, crs.parse(9480), "zones.shp")
    assert lon == pytest.approx(114.03, abs=0.05)


def test_coordinates_in_indonesia_give_their_centre_in_degrees() -> None:
    lon, lat = crs.require_in_indonesia(CITY, crs.parse(9480), "zones.shp")
    assert (round(lon, 2), round(lat, 2)) == (117.51, 0.11)
