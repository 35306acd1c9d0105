"""The benchmark of the audit runs on a small city and says what it measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.audit import main


def test_the_audit_is_measured_at_two_sizes_without_peers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("<!-- benchmarks-audit:start -->\n<!-- benchmarks-audit:end -->\n", encoding="utf-8")
    assert main(["--size", "small", "--repeats", "1", "--no-peers", "--readme", str(readme)]) == 0
    said = capsys.readouterr().out
    assert "Audit of a plan just read, every check" in said
    assert "the processor time for" in said
    assert "Repair of that city" in said
    assert "Topology alone" in readme.read_text(encoding="utf-8")
