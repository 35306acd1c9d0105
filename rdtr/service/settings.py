"""Settings of the service, read once from an environment that is passed in. No module reads the environment itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from rdtr.errors import FileError

__all__ = ["PREFIX", "Settings"]

PREFIX: Final = "RDTR_"

_YES: Final = ("1", "true", "yes", "ya", "on")
_NO: Final = ("0", "false", "no", "tidak", "off", "")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set; every limit has a safe default and each refusal says it.

    Attributes
    ----------
    folder
        Where the plan packages are.
    cache
        Where prepared layers are kept between starts; None keeps them in memory only.
    base_url
        Address under which clients see the service; empty: what each request says.
    poll_s
        Seconds between two looks at the folder.
    tile_cache_mb
        Memory for encoded tiles, megabytes a worker.
    max_body_mb
        Largest request body.
    max_vertices
        Vertices of one geometry that a request may bring.
    max_permits
        Permits of one request.
    rate_per_minute
        Requests other than tiles that one client may make in a minute; 0 sets no limit.
    timeout_s
        Seconds that one check may take, with reading what was sent and writing the report.
    cors_origins
        Origins that may read from another site; ``*`` any.
    require_key
        Whether looking needs an API key too; checking and publishing follow `keys`.
    open_checks
        Whether checking needs no key although there are some: for a public map with a protected publisher.
    keys
        File with the hashes of API keys and their roles; None: publishing is off, checking is open.
    audit
        File to which every publishing is added; None: ``.audit.jsonl`` in `folder`.
    metrics
        Folder in which workers leave counters for each other; `rdtr serve` sets it.
    """

    folder: Path = field(default_factory=Path)
    cache: Path | None = None
    base_url: str = ""
    poll_s: float = 1.0
    tile_cache_mb: int = 256
    max_body_mb: int = 64
    max_vertices: int = 200_000
    max_permits: int = 50_000
    rate_per_minute: int = 600
    timeout_s: float = 120.0
    cors_origins: tuple[str, ...] = ("*",)
    require_key: bool = False
    open_checks: bool = False
    keys: Path | None = None
    audit: Path | None = None
    metrics: Path | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from ``RDTR_…`` variables.

        Raises
        ------
        FileError
            For a value of the wrong kind, or a name that is no setting.

        Examples
        --------
        >>> Settings.from_env({"RDTR_MAX_PERMITS": "100", "PATH": "/bin"}).max_permits
        100
        """
        known = {item.name: item for item in fields(cls)}
        given: dict[str, Any] = {}
        for key, text in environ.items():
            if not key.startswith(PREFIX):
                continue
            name = key.removeprefix(PREFIX).lower()
            if name not in known:
                raise FileError(
                    f"{key}: there is no such setting; there are {', '.join(PREFIX + n.upper() for n in known)}"
                )
            given[name] = _value(key, text, str(known[name].type))
        return cls(**given)


def _value(key: str, text: str, kind: str) -> Any:
    text = text.strip()
    try:
        if kind.startswith("Path"):
            return Path(text) if text else None
        if kind == "bool":
            return _truth(text)
        if kind == "int":
            return _at_least_zero(int(text))
        if kind == "float":
            return _at_least_zero(float(text))
    except ValueError as error:
        raise FileError(f"{key} is {text[:40]!r}; wanted {_WANTED[kind]}") from error
    return tuple(part.strip() for part in text.split(",") if part.strip()) if kind.startswith("tuple") else text


_WANTED: Final = {"bool": "true or false", "int": "a whole number, 0 or more", "float": "a number, 0 or more"}


def _truth(text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise ValueError(text)


def _at_least_zero(number: Any) -> Any:
    if not 0 <= number < float("inf"):
        raise ValueError(number)
    return number
