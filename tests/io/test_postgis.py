"""Plans from a real PostGIS: the same plan as from a file, refusals in words, and no password in any of them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pyproj
import pytest
import shapely

import rdtr
from benchmarks.peers import PeerError
from benchmarks.tiles.cluster import Cluster, cluster
from rdtr.errors import CrsError, FileError, RdtrError, SchemaError
from rdtr.io.postgisurl import table_address
from tests.absent import absent
from tests.town import make_zones

PASSWORD = "r4h@sia/ßx"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    try:
        with cluster(PASSWORD) as running:
            _fill(running)
            yield running
    except PeerError as error:
        absent(f"PostGIS is not there ({error})")


def _fill(server: Cluster) -> None:
    zones = make_zones(LUASHA=[0.25, None, 0.5, 0.1]).iloc[::-1]  # stored against the order of its key
    with psycopg.connect(_server(server), autocommit=True) as connection:
        run = connection.execute
        run("CREATE EXTENSION postgis")
        # the coordinate systems of SRGI2013 are younger than this PostGIS; offices add them like this
        run("INSERT INTO spatial_ref_sys VALUES (9480, 'EPSG', 9480, %s, '+proj=utm +zone=50 +ellps=WGS84 +units=m')",
            (pyproj.CRS(9480).to_wkt("WKT1_GDAL"),))  # fmt: skip
        run("CREATE SCHEMA rencana")
        run('CREATE TABLE rencana.zonasi (fid int PRIMARY KEY, "KODSZN" text, "NAMOBJ" text, "LUASHA" numeric,'
            " since date, tags jsonb, geom geometry(MultiPolygon, 9480))")  # fmt: skip
        for row, zone in zones.iterrows():
            shape = shapely.MultiPolygon([zone.geometry]).wkb
            luasha = None if zone.LUASHA != zone.LUASHA else zone.LUASHA
            run("INSERT INTO rencana.zonasi VALUES (%s, %s, %s, %s, '2024-01-31', '[1, \"a\"]', ST_GeomFromWKB(%s, 9480))",
                (row, zone.KODSZN, zone.NAMOBJ, luasha, shape))  # fmt: skip
        run('CREATE VIEW rencana."Peta Zona" AS SELECT fid, "KODSZN", geom FROM rencana.zonasi')
        run(
            "CREATE TABLE rencana.lengkung AS SELECT 'R-2'::text AS kodszn, ST_GeomFromText("
            "'CURVEPOLYGON(CIRCULARSTRING(550000 10000, 550100 10100, 550200 10000, 550100 9900, 550000 10000))', 9480) AS g"
        )
        run('CREATE TABLE rencana.tinggi AS SELECT fid, "KODSZN", ST_Force3D(geom) AS geom FROM rencana.zonasi')
        run('CREATE TABLE rencana.bumi AS SELECT fid, "KODSZN", ST_Transform(geom, 4326)::geography AS geom '
            "FROM rencana.zonasi")  # fmt: skip
        run('CREATE TABLE rencana.tanpa_crs AS SELECT fid, "KODSZN", ST_SetSRID(geom, 0) AS geom FROM rencana.zonasi')
        run('CREATE TABLE rencana.campur AS SELECT fid, "KODSZN", CASE WHEN fid = 1 THEN ST_SetSRID(geom, 32750) '
            "ELSE geom END AS geom FROM rencana.zonasi")  # fmt: skip
        run('CREATE TABLE rencana.dua AS SELECT fid, "KODSZN", geom, ST_Centroid(geom) AS titik FROM rencana.zonasi')
        run("CREATE TABLE rencana.daftar (fid int, kodszn text)")
        run("CREATE TABLE rencana.kosong (kodszn text, geom geometry(Polygon, 9480))")
        run("CREATE ROLE pembaca LOGIN PASSWORD 'baca12345'")
        run("GRANT USAGE ON SCHEMA rencana TO pembaca")
        run("GRANT SELECT ON rencana.zonasi TO pembaca")


def _server(server: Cluster, user: str = "", password: str = PASSWORD) -> str:
    who = f"{user or server.user}:{quote(password, safe='')}"
    return f"postgresql://{who}@/postgres?host={quote(server.socket, safe='')}&port={server.port}"


def address(server: Cluster, table: str, **who: str) -> str:
    return f"{_server(server, **who)}&table={quote(table)}"


def refusal(url: str, error: type[RdtrError], *secrets: str) -> str:
    with pytest.raises(error) as refused:
        rdtr.read_plan(url)
    shown = "".join(traceback.format_exception(refused.value))
    for secret in (PASSWORD, quote(PASSWORD, safe=""), *secrets):
        assert secret not in shown
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_table_gives_the_plan_that_a_file_gives(server: Cluster, tmp_path: Path) -> None:
    plan = rdtr.read_plan(address(server, "rencana.zonasi"), rules=None)
    assert plan.identity.id == "zonasi"
    assert plan.zones["KODSZN"].tolist() == make_zones()["KODSZN"].tolist()  # in the order of the key
    assert plan.zones.area.round(3).tolist() == [2500.0, 2500.0, 5000.0, 1000.0]
    assert plan.crs.to_epsg() == 9480
    assert plan.zones["LUASHA"].isna().tolist() == [False, True, False, False]
    again = rdtr.read_plan(rdtr.write_plan(plan, tmp_path / "kota.rdtr"))
    assert again.hash == plan.hash
    assert rdtr.read_plan(address(server, "rencana.zonasi")).hash == plan.hash


def test_a_user_who_may_only_read_the_table_can(server: Cluster) -> None:
    assert len(rdtr.read_plan(address(server, "rencana.zonasi", user="pembaca", password="baca12345")).zones) == 4
    said = refusal(address(server, "rencana.tinggi", user="pembaca", password="baca12345"), FileError, "baca12345")
    assert said == "postgres/rencana.tinggi: the user may not read the table; ask for the right to SELECT"


@pytest.mark.parametrize(
    ("table", "code"), [("rencana.Peta Zona", None), ("RENCANA.ZONASI", None), ("rencana.tinggi", "GEOMETRY_Z_DROPPED")]
)
def test_views_other_letter_case_and_heights_are_taken(server: Cluster, table: str, code: str | None) -> None:
    plan = rdtr.read_plan(address(server, table))
    assert sorted(plan.zones.area.round(3)) == [1000.0, 2500.0, 2500.0, 5000.0]
    assert code is None or code in plan.findings.counts()


def test_curves_become_lines_and_geography_is_projected(server: Cluster) -> None:
    circle = rdtr.read_plan(address(server, "rencana.lengkung"))
    assert circle.zones.area[0] == pytest.approx(31_415.9, rel=1e-3)
    earth = rdtr.read_plan(address(server, "rencana.bumi"))
    assert sorted(earth.zones.area.round(1)) == [1000.0, 2500.0, 2500.0, 5000.0]
    assert "CRS_PROJECTED" in earth.findings.counts()


def test_a_table_without_crs_needs_one_from_the_caller(server: Cluster) -> None:
    url = address(server, "rencana.tanpa_crs")
    assert "postgres/rencana.tanpa_crs: no CRS is stated" in refusal(url, CrsError)
    assert rdtr.read_plan(url, source_crs=9480).crs.to_epsg() == 9480


def test_one_of_two_geometry_columns_is_named(server: Cluster) -> None:
    url = address(server, "rencana.dua")
    assert "the geometry columns are geom, titik; say which, &geometry=geom" in refusal(url, SchemaError)
    assert len(rdtr.read_plan(f"{url}&geometry=geom").zones) == 4
    assert "the geometry columns are geom, titik" in refusal(f"{url}&geometry=bentuk", SchemaError)


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        ("rencana.zonase", FileError, 'there is no such table; did you mean "rencana.zonasi"?'),
        ("zonasi", FileError, 'there is no such table; did you mean "rencana.zonasi"?'),
        ("x'; DROP TABLE rencana.zonasi; --.a", FileError, "there is no such table"),
        ("rencana.daftar", SchemaError, "no column is declared as geometry, only fid, kodszn"),
        ("rencana.campur", CrsError, "rows have different SRIDs (9480, 32750)"),
        ("rencana.kosong", RdtrError, "rencana.kosong"),
    ],
)
def test_a_table_that_is_no_plan_is_refused_in_one_line(
    server: Cluster, table: str, error: type[RdtrError], words: str
) -> None:
    assert words in refusal(address(server, table), error)


def test_a_wrong_password_is_said_and_not_shown(server: Cluster) -> None:
    said = refusal(address(server, "rencana.zonasi", password="s4lah%besar"), FileError, "s4lah", "besar")
    assert 'password authentication failed for user "postgres"' in said
    assert "check address, user and password" in said


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{PASSWORD[:3]}%zz{PASSWORD[3:]}@localhost/kota?table=a.b",
        "postgresql://u:s3kret-x@localhost:99999999/kota?table=a.b",
        "postgresql://u:s3kret-x@127.0.0.1:1/kota?table=a.b",
        "postgresql://u:s3kret-x@127.0.0.1:abc/kota?table=a.b",
        "postgresql://u@127.0.0.1:1/kota?table=a.b&password=s3kret-x",
        "postgresql://u@127.0.0.1:1/kota?table=a.b&hostt=s3kret-x&password=s3kret-x",
        "postgresql://u:s3kret-x@[/kota?table=a.b",
        "postgresql://u:ab/s3kret-x@127.0.0.1/kota?table=a.b",
        "postgresql://u:ab#s3kret-x@127.0.0.1/kota?table=a.b",
        "postgresql://u:ab?s3kret-x@127.0.0.1/kota?table=a.b",
        "postgresql://u:s3kret-x\u2100@127.0.0.1/kota?table=a.b",
        "postgresql://u:s3kret-x@127.0.0.1/kota",
        "postgres://u:s3kret-x@127.0.0.1/kota?tabel=a.b",
    ],
)
def test_an_address_that_leads_nowhere_never_shows_its_password(url: str) -> None:
    refusal(url, FileError, "s3kret", PASSWORD[3:])


def test_reading_cannot_write(server: Cluster) -> None:
    with psycopg.connect(_server(server), autocommit=True) as connection:
        connection.execute("CREATE FUNCTION rencana.catat() RETURNS int VOLATILE LANGUAGE sql AS "
                           "'INSERT INTO rencana.daftar VALUES (1, ''x'') RETURNING fid'")  # fmt: skip
        connection.execute(
            'CREATE VIEW rencana.jebakan AS SELECT rencana.catat() AS n, "KODSZN", geom FROM rencana.zonasi'
        )
    assert "read-only transaction" in refusal(address(server, "rencana.jebakan"), FileError)


def test_layer_and_encoding_are_not_for_a_data_base(server: Cluster) -> None:
    with pytest.raises(RdtrError, match="layer cannot be given for a data base"):
        rdtr.read_plan(address(server, "rencana.zonasi"), layer="a")


def test_an_address_without_its_second_slash_is_understood() -> None:
    assert table_address("postgresql:/u@h/kota?table=a").server == "postgresql://u@h/kota"
