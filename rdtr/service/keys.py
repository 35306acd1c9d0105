"""API keys: names, roles and hashes in a file, never the keys themselves. Knows no HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from rdtr.atomic import new_file
from rdtr.errors import FileError

__all__ = ["Key", "Keys", "Role", "add_key", "allows", "read_keys", "remove_key"]

Role: TypeAlias = Literal["view", "check", "publish"]
"""Each may do what those before it may."""

_ROLES: Final = get_args(Role)
_PREFIX: Final = "rdtr_"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_BYTES: Final = 32  # drawn at random, so that a fast hash is as good as a slow one: nobody can guess through 2^256


@dataclass(frozen=True, slots=True)
class Key:
    """Who may do what.

    Attributes
    ----------
    name
        For the log of publishing; no name of a person is needed.
    role
        See `Role`.
    sha256
        Of the key.
    """

    name: str
    role: Role
    sha256: str


class Keys:
    """The keys of a file, read again when it changes.

    Parameters
    ----------
    path
        JSON lines; a missing file holds no key.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     keys = Keys(Path(folder, "keys"))
    ...     secret = add_key(keys.path, "loket", "check")
    ...     keys.find(secret).role, keys.find("rdtr_guessed")
    ('check', None)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def find(self, secret: str) -> Key | None:
        """Return whose key this is; None if it is nobody's."""
        digest = _digest(secret)
        return next((key for key in self._current() if hmac.compare_digest(key.sha256, digest)), None)

    def _current(self) -> tuple[Key, ...]:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return ()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._keys, self._stamp = read_keys(self.path), stamp
        return self._keys


def allows(key: Key, role: Role) -> bool:
    """Whether a key has a role, or one above it."""
    return _ROLES.index(key.role) >= _ROLES.index(role)


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read the keys of a file.

    Raises
    ------
    FileError
        For a line that is no key.
    """
    if not path.exists():
        return ()
    keys = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                key = Key(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise FileError(f"{path.name} line {number}: is no key; add keys with rdtr keys add") from error
            if key.role not in _ROLES:
                raise FileError(f"{path.name} line {number}: role is {key.role!r}; wanted one of {', '.join(_ROLES)}")
            keys.append(key)
    return tuple(keys)


def add_key(path: Path, name: str, role: Role) -> str:
    """Make a key, keep its hash, return it: it cannot be read again.

    Raises
    ------
    FileError
        If the name is taken or not plain, or the file cannot be written.
    """
    keys = read_keys(path)
    if not _NAME.fullmatch(name):
        raise FileError(f"key name {name[:60]!r} is not plain; use up to 60 letters, digits, dots, hyphens")
    if any(key.name == name for key in keys):
        raise FileError(f"{path.name}: there is a key {name!r} already; remove it first, or choose another name")
    secret = _PREFIX + secrets.token_urlsafe(_BYTES)
    _write(path, (*keys, Key(name, role, _digest(secret))))
    return secret


def remove_key(path: Path, name: str) -> None:
    """Take a key away; running services follow with the next request.

    Raises
    ------
    FileError
        If there is no such key.
    """
    keys = read_keys(path)
    if all(key.name != name for key in keys):
        raise FileError(f"{path.name}: there is no key {name[:60]!r}")
    _write(path, tuple(key for key in keys if key.name != name))


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    with new_file(path) as place:
        place.touch(mode=0o600)
        place.write_text("".join(json.dumps(asdict(key)) + "\n" for key in keys), encoding="utf-8")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
