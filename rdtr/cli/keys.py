"""``rdtr keys``: keys for the service. The key itself is shown once and kept nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rdtr.cli.paint import console, safe

__all__ = ["app"]

app = typer.Typer(help="Kunci API layanan. API keys of the service.", no_args_is_help=True)

File = Annotated[
    Path,
    typer.Option("--file", metavar="FILE", envvar="RDTR_KEYS", help="Berkas kunci (hanya hash). Bawaan: RDTR_KEYS."),
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Nama kunci, bukan nama orang.")],
    role: Annotated[
        Literal["view", "check", "publish"], typer.Option(help="Peran: melihat, memeriksa, menerbitkan.")
    ] = "check",
    file: File = Path("rdtr-keys"),
) -> None:
    """Buat kunci; ditampilkan satu kali. Makes a key, shown once."""
    from rdtr.service.keys import add_key

    console().print(safe(add_key(file, name, role)), soft_wrap=True)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Nama kunci.")], file: File = Path("rdtr-keys")
) -> None:
    """Cabut kunci. Takes a key away."""
    from rdtr.service.keys import remove_key

    remove_key(file, name)


@app.command("list")
def list_keys(file: File = Path("rdtr-keys")) -> None:
    """Tampilkan nama dan peran. Lists names and roles."""
    from rdtr.service.keys import read_keys

    for key in read_keys(file):
        console().print(safe(f"{key.role:8} {key.name}"))
