"""A case: one plan, many permits, laid over each other; the table that every rule reads. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.codes import tidy
from rdtr.zoning.columntexts import tidy_texts
from rdtr.zoning.edges import Layout, Rings, layout_of
from rdtr.zoning.index import PlanIndex
from rdtr.zoning.outcomes import ABSENT
from rdtr.zoning.parts import Parts
from rdtr.zoning.plan import Plan

__all__ = ["CERTIFICATE", "GEODESIC", "Batch", "Case", "Judgement"]

CERTIFICATE, GEODESIC = "certificate", "geodesic"


@dataclass(frozen=True, eq=False)
class Case:
    """What is to be judged.

    Attributes
    ----------
    plan
        The plan.
    permits
        Permits with canonical columns, in the plan's CRS, one row each.
    parts
        The permits laid over the plan.
    tolerance_m
        The accuracy that slivers were told by.
    on
        The day of judgement; None when it does not matter.
    coded
        Text columns of the permits that are coded already, see `rdtr.zoning.permits.Normal`.
    """

    plan: Plan
    permits: gpd.GeoDataFrame
    parts: Parts
    tolerance_m: float
    on: date | None = None
    coded: Mapping[str, pa.DictionaryArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.permits)

    @property
    def index(self) -> PlanIndex:
        """The prepared plan."""
        return self.plan.index

    @property
    def in_force(self) -> bool:
        """Whether the plan is in force on the day of judgement; an unknown day or date is no obstacle."""
        identity, on = self.plan.identity, self.on
        early = on is not None and identity.valid_from is not None and on < identity.valid_from
        late = on is not None and identity.valid_until is not None and on > identity.valid_until
        return not (early or late)

    def states(self, column: str) -> bool:
        """Tell whether any permit states something in a column."""
        return column in self.permits.columns and bool(self.permits[column].notna().any())

    def number(self, column: str) -> FloatArray:
        """A numeric column, shape (n,); NaN where it says nothing."""
        if column not in self.permits.columns:
            return np.broadcast_to(np.nan, len(self))  # no room for what nobody states
        return self.permits[column].to_numpy(dtype=np.float64, na_value=np.nan)

    def text(self, column: str) -> tuple[list[str], IndexArray]:
        """A text column as distinct texts and, shape (n,), which of them each permit has; "" says nothing."""
        coded = self.coded.get(column)
        if coded is None and not self.states(column):
            return [""], np.broadcast_to(np.int64(0), len(self))
        coded = coded if coded is not None else tidy_texts(self.permits[column])
        if coded is not None and not coded.null_count:
            return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)
        codes, unique = pd.factorize(self.permits[column], use_na_sentinel=False)
        return [tidy(u) for u in unique], codes.astype(np.int64)

    @cached_property
    def layout(self) -> Layout:
        """The permits laid out flat; kept only while they are judged, being as large as the permits."""
        return layout_of(self.permits.geometry.to_numpy(), "permit")

    @property
    def rings(self) -> Rings:
        """The permits laid out flat, in one."""
        return self.layout.whole()

    @cached_property
    def labels(self) -> ObjectArray:
        """What users call each unit, shape (units + 1,); "" is outside the plan."""
        return np.append(self.index.units.label, "")

    @cached_property
    def geodesic_m2(self) -> FloatArray:
        """Area on the ellipsoid, shape (n,)."""
        bounds = self.parts.bounds
        x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
        return self.parts.parcel_area_m2 * self.index.scale.at(x, y)

    @cached_property
    def used_m2(self) -> FloatArray:
        """Area that ratios are taken of: the certificate's where it is stated, else the geodesic; shape (n,)."""
        stated = self.number("certificate_area_m2")
        return np.where(np.isnan(stated), self.geodesic_m2, stated)

    @cached_property
    def by_certificate(self) -> BoolArray:
        """True where `used_m2` is the certificate's area."""
        return ~np.isnan(self.number("certificate_area_m2"))

    @cached_property
    def buildable_share(self) -> FloatArray:
        """Share of the parcel outside road bodies and water that count, shape (n,); NaN without a part."""
        parts = self.parts
        cut = np.append(self.index.units.cut_out, False)[parts.unit]
        counted = parts.sums(parts.area_m2, parts.counts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return parts.sums(parts.area_m2, parts.counts & ~cut) / counted


@dataclass(frozen=True, eq=False)
class Batch:
    """Findings of one code, as columns; a scalar holds for all rows.

    Attributes
    ----------
    code
        Code of the catalogue.
    permit
        Shape (k,), rows of the case.
    outcome
        Shape (k,) or scalar; ABSENT for a note that decides nothing.
    more
        What the sentence needs beyond the columns; arrays of shape (k,) or scalars.
    """

    code: str
    permit: IndexArray
    outcome: SmallArray | int = ABSENT
    measured: FloatArray | float = np.nan
    limit: FloatArray | float = np.nan
    unit: str = ""
    label: ObjectArray | str = ""
    reference: ObjectArray | str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What one rule says.

    Attributes
    ----------
    outcome
        Shape (n,), by permit; ABSENT where there is nothing to judge.
    part_outcome, near_outcome
        Shapes of ``parts.permit`` and ``parts.near_permit``; None where the rule does not judge by part.
    detail
        What the rule needs to describe itself later.
    still
        Shape (n,), the share of `outcome` that no shift of a zone line moves; None where there is none.
    """

    outcome: SmallArray
    part_outcome: SmallArray | None = None
    near_outcome: SmallArray | None = None
    detail: Any = None
    still: SmallArray | None = None
