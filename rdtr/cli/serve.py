"""``rdtr serve``: from the words of the command to settings of the service. Serves nothing itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from rdtr.errors import FileError

__all__ = ["serve"]


def serve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder berisi paket rencana.")],
    host: Annotated[str, typer.Option(metavar="H", help="Alamat jaringan; 0.0.0.0: semua.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="P", min=0, max=65535, help="Porta.")] = 8000,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=256, help="Jumlah proses.")] = 1,
) -> None:
    """Layani peta dan pemeriksaan lewat HTTP. Serves map and checks over HTTP; settings: RDTR_... variables."""
    try:
        from rdtr.service.serving import serve as listen
    except ModuleNotFoundError as error:
        raise FileError(
            f"{error.name} is missing; install what the service needs: pip install 'rdtr[serve]'"
        ) from error
    listen({**os.environ, "RDTR_FOLDER": str(folder)}, host=host, port=port, workers=workers)
