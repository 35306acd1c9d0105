"""Logs as one JSON object a line: what was asked, how it ended, how long it took. No person: no address, no query."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["LOGGING", "JsonLines"]

_OWN: Final = ("request_id", "method", "route", "status", "ms", "bytes", "path", "plan", "by", "event")


class JsonLines(logging.Formatter):
    """Formats records as lines of JSON.

    Examples
    --------
    >>> record = logging.LogRecord("rdtr", logging.INFO, "", 0, "answered", None, None)
    >>> record.status = 200
    >>> json.loads(JsonLines().format(record))["status"]
    200
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _OWN if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "rdtr.service.logs.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "loggers": {
        "uvicorn": {"handlers": ["lines"], "level": "INFO", "propagate": False},
        "rdtr": {"handlers": ["lines"], "level": "INFO", "propagate": False},
    },
}
"""For `logging.config.dictConfig`; uvicorn's own log of requests is off, since it has addresses in it."""
