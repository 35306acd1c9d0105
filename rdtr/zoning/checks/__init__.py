"""The rules, listed. Each judges one dimension of every permit at once and can say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from rdtr.types import BoolArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks import intensity, overlay, siting, use

__all__ = ["RULES", "Rule"]


class Judge(Protocol):
    """Judge every permit of a case."""

    def __call__(self, case: Case, /) -> Judgement:
        """Return outcomes by permit and, where the rule judges by part, by part."""


class Describe(Protocol):
    """Say what a judgement found about the chosen permits."""

    def __call__(self, case: Case, judgement: Judgement, chosen: BoolArray, /, *, passes: bool) -> Iterator[Batch]:
        """Yield findings; `passes` asks for those that are fulfilled too."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One dimension: its name, how it judges and how it explains itself."""

    dimension: str
    judge: Judge
    describe: Describe


RULES: Final = (
    Rule("use", use.judge, use.describe),
    Rule("intensity", intensity.judge, intensity.describe),
    Rule("siting", siting.judge, siting.describe),
    Rule("overlay", overlay.judge, overlay.describe),
)
