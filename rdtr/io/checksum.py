"""The sha256 of a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rdtr.errors import FileError

__all__ = ["file_sha256"]


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, read piece by piece.

    Raises
    ------
    FileError
        If the file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a").write_bytes(b"")
    ...     file_sha256(Path(folder, "a"))[:8]
    'e3b0c442'
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror}); check that it is there") from error
