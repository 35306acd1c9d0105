"""Rule tables from a folder of CSV files or one workbook, and back. What the rules mean is not known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from rdtr.atomic import new_file, new_folder
from rdtr.errors import FileError, RulesError
from rdtr.io.sheets import read_csv, read_workbook, write_csv, write_workbook
from rdtr.types import PathLike
from rdtr.zoning.findings import Finding
from rdtr.zoning.rules import TABLES, RuleBook
from rdtr.zoning.tables import cell_columns

__all__ = ["read_rules", "write_rules"]

_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")
_CODES: Final = ("activity_id", "kbli")


@dataclass(frozen=True, slots=True)
class _Named:
    """A table as it was read: what it is called there, and what was noticed."""

    stem: str
    label: str
    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read_rules(path: PathLike) -> RuleBook:
    r"""Read the rule tables of one plan.

    Parameters
    ----------
    path
        A folder with ``activities.csv``, ``matrix.csv`` and so on (see `rdtr.zoning.rules.TABLES`), one of these
        files, or an XLSX workbook with sheets of these names. Case does not count. CSV may be UTF-8 or Latin-1, with
        commas or semicolons.

    Returns
    -------
    RuleBook
        Ids such as ``001`` stay text. Files and sheets of other names are left out, each with a finding.

    Raises
    ------
    FileError
        If there is nothing at the path.
    RulesError
        If no table is found, one is there twice, the workbook is broken, or the tables contradict themselves.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "conditions.csv").write_text("code;text;reference\nT1;jam 07-24;Pasal 5\n")
    ...     read_rules(folder).condition_texts
    {'T1': ('jam 07-24', 'Pasal 5')}
    """
    source = Path(path)
    if not source.exists():
        raise FileError(f"{source}: there is no such file or folder; give the folder of the rule tables or an .xlsx")
    found = list(_folder(source) if source.is_dir() else _file(source))
    tables: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    for item in found:
        name = item.stem.strip().casefold()
        if name not in TABLES:
            findings.append(Finding("RULE_FILE_IGNORED", item.label, values={"wanted": ", ".join(TABLES)}))
            continue
        if name in tables:
            raise RulesError(f"{source.name}: table {name!r} is there twice; keep one")
        tables[name] = item.table
        findings.extend(item.findings)
    if not tables:
        raise RulesError(f"{source.name}: no rule table found; wanted {_wanted(source)}")
    return RuleBook.from_tables(tables, source.name).with_findings(*findings)


def _wanted(source: Path) -> str:
    if source.is_dir():
        return f"CSV files named {', '.join(f'{name}.csv' for name in TABLES)}"
    return f"sheets or files named {', '.join(TABLES)}"


def _folder(folder: Path) -> Iterator[_Named]:
    for path in sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~$"))):
        if path.suffix.lower() == ".csv" and path.is_file():
            yield from _file(path, folder.name)
        else:
            yield _Named("", f"{folder.name}/{path.name}", pd.DataFrame())


def _file(path: Path, folder: str = "") -> Iterator[_Named]:
    label = f"{folder}/{path.name}" if folder else path.name
    if path.suffix.lower() in _WORKBOOKS:
        yield from _workbook(path)
    elif path.suffix.lower() != ".csv":
        raise RulesError(f"{label}: rule tables are read from .csv or .xlsx; save it as one of these")
    elif path.stem.strip().casefold() not in TABLES:
        yield _Named(path.stem, label, pd.DataFrame())
    else:
        table, encoding = read_csv(path, TABLES[path.stem.strip().casefold()])
        latin = (Finding("RULE_FILE_LATIN1", label),) if encoding == "latin-1" else ()
        yield _Named(path.stem, label, table, latin)


def _workbook(path: Path) -> Iterator[_Named]:
    for title, table, bare in read_workbook(path):
        label = f"{path.name}/{title}"
        numbers = tuple(
            Finding("RULE_CODE_IS_NUMBER", label, None, column, {"rows": bare[column]})
            for column in _CODES
            if bare.get(column)
        )
        yield _Named(title, label, table, numbers)


def write_rules(rules: RuleBook, target: PathLike) -> Path:
    """Write a rule book so that `read_rules` gives the same back.

    Parameters
    ----------
    rules
        Its empty tables are not written.
    target
        A path ending in ``.xlsx`` makes a workbook, any other a folder of CSV files. An existing folder is replaced as
        a whole, and only if it holds nothing but rule tables.

    Returns
    -------
    Path
        The target.

    Raises
    ------
    FileError
        If the target cannot be written, or is a folder with other files in it.
    RulesError
        If there is no rule to write, or a text that a workbook cannot hold.
    """
    path = Path(target)
    tables = tuple(filled_tables(rules))
    if not tables:
        raise RulesError(f"{path.name}: the rule book is empty; there is nothing to write")
    if path.suffix.lower() == ".xlsx":
        with new_file(path) as place:
            write_workbook(tables, place)
    else:
        with new_folder(path, _refuse_other_files) as place:
            write_tables(rules, place)
    return path


def write_tables(rules: RuleBook, folder: Path) -> None:
    """Write the filled tables of a rule book as CSV files into a folder that is there."""
    for name, table in filled_tables(rules):
        write_csv(table, folder / f"{name}.csv")


def filled_tables(rules: RuleBook) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the tables that say something: with rows, or (a matrix) with sub-zones."""
    for name in TABLES:
        table = rules.table(name)
        if len(table) or (name == "matrix" and cell_columns(table)):
            yield name, table


def _refuse_other_files(folder: Path) -> None:
    ours = {f"{name}.csv" for name in TABLES}
    others = sorted(p.name for p in folder.iterdir() if p.name.casefold() not in ours)
    if others:
        raise FileError(f"{folder}: the folder holds {others[0]!r}, which is no rule table; choose another folder")
