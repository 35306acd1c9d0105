"""How a worker talks: one JSON line in, one JSON line out, times taken inside. Knows no engine; needs only numpy."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def serve(functions: dict[str, Callable[..., Any]]) -> None:
    """Answer requests until the input ends.

    A request names a function and its arguments; with ``out`` the arrays left, right, area that it returns are kept in
    that file; a dict that it returns becomes part of the answer. The answer holds ``seconds``, taken around the call
    alone, or ``error``.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not come between the answers
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(_answer(functions, request)) + "\n")
        answers.flush()


def _answer(functions: dict[str, Callable[..., Any]], request: dict[str, Any]) -> dict[str, Any]:
    out = request.pop("out", None)
    function = functions[request.pop("do")]
    try:
        start = time.perf_counter()
        result = function(**request)
        seconds = time.perf_counter() - start
    except Exception as error:  # noqa: BLE001 - whatever a peer throws belongs into its row of the table
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    if out:
        np.savez(out, **dict(zip(("left", "right", "area"), result, strict=True)))
    return {"seconds": seconds, **(result if isinstance(result, dict) else {})}
