"""The tiles of all plans: out of memory, or drawn in a pool of threads, one drawing however many ask. Speaks no HTTP."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Final
from urllib.parse import quote

from rdtr.errors import RdtrError
from rdtr.io.catalog import Catalog
from rdtr.service.costs import Costs
from rdtr.service.encodings import IDENTITY
from rdtr.service.errors import Problem
from rdtr.service.hands import Hands
from rdtr.service.tilemaker import make_tile
from rdtr.service.tilepaths import Address
from rdtr.service.tilestore import Tile, TileStore
from rdtr.zoning.plan import Plan

__all__ = ["Tiles"]

WAITING: Final = 2_000
"""Drawings that may wait; more clients are sent away for a moment, so that a flood does not fill the memory."""

_SETTLE_S: Final = 0.1  # between two looks at a folder of which a client knows more than this worker


class Tiles:
    """Tiles by address.

    Parameters
    ----------
    catalog
        Whose plans.
    budget
        Bytes of memory for encoded tiles.
    look_s
        Least time between two looks at the folder for the sake of an unknown version.
    """

    def __init__(self, catalog: Catalog, budget: int, *, look_s: float = 1.0) -> None:
        self.catalog = catalog
        self.store = TileStore(budget)
        self.hits = self.drawn = self._others = 0
        self._hands: Hands[Tile] = Hands(os.cpu_count() or 1, "tiles")  # the kernels let other threads run meanwhile
        self.costs = Costs()
        self._flights: dict[Hashable, asyncio.Future[Tile]] = {}
        self._generation = -1
        self._hashes: dict[str, str] = {}
        self._look_s, self._looked = look_s, -look_s
        self._looking: asyncio.Task[None] | None = None

    def known(self, path: bytes) -> Tile | None:
        """Return the tile at the bytes of an address, if it is in memory and still in force."""
        if self.catalog.generation != self._generation:
            self._forget_old()
        return self.store.at(path)

    async def plan(self, address: Address) -> Plan:
        """Return the plan of an address.

        A version that this worker does not know may be known to the one that the client asked before: the folder is
        looked at once before the answer is no.

        Raises
        ------
        Problem
            404 for an unknown plan, or a version that is not held (any more).
        """
        found = self._held(address)
        if found is None and address.version and address.plan in self.catalog.plans:
            await self._look()
            found = self._held(address)
        if found is not None:
            return found
        if address.version and address.plan in self.catalog.plans:
            raise Problem(
                404,
                f"plan {address.plan[:60]!r} is not held in version {address.version[:64]!r}; read its tilejson.json "
                "again, it names the version in force",
            )
        known = ", ".join(list(self.catalog.plans)[:5]) or "none yet"
        raise Problem(404, f"plan {address.plan[:60]!r} is not served here; there are: {known}")

    async def fetch(self, plan: Plan, address: Address, coding: str) -> Tile:
        """Return a tile that has its bytes in a coding, drawn and compressed if need be.

        Raises
        ------
        Problem
            503 if too many drawings wait already.
        RdtrError
            What the tile wing refuses.
        """
        key = _key(plan, address)
        tile = self.store.get(key)
        if tile is not None and (coding in tile.bodies or not tile.squeezable):
            self.hits += 1
            return tile
        # who goes away does not take the tile from those who wait for it too
        return await asyncio.shield(self._flight(key, plan, address, tile, coding))

    def asked(self, path: bytes, address: Address, coding: str, *, here: bool) -> Tile | asyncio.Future[Tile] | None:
        """Return a tile that is in memory or next to nothing to draw, else the future of one that a thread draws.

        None, and a future that fails, say only that `fetch` knows more: the plan is not known yet, the tile cannot be drawn.

        Parameters
        ----------
        path
            At which bytes the tile will be known.
        address, coding
            Of the tile, as for `fetch`.
        here
            Whether it may be drawn by the caller's thread.
        """
        plan = self._held(address)
        if plan is None:
            return None
        key = _key(plan, address)
        tile = self.store.get(key)
        if tile is not None and (coding in tile.bodies or not tile.squeezable):
            self.hits += 1
            self.place(path, plan, address)
            return tile
        kind = _kind(plan, address, coding)
        with suppress(RdtrError, Problem):  # `fetch` meets it again and says it
            if here and (key, coding) not in self._flights and self.costs.small(kind):
                tile, new = _drawn(self.costs, kind, plan, address, tile, coding), tile is None
                self._keep(key, tile, new=new)
                self.place(path, plan, address)
                return tile
            return self._flight(key, plan, address, tile, coding, path)
        return None

    async def uncached(self, make: Callable[[], Tile]) -> Tile:
        """Draw a tile that is not worth keeping: made for one client's own choices."""
        self._require_room()
        self._others += 1
        try:
            return await self._hands.do(make)
        finally:
            self._others -= 1

    def place(self, path: bytes, plan: Plan, address: Address) -> None:
        """Remember at which bytes a tile lies, so that `known` finds it."""
        if address.version or self.catalog.plans.get(address.plan) is plan:
            self.store.place(path, _key(plan, address))

    def close(self) -> None:
        """Draw nothing more."""
        self._hands.close()

    def _flight(
        self, key: Hashable, plan: Plan, address: Address, tile: Tile | None, coding: str, path: bytes | None = None
    ) -> asyncio.Future[Tile]:
        flight = self._flights.get((key, coding))
        if flight is None:
            self._require_room()
            kind = _kind(plan, address, coding)
            flight = self._hands.do(partial(_drawn, self.costs, kind, plan, address, tile, coding))
            self._flights[key, coding] = flight
            place = None if path is None else partial(self.place, path, plan, address)
            flight.add_done_callback(partial(self._landed, key, coding, tile is None, place))
        return flight

    def _require_room(self) -> None:
        if len(self._flights) + self._others >= WAITING:
            raise Problem(503, f"{WAITING:,} tiles are being drawn already; ask again", {"Retry-After": "1"})

    def _landed(
        self, key: Hashable, coding: str, new: bool, place: Callable[[], None] | None, flight: asyncio.Future[Tile]
    ) -> None:
        del self._flights[key, coding]
        if flight.cancelled() or flight.exception() is not None:
            return
        self._keep(key, flight.result(), new=new)
        if place is not None:  # a second one who asked meanwhile, at another address, finds it by its key
            place()

    def _keep(self, key: Hashable, tile: Tile, *, new: bool) -> None:
        there = self.store.get(key)
        if there is None:
            self.store.put(key, tile)
        elif there is not tile:  # drawn twice at once for two codings: keep one of them
            there.bodies.update(tile.bodies)
            self.store.recount(there)
        else:
            self.store.recount(tile)
        self.drawn += new

    def _held(self, address: Address) -> Plan | None:
        if not address.version:
            return self.catalog.plans.get(address.plan)
        return self.catalog.version(address.plan, address.version)

    async def _look(self) -> None:
        if self._looking is None:
            if time.monotonic() - self._looked < self._look_s:
                return
            self._looking = asyncio.create_task(self._refresh())
        await asyncio.shield(self._looking)

    async def _refresh(self) -> None:
        try:
            await asyncio.to_thread(self.catalog.refresh)
            await asyncio.sleep(_SETTLE_S)
            await asyncio.to_thread(self.catalog.refresh)
        finally:
            self._looked, self._looking = time.monotonic(), None

    def _forget_old(self) -> None:
        self.costs.forget()
        generation = self.catalog.generation  # before the plans: what changes after this is forgotten next time
        hashes = {name: plan.hash for name, plan in self.catalog.plans.items()}
        for name, known in self._hashes.items():
            if hashes.get(name) != known:
                here = f"/plans/{quote(name, safe='')}"
                self.store.displace((f"{here}/tiles/".encode(), f"{here}/rasters/".encode()))
        self._generation, self._hashes = generation, hashes


def _key(plan: Plan, address: Address) -> Hashable:
    return (plan.hash, *address[2:])


def _kind(plan: Plan, address: Address, coding: str) -> Hashable:
    return (plan.hash, address.raster, address.tms, address.z, address.suffix, len(address.layers), coding)


def _drawn(costs: Costs, kind: Hashable, plan: Plan, address: Address, tile: Tile | None, coding: str) -> Tile:
    start = time.thread_time()  # of this thread: it does not grow while others have the processor
    made = tile or make_tile(plan, address)
    if made.squeezable and coding != IDENTITY and not made.empty:
        made.body(coding)
    costs.note(kind, time.thread_time() - start)
    return made
