"""The application factory: settings and catalog in, ASGI application out. Reads no environment, opens no port."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from rdtr import __version__
from rdtr.io.catalog import Catalog
from rdtr.service import errors, guards
from rdtr.service.lane import Lane
from rdtr.service.metrics import Metrics
from rdtr.service.observe import gather
from rdtr.service.routes import ROUTERS
from rdtr.service.routes.site import Built
from rdtr.service.settings import Settings
from rdtr.service.state import Service
from rdtr.service.tiles import Tiles

__all__ = ["create_app"]

_MIB: Final = 1024**2


class _Application(FastAPI):
    """FastAPI, with the lane of the tiles before all of its machinery."""

    lane: Lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        await self.lane(scope, receive, send)

    async def rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is no tile."""
        await super().__call__(scope, receive, send)


def create_app(settings: Settings, catalog: Catalog) -> FastAPI:
    """Return the application that serves the plans of a catalog.

    Parameters
    ----------
    settings
        See `Settings`.
    catalog
        Its plans; the application looks at its folder every `Settings.poll_s` seconds.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     app = create_app(Settings(), Catalog(folder))
    >>> app.title
    'rdtr'
    """
    app = _Application(title="rdtr", version=__version__, lifespan=_lifespan, docs_url=None, redoc_url=None)
    tiles = Tiles(catalog, settings.tile_cache_mb * _MIB, look_s=settings.poll_s)
    app.lane = Lane(app.rest, tiles, settings)
    service = Service(settings, catalog, tiles, Metrics(settings.metrics), app.lane)
    app.state.service = service
    errors.install(app)
    guards.install(app, service)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", Built(), "static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    service: Service = app.state.service
    await asyncio.to_thread(service.catalog.refresh)
    _settle()
    watch = asyncio.create_task(_watch(service))
    yield {"lane": service.lane}  # uvicorn hands this on to the protocol of each connection
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    service.tiles.close()


def _settle() -> None:
    """Keep the collector of garbage away from plans and modules, which stay."""
    # while 10,000 permits are checked it looks through all objects again and again, and each look stopped every other
    # thread for 110 to 270 ms (measured); without the lasting objects for less than 50 ms
    gc.collect()
    gc.freeze()


async def _watch(service: Service) -> None:
    while True:
        await asyncio.sleep(service.settings.poll_s)
        await asyncio.to_thread(service.catalog.refresh)
        gather(service)
        service.metrics.leave()
