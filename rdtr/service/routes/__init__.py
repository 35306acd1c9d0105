"""Routes, a file for each noun, listed in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from rdtr.service.routes import checks, health, plans

__all__ = ["ROUTERS"]

ROUTERS: Final[tuple[APIRouter, ...]] = (health.router, plans.router, checks.router)
