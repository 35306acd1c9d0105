"""Values of arrays read and written by their place in memory, for kernels. Holds no data.

Each is what numba's own indexing does, without its test for a negative index, which costs as much as a short loop's work.
They test nothing; their callers have made room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic as _untyped
from numba.np.arrayobj import make_array

__all__ = ["fetch", "store"]

_intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = _untyped  # which says nothing of what it returns


@_intrinsic
def fetch(_context: Any, source: Any, at: Any) -> Any:
    """Read the value `at` so many from the first; of a table that lies in one piece, counted through all its rows."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        out_of = make_array(signature.args[0])(context, builder, values[0]).data
        where = builder.gep(out_of, [context.cast(builder, values[1], signature.args[1], types.intp)])
        return context.unpack_value(builder, signature.args[0].dtype, where)

    return source.dtype(source, at), generate


@_intrinsic
def store(_context: Any, target: Any, at: Any, value: Any) -> Any:
    """Write a value where `fetch` reads it."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = signature.args[0].dtype
        into = make_array(signature.args[0])(context, builder, values[0]).data
        where = builder.gep(into, [context.cast(builder, values[1], signature.args[1], types.intp)])
        context.pack_value(builder, kind, context.cast(builder, values[2], signature.args[2], kind), where)

    return types.void(target, at, value), generate
