"""What can be built at a place, as tables made when asked. Judges nothing; words for HTTP are put together elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from rdtr.types import IndexArray, Lang, ObjectArray, SmallArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks import overlay
from rdtr.zoning.checks.use import UseDetail
from rdtr.zoning.limits import limit_rows
from rdtr.zoning.locate import zone_finder
from rdtr.zoning.outcomes import CONDITIONAL, OUTCOMES, names
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import LIMITS
from rdtr.zoning.sentences import table_of

__all__ = ["LETTERS", "Allowed"]

LETTERS: Final = ("I", "T", "B", "T,B", "-", "X")
"""Permissions as users read them, in the order of `rdtr.zoning.cells`; "-" where the rules say nothing."""

_ACTIVITY: Final = ("activity_id", "name", "kbli", "permission", "outcome", "use", "conditions", "reference")
_OVERLAY: Final = ("field", "value", "effect", "outcome", "area_m2", "KODSZN", "text", "reference", "message")

_EFFECTS: Final = {
    "OVERLAY_PROHIBITS": "prohibit",
    "OVERLAY_ASKS": "condition",
    "OVERLAY_NOTES": "note",
    "OVERLAY_HEIGHT_ASKED": "height",
    "BUFFER_PART": "buffer",
    "BUFFER_WHOLE": "buffer",
}


class Allowed:
    """What can be built at one place.

    Every table is made at its first use and handed out as a copy.

    Attributes
    ----------
    case
        The place laid over the plan.
    """

    def __init__(
        self,
        case: Case,
        detail: UseDetail,
        of_use: SmallArray,
        judged: Judgement,
        verdict: SmallArray,
        zones: IndexArray | None,
    ) -> None:
        self.case = case
        self._detail = detail
        self._use = of_use
        self._overlay = judged
        self._verdict = verdict
        self._zones_here = zones

    @property
    def plan(self) -> Plan:
        """The plan that was asked."""
        return self.case.plan

    @property
    def geometry(self) -> shapely.Geometry:
        """The place in the plan's CRS; of a point, the square of two centimetres that was judged."""
        return self.case.permits.geometry.iloc[0]

    @property
    def is_point(self) -> bool:
        """Whether a point was asked for."""
        return self._zones_here is not None

    @property
    def inside(self) -> bool:
        """Whether any part that counts lies in a zone."""
        return bool(len(self._units))

    @property
    def activities(self) -> pd.DataFrame:
        """One row an activity of the rule book, in its order.

        Columns: activity_id, name, kbli; permission (``I``, ``T``, ``B``, ``T,B``, ``X``, ``-`` for not stated; parts of
        different permission with `` / `` between); outcome (what `rdtr.check` gives as the verdict of a permit that
        states nothing else); use (that dimension alone); conditions (tuple of codes), reference.
        """
        return self._activities.copy()

    @cached_property
    def _activities(self) -> pd.DataFrame:
        return pd.DataFrame(self.activity_rows, columns=list(_ACTIVITY))

    @cached_property
    def activity_rows(self) -> list[tuple[Any, ...]]:
        """The rows of `activities` as plain tuples: a service turns them into JSON a hundred times a second."""
        ids, names, kbli, references = self.plan.derived("activity lists", _activity_lists)
        columns, rules = self._columns, self.plan.rules
        letters = self._detail.permission[:, columns].tolist()
        said = [" / ".join(dict.fromkeys(LETTERS[p] for p in row)) for row in letters]
        conditions = [_merged(self._detail.conditions(rules, k, c) for c in columns) for k in range(len(ids))]
        verdict, use = ([OUTCOMES[o] for o in outcome.tolist()] for outcome in (self._verdict, self._use))
        return list(zip(ids, names, kbli, said, verdict, use, conditions, references, strict=True))

    @property
    def zones(self) -> pd.DataFrame:
        """What the plan has here.

        Of a polygon one row a unit (sub-zone, blok, flags): KODSZN, name, area_m2, share, sliver, then the attributes
        that tell units apart; the part outside the plan has neither code nor name. Of a point one row a zone polygon:
        KODSZN, name, zone (its row in ``plan.zones``, counted from 0), area_m2 (of the zone, on the ellipsoid), then all
        its attributes.
        """
        return self._zones.copy()

    @cached_property
    def _zones(self) -> pd.DataFrame:
        return self._parts_table() if self._zones_here is None else self._zones_table(self._zones_here)

    def _parts_table(self) -> pd.DataFrame:
        parts, units = self.case.parts, self.case.index.units
        inside = parts.unit < parts.outside
        table = pd.DataFrame(
            {
                "KODSZN": [units.label[u] or None if i else None for u, i in zip(parts.unit, inside, strict=True)],
                "name": [units.name[u] or None if i else None for u, i in zip(parts.unit, inside, strict=True)],
                "area_m2": parts.area_m2,
                "share": parts.area_m2 / parts.parcel_area_m2[parts.permit],
                "sliver": ~parts.counts,
            }
        )
        # -1 is no row of the units: outside the plan every attribute is missing
        of_unit = units.table.drop(columns="KODSZN", errors="ignore").reindex(np.where(inside, parts.unit, -1))
        return pd.concat([table, of_unit.reset_index(drop=True)], axis=1)

    def _zones_table(self, zone: IndexArray) -> pd.DataFrame:
        units, columns = self.case.index.units, self.plan.derived("zone columns", _zone_columns)
        shape = zone_finder(self.plan).shapes[zone]
        centre = shapely.centroid(shape)
        scale = self.case.index.scale.at(shapely.get_x(centre), shapely.get_y(centre))
        unit = units.of_zone[zone]
        first = {
            "KODSZN": [units.label[u] or None for u in unit],
            "name": [units.name[u] or None for u in unit],
            "zone": zone,
            "area_m2": shapely.area(shape) * scale,
        }
        return pd.DataFrame(first | {c: values[zone] for c, values in columns.items() if c != "KODSZN"})

    @property
    def limits(self) -> pd.DataFrame:
        """Every variant of the limits of the buildable sub-zones here.

        Columns: KODSZN; road_class, lot_min_m2, lot_max_m2, alternative (when it holds); the limits (``kdb_max_pct``,
        ``klb_max``, ...; NaN where none is stated); reference.
        """
        return self._limits.copy()

    @cached_property
    def _limits(self) -> pd.DataFrame:
        rows, units = self.plan.derived("limit rows", limit_rows), self.case.index.units
        found = dict.fromkeys(
            (str(units.label[u]), int(r)) for u in self._units if not units.cut_out[u] for r in rows.of_unit[u]
        )
        at = np.array([r for _, r in found], np.int64)
        return pd.DataFrame(
            {
                "KODSZN": pd.Series([label for label, _ in found], dtype=object),
                "road_class": rows.road[at],
                "lot_min_m2": rows.lot_min[at],
                "lot_max_m2": rows.lot_max[at],
                "alternative": rows.alternative[at],
                **dict(zip(LIMITS, rows.value[at].T, strict=True)),
                "reference": rows.reference[at],
            }
        )

    @property
    def overlays(self) -> pd.DataFrame:
        """Special provisions met here, messages in Bahasa Indonesia: see `overlays_in`."""
        return self.overlays_in("id")

    def overlays_in(self, lang: Lang = "id") -> pd.DataFrame:
        """Lay out the special provisions (flags, layers, buffers) that are met here.

        Returns
        -------
        DataFrame
            field, value, effect (prohibit, condition, note, height, buffer; empty where the rules say
            nothing or their layer is missing), outcome, area_m2
            (NaN at a point), KODSZN, text, reference, message.
        """
        chosen = np.ones(1, np.bool_)
        batches = overlay.describe(self.case, self._overlay, chosen, passes=True)
        rows = [row for batch in batches if len(batch.permit) for row in self._overlay_rows(batch, lang)]
        return pd.DataFrame(rows, columns=list(_OVERLAY))

    def _overlay_rows(self, batch: Batch, lang: Lang) -> Iterator[tuple[Any, ...]]:
        said = None if self.is_point else table_of([("overlay", batch)], np.array(["1"], dtype=object), lang)
        outcome = names(np.broadcast_to(np.asarray(batch.outcome, np.int8), len(batch.permit)))
        labels, references = (np.broadcast_to(v, len(batch.permit)) for v in (batch.label, batch.reference))
        for k in range(len(batch.permit)):
            field, value, text = (batch.more[c][k] for c in ("field", "value", "text"))
            area = np.nan if said is None or batch.unit != "m2" else np.asarray(batch.measured)[k]
            # at a point there is no area to speak of
            message = f"{field} = {value}: {text}" if said is None else said["message"].iloc[k]
            effect, label = _EFFECTS.get(batch.code, ""), labels[k] or None
            yield field, value, effect, outcome[k], area, label, text, references[k], message

    @cached_property
    def _units(self) -> IndexArray:
        """Units of the parts that count, largest first."""
        parts = self.case.parts
        order = np.argsort(-parts.area_m2, kind="stable")
        unit = parts.unit[order][parts.counts[order]]
        return unit[unit < parts.outside]

    @cached_property
    def _columns(self) -> list[int]:
        """Matrix columns of the parts that count, largest first, each once; the outside last."""
        parts = self.case.parts
        columns = list(self._detail.column[self._units])
        if (parts.unit[parts.counts] == parts.outside).any():
            columns.append(self._detail.column[parts.outside])
        return [int(c) for c in dict.fromkeys(columns)]

    def to_dict(self, lang: Lang = "id") -> dict[str, Any]:
        """Put everything into plain lists and numbers, as JSON wants them; see `rdtr.zoning.allowedwords`."""
        from rdtr.zoning.allowedwords import to_dict  # it reads this class

        return to_dict(self, lang)

    def __repr__(self) -> str:
        codes = ", ".join(dict.fromkeys(str(self.case.index.units.label[u]) for u in self._units)) or "luar rencana"
        allowed = int((self._verdict <= CONDITIONAL).sum())
        return f"<Allowed in {codes}: {allowed:,} of {len(self._verdict):,} activities>"

    def _repr_html_(self) -> str:
        from rdtr.zoning.studycards import allowed_card  # drawing sits apart, and only a notebook asks for it

        return allowed_card(self)


def _merged(conditions: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for codes in conditions for code in codes))


def _activity_lists(plan: Plan) -> tuple[list[str], ...]:
    table = plan.rules.activities
    return (*(list(table[c]) for c in ("activity_id", "name", "kbli")), list(plan.rules.matrix_references))


def _zone_columns(plan: Plan) -> dict[str, ObjectArray]:
    zones = plan.zones
    return {c: zones[c].to_numpy(object) for c in zones.columns if c != "geometry"}
