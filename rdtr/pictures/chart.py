"""A plan as a chart of matplotlib, in its official colours. Knows no web map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from rdtr.tiles.palette import Swatch, palette
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plan_plot"]

_SIZE: Final = (9.0, 7.0)  # inches
_ROWS: Final = 26  # of a column of the legend
_EDGE: Final = "#5a5a5a"


def plan_plot(
    plan: Plan, *, ax: Axes | None = None, legend: bool = True, lang: Lang = "id", alpha: float = 1.0, **style: Any
) -> Axes:
    """Draw the zones of a plan, see `rdtr.Plan.plot`."""
    target = ax if ax is not None else plt.subplots(figsize=_SIZE, layout="constrained")[1]
    colors = palette(plan)
    options = {"linewidth": 0.15, "edgecolor": _EDGE, **style}
    plan.zones.plot(ax=target, color=colors.color.tolist(), alpha=alpha, aspect="equal", **options)
    if ax is None:
        target.set_axis_off()
        target.set_title(plan.identity.title or plan.identity.id, fontsize=12, loc="left")
        _scale_bar(target)
    if legend:
        _legend(target, colors.swatches, lang)
    return target


def _legend(target: Axes, swatches: tuple[Swatch, ...], lang: Lang) -> None:
    handles = [Patch(facecolor=s.color, edgecolor=_EDGE, linewidth=0.4, label=_said(s)) for s in swatches]
    target.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        ncols=math.ceil(len(handles) / _ROWS),
        fontsize=7,
        frameon=False,
        title="Zona" if lang == "id" else "Zones",
        alignment="left",
        handlelength=1.4,
        labelspacing=0.35,
    )


def _said(swatch: Swatch) -> str:
    return swatch.label if swatch.name in ("", swatch.label) else f"{swatch.label}  {swatch.name}"


def _scale_bar(target: Axes) -> None:
    (west, east), (south, north) = target.get_xlim(), target.get_ylim()
    length = _round_length((east - west) / 5)
    x, y = west + (east - west) * 0.03, south + (north - south) * 0.03
    target.plot([x, x + length], [y, y], color="black", linewidth=2.5, solid_capstyle="butt")
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    target.annotate(said, (x + length / 2, y), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=8)


def _round_length(about: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(about))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= about)
