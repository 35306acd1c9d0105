"""From settings to a listening service: one process or several. Knows what runs it; routes and plans are elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from rdtr.io.catalog import Catalog
from rdtr.service.app import create_app
from rdtr.service.logs import LOGGING
from rdtr.service.protocol import TileProtocol
from rdtr.service.settings import PREFIX, Settings
from rdtr.service.warm import warm
from rdtr.service.workers import STARTING_S, Workers

__all__ = ["config", "made_from", "serve"]

_GRACE_S: Final = 30  # for answers that are under way when the service is stopped
_FACTORY: Final = "rdtr.service.worker:make"


def made_from(environ: Mapping[str, str]) -> FastAPI:
    """Make the application that an environment describes."""
    settings = Settings.from_env(environ)
    return create_app(settings, _catalog(settings))


def _catalog(settings: Settings) -> Catalog:
    return Catalog(settings.folder, prepare=partial(warm, cache=settings.cache))


def _warm_all(settings: Settings) -> None:
    _catalog(settings).refresh()


def config(app: Any, *, host: str = "127.0.0.1", port: int = 8000, **more: Any) -> uvicorn.Config:
    """Return how uvicorn runs the application: with the protocol of the tiles, and logs of our own.

    Parameters
    ----------
    app
        The application, or where it is made.
    host, port
        Where to listen; port 0 takes any that is free.
    more
        Further words of uvicorn.
    """
    given: dict[str, Any] = {
        "http": TileProtocol,
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "log_config": LOGGING,
        "timeout_graceful_shutdown": _GRACE_S,
        "timeout_worker_healthcheck": int(STARTING_S),  # for SIGHUP: an old worker stays until the new one answers
        "backlog": 4096,
    }
    return uvicorn.Config(app, host=host, port=port, **{**given, **more})


def serve(settings: Mapping[str, str], *, host: str, port: int, workers: int) -> None:
    """Serve until stopped: SIGTERM and SIGINT let answers under way end, a worker that dies is replaced.

    Parameters
    ----------
    settings
        ``RDTR_…`` variables, see `Settings`.
    host, port
        Where to listen.
    workers
        Processes.

    Raises
    ------
    FileError
        For a bad setting, or a folder that is not there.
    """
    _catalog(Settings.from_env(settings))  # what is wrong is said here, not by every worker
    with TemporaryDirectory(prefix="rdtr-workers-") as shared:
        os.environ.update({k: v for k, v in settings.items() if k.startswith(PREFIX)})
        os.environ[f"{PREFIX}METRICS"] = shared
        os.environ.setdefault(f"{PREFIX}CACHE", str(Path(shared, "cache")))
        plan = config(_FACTORY, host=host, port=port, factory=True, workers=workers)
        if workers > 1:
            _once_for_all()
            sock = plan.bind_socket()
            Workers(plan, [sock]).run()
        else:
            uvicorn.Server(plan).run()


def _once_for_all() -> None:
    """Compile and lay out in a process of its own, so that the workers find it done and this one stays small."""
    first = get_context("spawn").Process(target=_warm_all, args=(Settings.from_env(os.environ),))
    first.start()
    first.join()
