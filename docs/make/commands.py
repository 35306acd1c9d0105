"""Writes docs/perintah.md from the command line itself. Run by hand; a test says when it must be run again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from rdtr.cli import app

PAGE = Path(__file__).resolve().parents[1] / "perintah.md"

_HEAD = """# Baris perintah

*Command line, made from the program itself; `rdtr COMMAND --help` says the same.*

Kode keluar: `0` selesai, `2` masukan yang buruk dengan satu baris jelas di stderr, `130` dihentikan.
"""


def page() -> str:
    """Return the page as it should be."""
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    return _HEAD + "\n" + "\n".join(line for name in commands for line in _command(name, commands[name])) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    if hasattr(command, "commands"):
        for inner, one in command.commands.items():
            yield from _command(f"{name} {inner}", one)
        return
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    yield f"## `rdtr {' '.join((name, *(_metavar(p) for p in arguments)))}`\n"
    yield f"{_plain(command.help)}\n"
    yield "| pilihan | arti |\n|---|---|"
    for one in arguments:
        yield f"| `{_metavar(one)}` | {_plain(one.help)} |"
    for one in command.params:
        if one.param_type_name == "option":
            yield f"| `{' '.join(one.opts)}` | {_plain(one.help)} |"
    yield ""


def _metavar(argument: Any) -> str:
    return (argument.metavar or argument.name.upper()).strip("{}")


def _plain(text: str | None) -> str:
    return " ".join((text or "–").split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
