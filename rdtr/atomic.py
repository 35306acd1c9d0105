"""Files and folders that appear whole or not at all. Knows nothing of what is in them."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rdtr.errors import FileError

__all__ = ["new_file", "new_folder"]


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give a place beside the target to write to; it becomes the target when the block ends without an error.

    Parameters
    ----------
    target
        The file to make or to replace.

    Yields
    ------
    Path
        A file name beside the target; nothing is there yet.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to.
    """
    place = _beside(target)
    try:
        yield place
        place.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        place.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path, refuse: Callable[[Path], None]) -> Iterator[Path]:
    """Give an empty folder beside the target; it becomes the target when the block ends without an error.

    A folder that is there already is moved aside, the new one moved in, the old one removed: at no moment is a half
    written folder at the target, and a failure leaves the old one where it was.

    Parameters
    ----------
    target
        The folder to make or to replace.
    refuse
        Called with an existing, non-empty target; raises if it may not be replaced.

    Yields
    ------
    Path

    Raises
    ------
    FileError
        If the target is a file, or its parent does not exist or cannot be written to.
    """
    target = target.resolve()  # through a link, so that the link stays and what it points to is replaced
    if target.exists() and not target.is_dir():
        raise FileError(f"{target.name}: a file of this name is in the way; choose another name")
    if target.is_dir() and any(target.iterdir()):
        refuse(target)
    place = _beside(target)
    try:
        place.mkdir()
        yield place
        _swap(place, target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _swap(place: Path, target: Path) -> None:
    if not target.exists():
        place.rename(target)
        return
    aside = _beside(target)
    target.rename(aside)
    try:
        place.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _beside(target: Path) -> Path:
    if not target.parent.is_dir():
        raise FileError(f"{target}: the folder {target.parent} does not exist; make it first")
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")


def _cannot_write(target: Path, error: OSError) -> FileError:
    return FileError(f"{target}: cannot be written ({error.strerror or error}); check room and permissions")
