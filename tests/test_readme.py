"""The README's code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_every_python_block_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size > 10_000]


def test_the_two_commands_come_first() -> None:
    first = README.index("make demo"), README.index("make test")
    assert max(first) < README.index("##")
