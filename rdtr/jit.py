"""The compiler of the kernels: numba without the GIL, cached on disk where a cache can be written. No kernels here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["kernel", "lean_kernel", "lean_routine"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function for float64 arrays, without the GIL and without fast-math; what is divided by zero is no error.

    The machine code is cached beside the module, or in the user's cache folder where the install is read-only, so the
    compiler runs once a machine. Where neither place can be written the kernel still works: it is compiled anew in
    each process.

    Parameters
    ----------
    function
        A function in the subset of Python that numba compiles.

    Returns
    -------
    function
        The compiled function.

    Examples
    --------
    >>> @kernel
    ... def twice(x):
    ...     return 2.0 * x
    >>> twice(3.0)
    6.0
    """
    return _compiled(function)


def lean_kernel(function: F) -> F:
    """Compile a function that kernels call for every feature or vertex, and that makes no array.

    It is put into its callers whole, and without numba's run time it counts no owners. Otherwise each call hands over some
    words for every array and counts each twice: more than the work itself where that takes some hundred nanoseconds.
    Making or returning an array in it is an error of the compiler's.

    Parameters
    ----------
    function
        A function in the subset of Python that numba compiles.

    Returns
    -------
    function
        The compiled function.

    Examples
    --------
    >>> @lean_kernel
    ... def twice(x):
    ...     return 2.0 * x
    >>> twice(3.0)
    6.0
    """
    return _compiled(function, forceinline=True, _nrt=False)


def lean_routine(function: F) -> F:
    """Compile a function as `lean_kernel` does, but leave it a function of its own: for long ones that are called rarely.

    Parameters
    ----------
    function
        A function in the subset of Python that numba compiles.

    Returns
    -------
    function
        The compiled function.

    Examples
    --------
    >>> @lean_routine
    ... def twice(x):
    ...     return 2.0 * x
    >>> twice(3.0)
    6.0
    """
    return _compiled(function, _nrt=False)


def _compiled(function: F, **options: Any) -> F:
    try:
        return numba.njit(function, nogil=True, cache=True, error_model="numpy", **options)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        return numba.njit(function, nogil=True, error_model="numpy", **options)
