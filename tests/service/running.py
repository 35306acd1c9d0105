"""A service that really listens on a port of this host, in a process of its own, for clients that bring their own HTTP.

A thread would not do: GDAL's Python readers hold the interpreter's lock while they wait for the answer.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app

__all__ = ["running"]

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Serve a folder of plans; give the address, stop the service afterwards."""
    command = [sys.executable, "-m", "tests.service.running", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("http://"), f"the service did not start: {line!r}"
            yield line.strip()
        finally:
            process.terminate()
            process.wait(30)


class _Told(uvicorn.Server):
    """Tell the address once the port is open."""

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        port = self.servers[0].sockets[0].getsockname()[1]
        sys.stdout.write(f"http://127.0.0.1:{port}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    served = Path(sys.argv[1])
    application = create_app(Settings(folder=served, rate_per_minute=0), Catalog(served))
    _Told(uvicorn.Config(application, port=0, log_level="warning", ws="none")).run()
