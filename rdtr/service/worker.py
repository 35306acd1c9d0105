"""Where a worker process makes its application; the only module of the service that reads the environment."""

from __future__ import annotations

import os

from fastapi import FastAPI

from rdtr.service.serving import made_from

__all__ = ["make"]


def make() -> FastAPI:
    """Make the application that this process' environment describes."""
    return made_from(os.environ)
