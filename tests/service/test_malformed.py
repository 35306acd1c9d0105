"""A thousand requests that nobody means well, made from our own OpenAPI document: none may end in a 500."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app
from tests.service.listening import listening

REQUESTS = 1_000


@pytest.fixture(scope="module")
def app(served: Path) -> FastAPI:
    return create_app(Settings(folder=served, rate_per_minute=0, max_body_mb=2), Catalog(served))


def test_no_malformed_request_ends_in_a_500(app: FastAPI) -> None:
    seen: Counter[int] = Counter()
    with listening(app) as port:
        schema = schemathesis.openapi.from_dict(app.openapi())
        every = [found.ok() for found in schema.get_all_operations()]
        operations = [one for one in every if not _fixed(one)]
        assert len(operations) > 20
        for operation in operations:
            _send(operation, f"http://127.0.0.1:{port}", REQUESTS // len(operations) + 1, seen)
    assert sum(seen.values()) >= REQUESTS
    assert sum(n for status, n in seen.items() if status >= 400) > REQUESTS // 2  # they are malformed indeed


def _send(operation: APIOperation, url: str, count: int, seen: Counter[int]) -> None:
    """Send malformed requests of one operation."""

    def send(case: Case) -> None:
        answer = case.call(base_url=url)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:300]}"

    many = settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        many(given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))(send))()
    except Unsatisfiable:  # any text will do there: then any text is sent
        many(given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))(send))()


def _fixed(operation: APIOperation) -> bool:
    """Whether there is nothing in its requests that could be malformed."""
    return not (list(operation.iter_parameters()) or operation.body)
