"""The application factory: settings and catalog in, ASGI application out. Reads no environment, opens no port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from rdtr import __version__
from rdtr.io.catalog import Catalog
from rdtr.service import errors
from rdtr.service.routes import ROUTERS
from rdtr.service.settings import Settings
from rdtr.service.state import Service

__all__ = ["create_app"]


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
    app = FastAPI(title="rdtr", version=__version__, lifespan=_lifespan)
    app.state.service = Service(settings, catalog)
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(service.catalog.refresh)
    watch = asyncio.create_task(_watch(service))
    yield
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def _watch(service: Service) -> None:
    while True:
        await asyncio.sleep(service.settings.poll_s)
        await asyncio.to_thread(service.catalog.refresh)
