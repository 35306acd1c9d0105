"""The service: every plan of a folder over HTTP. Speaks HTTP, judges nothing, draws nothing of its own."""

from __future__ import annotations

from rdtr.service.app import create_app
from rdtr.service.settings import Settings

__all__ = ["Settings", "create_app"]
