"""Reading a plan: one layer file, or a whole plan package, becomes a `Plan`. Every step is in a module of its own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from rdtr.errors import PlanError
from rdtr.io.intake import clean_zones
from rdtr.io.package import read_package
from rdtr.io.postgis import read_table
from rdtr.io.postgisurl import is_postgis, table_address
from rdtr.io.rulebook import read_rules
from rdtr.io.source import is_package, local_path
from rdtr.io.vector import read_layer
from rdtr.types import PathLike, Vocabulary
from rdtr.zoning.findings import Findings
from rdtr.zoning.identity import DEFAULT_TOLERANCE_M, PlanIdentity
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import RuleBook

__all__ = ["read_plan"]


def read_plan(
    source: PathLike,
    *,
    rules: RuleBook | PathLike | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = "utm",
    source_crs: Any = None,
    encoding: str | None = None,
    identity: PlanIdentity | None = None,
    vocabulary: Vocabulary = "2021",
    tolerance_m: float | None = None,
) -> Plan:
    """Read a plan, whatever it comes in.

    Rows that cannot be measured are kept apart in `Plan.rejected`; what was mended or noticed is in `Plan.findings`.

    Parameters
    ----------
    source
        A plan package (folder or zip), or a zoning layer: shapefile (loose or zipped), GeoPackage, File Geodatabase,
        GeoJSON, GeoParquet, FlatGeobuf, MapInfo file, or a folder or zip with one of these; or a table of PostGIS,
        ``postgresql://user@host/database?table=schema.table``.
    rules
        The zoning rules: a rule book, or a folder or workbook of rule tables.
    layer
        Which layer, where there are several with polygons.
    columns
        Official name -> name in the file, where a name is not recognised: ``{"KODSZN": "ZONA"}``.
    crs
        ``utm`` (the layer's own CRS if it is metric, else the SRGI2013 UTM zone of its centre), ``tm3`` (the TM-3 zone
        of its centre), or any metric CRS.
    source_crs
        The CRS of the coordinates, where the file states none or a wrong one.
    encoding
        The alphabet of the texts, where the file states none or a wrong one.
    identity
        Title, regulation, dates; by default the plan is called after its file.
    vocabulary
        The generation of zone codes; that of `identity` holds where one is given.
    tolerance_m
        Declared accuracy of the zone lines.

    Returns
    -------
    Plan

    Raises
    ------
    RdtrError
        One line: what was touched, what was found, what was wanted, what to do.

    Examples
    --------
    >>> import json, tempfile
    >>> square = [[[117.5, 0.13], [117.51, 0.13], [117.51, 0.14], [117.5, 0.13]]]
    >>> zone = {"type": "Feature", "properties": {"KD_SUBZON": "r 2"}, "geometry":
    ...         {"type": "Polygon", "coordinates": square}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "kota.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    ...     plan = read_plan(f"{folder}/kota.geojson")
    >>> plan.zones["KODSZN"].tolist(), plan.crs.to_epsg()
    (['R-2'], 9480)
    """
    if not is_postgis(source) and is_package(source):
        ours = {
            "layer": layer,
            "columns": columns,
            "source_crs": source_crs,
            "encoding": encoding,
            "identity": identity,
        }
        return _package(source, rules, tolerance_m, [name for name, value in ours.items() if value is not None])
    who = identity or PlanIdentity(_name_of(source), vocabulary=vocabulary, tolerance_m=DEFAULT_TOLERANCE_M)
    who = who if tolerance_m is None else dataclasses.replace(who, tolerance_m=tolerance_m)
    book = _rules(rules)
    frame, read = _layer(source, layer, source_crs, encoding)
    intake = clean_zones(
        frame,
        frame.attrs["source"],
        findings=read,
        columns=columns,
        crs=crs,
        policy=who.crs_policy,
        vocabulary=who.vocabulary,
    )
    return Plan.build(intake.zones, who, rules=book, findings=intake.findings, rejected=intake.rejected)


def _package(source: PathLike, rules: RuleBook | PathLike | None, tolerance_m: float | None, given: list[str]) -> Plan:
    if given:
        raise PlanError(
            f"{Path(source).name}: a plan package states its own {given[0]}; leave it out, or edit plan.toml"
        )
    plan = read_package(source)
    if tolerance_m is not None:
        plan = dataclasses.replace(plan, identity=dataclasses.replace(plan.identity, tolerance_m=tolerance_m))
    return plan if rules is None else plan.with_rules(_rules(rules))


def _rules(rules: RuleBook | PathLike | None) -> RuleBook:
    if rules is None:
        return RuleBook.empty()
    return rules if isinstance(rules, RuleBook) else read_rules(rules)


def _layer(
    source: PathLike, layer: str | None, source_crs: Any, encoding: str | None
) -> tuple[gpd.GeoDataFrame, Findings]:
    if not is_postgis(source):
        return read_layer(local_path(source), layer=layer, source_crs=source_crs, encoding=encoding)
    for name, given in (("layer", layer), ("encoding", encoding)):
        if given is not None:
            raise PlanError(f"{name} cannot be given for a data base; its address names the table, and texts are UTF-8")
    return read_table(str(source), source_crs=source_crs)


def _name_of(source: PathLike) -> str:
    said = table_address(str(source)).table if is_postgis(source) else local_path(source).resolve().stem
    name = re.sub(r"[^a-z0-9]+", "-", said.casefold()).strip("-")
    return name or "plan"
