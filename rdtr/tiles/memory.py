"""Bytes moved whole and arrays found by their address, for kernels. Holds no data.

Each is what numba's own indexing does, without its test for a negative index at every byte: that was half of a tile's time.
They test nothing; their callers have made room. Single values are read and written by `rdtr.places`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _untyped
from numba.np.arrayobj import make_array

__all__ = ["STEP", "move", "move_step", "pointer", "soon", "store_two"]

STEP = 32
"""Bytes that `move_step` moves."""

_TWO = ir.IntType(16)
_STEP = ir.VectorType(ir.IntType(8), STEP)
_intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = _untyped  # which says nothing of what it returns


@_intrinsic
def move(_context: Any, target: Any, at: Any, source: Any, first: Any, count: Any) -> Any:
    """Copy `count` bytes from `source[first:]` to `target[at:]`; both are uint8, and do not overlap."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        into = make_array(signature.args[0])(context, builder, values[0]).data
        out_of = make_array(signature.args[2])(context, builder, values[2]).data
        where = builder.gep(into, [context.cast(builder, values[1], signature.args[1], types.intp)])
        whence = builder.gep(out_of, [context.cast(builder, values[3], signature.args[3], types.intp)])
        size = context.cast(builder, values[4], signature.args[4], types.intp)
        cgutils.raw_memcpy(builder, where, whence, size, 1)

    return types.void(target, at, source, first, count), generate


@_intrinsic
def move_step(_context: Any, target: Any, at: Any, source: Any, first: Any) -> Any:
    """Copy `STEP` bytes from `source[first:]` to `target[at:]`; both are uint8, and do not overlap."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        into = make_array(signature.args[0])(context, builder, values[0]).data
        out_of = make_array(signature.args[2])(context, builder, values[2]).data
        where = builder.gep(into, [context.cast(builder, values[1], signature.args[1], types.intp)])
        whence = builder.gep(out_of, [context.cast(builder, values[3], signature.args[3], types.intp)])
        bytes_ = builder.load(builder.bitcast(whence, _STEP.as_pointer()), align=1)
        builder.store(bytes_, builder.bitcast(where, _STEP.as_pointer()), align=1)

    return types.void(target, at, source, first), generate


@_intrinsic
def store_two(_context: Any, target: Any, at: Any, value: Any) -> Any:
    """Write the low sixteen bits of `value`, the lower byte first, to `target[at:]`, which is uint8."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        into = make_array(signature.args[0])(context, builder, values[0]).data
        where = builder.gep(into, [context.cast(builder, values[1], signature.args[1], types.intp)])
        low = builder.trunc(context.cast(builder, values[2], signature.args[2], types.int64), _TWO)
        builder.store(low, builder.bitcast(where, _TWO.as_pointer()), align=1)

    return types.void(target, at, value), generate


@_intrinsic
def soon(_context: Any, source: Any, at: Any) -> Any:
    """Have the processor fetch what lies `at` so many from the first, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        out_of = make_array(signature.args[0])(context, builder, values[0]).data
        where = builder.gep(out_of, [context.cast(builder, values[1], signature.args[1], types.intp)])
        where = builder.bitcast(where, cgutils.voidptr_t)
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [cgutils.voidptr_t], kind)
        builder.call(prefetch, [where, number(0), number(3), number(1)])  # to read, to be kept, as data

    return types.void(source, at), generate


@_intrinsic
def pointer(_context: Any, address: Any) -> Any:
    """Take a whole number for what it is: a place in memory, as `numba.carray` wants it.

    A kernel that is given an array by Python unpacks it, at a cost of 50 ns; a tile of nine layers has three hundred.
    """

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate
