from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdtr.atomic import new_file
from rdtr.errors import FileError, RdtrError, RulesError
from rdtr.io.rulebook import read_rules, write_rules
from rdtr.zoning.rules import TABLES, RuleBook
from tests.jogja import jogja_rules
from tests.town import make_rules

ACTIVITIES = "activity_id,name,kbli,reference\n001,Rumah tunggal,,Lampiran I\n002,Toko,4711 4719,Lampiran I\n"
MATRIX = 'activity_id,R-2,K-1,reference\n001,I,"T1,B2",Lampiran II\n002,X,I,Lampiran II\n'


def put(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        raw = text.encode() if isinstance(text, str) else text
        (folder / f"{name}.csv").write_bytes(raw)
    return folder


def full_rules() -> RuleBook:
    """Rules with all six tables, and texts that formats like to break."""
    return make_rules(
        conditions=pd.DataFrame(
            {"code": ["T1", "B2", "B3"], "text": ['jam "07,00"; malam', "=1+1", "±5 m – não"], "reference": "Pasal 5"}
        ),
        overlays=pd.DataFrame(
            [["KRB_03", "", "*Tsunami*", "condition", "kajian risiko", "SWP A", None, "x"],
             ["", "banjir", "*", "note", "", "", 45.125, ""]],
            columns=list(TABLES["overlays"]),
        ),
        buffers=pd.DataFrame({"layer": ["rivers"], "where": ["kelas=1"], "distance_m": [0.1 + 0.2], "text": ["sempadan"]}),
    )  # fmt: skip


def assert_same(one: RuleBook, other: RuleBook) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(one.table(name), other.table(name))


# ---- reading


def test_a_folder_of_csv_files_is_a_rule_book(tmp_path: Path) -> None:
    rules = read_rules(put(tmp_path / "peraturan", activities=ACTIVITIES, matrix=MATRIX))
    assert rules.activities["activity_id"].tolist() == ["001", "002"]
    assert rules.cells[0][1].text == "T1,B2"
    assert rules.find_activity("47111") == (1,)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_any_usual_separator_is_found_out(tmp_path: Path, separator: str, ending: str) -> None:
    rows = [
        ["subzone", "lot_min_m2", "klb_max", "reference"],
        ["R-2", "0", '"1,8"', "Tabel 1"],
        ["K-1", "", "4", "Tabel 1"],
    ]
    text = ending.join(separator.join(row) for row in rows)
    table = read_rules(put(tmp_path / "p", intensity=text)).intensity
    assert table["klb_max"].tolist() == [1.8, 4.0]
    assert table["subzone"].tolist() == ["R-2", "K-1"]


@pytest.mark.parametrize(
    ("encoding", "findings"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", []),
        ("latin-1", ["RULE_FILE_LATIN1"]),
        ("cp1252", ["RULE_FILE_LATIN1"]),
    ],
)
def test_letters_come_through_every_usual_alphabet(tmp_path: Path, encoding: str, findings: list[str]) -> None:
    text = "code,text,reference\nT1,réservé à 5 m²,Pasal 5\n"
    rules = read_rules(put(tmp_path / "p", conditions=text.encode(encoding)))
    assert rules.condition_texts["T1"][0] == "réservé à 5 m²"
    assert list(rules.findings.counts()) == findings


def test_a_line_about_the_separator_as_excel_writes_it_is_no_row(tmp_path: Path) -> None:
    rules = read_rules(put(tmp_path / "p", conditions="sep=;\ncode;text\nT1;jam 07-21\n"))
    assert list(rules.condition_texts) == ["T1"]


def test_blank_rows_and_margins_are_left_out(tmp_path: Path) -> None:
    text = ",,,\ncode,text,,\n,,,\nT1,jam 07-21,,\n,,,\nB2,parkir\n\n"
    assert list(read_rules(put(tmp_path / "p", conditions=text)).condition_texts) == ["T1", "B2"]


def test_case_and_blanks_of_file_names_do_not_count(tmp_path: Path) -> None:
    rules = read_rules(put(tmp_path / "p", **{" Activities ": ACTIVITIES}))
    assert len(rules.activities) == 2


def test_one_file_alone_can_be_read(tmp_path: Path) -> None:
    assert len(read_rules(put(tmp_path / "p", activities=ACTIVITIES) / "activities.csv").activities) == 2


def test_files_that_are_no_rule_tables_are_left_out_each_with_a_finding(tmp_path: Path) -> None:
    folder = put(tmp_path / "p", activities=ACTIVITIES, catatan="a,b\n", **{".hidden": "x"})
    (folder / "readme.txt").write_text("x")
    (folder / "old").mkdir()
    ignored = read_rules(folder).findings.of("RULE_FILE_IGNORED")
    assert [f.source for f in ignored] == ["p/catatan.csv", "p/old", "p/readme.txt"]
    assert "no rule table, not read; known names: activities, matrix" in ignored.items[0].message("en")


def refusal(path: Path) -> str:
    with pytest.raises(RdtrError) as refused:
        read_rules(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "p: no rule table found; wanted CSV files named activities.csv, matrix.csv"),
        ({"aturan": "a,b\n"}, "no rule table found"),
        ({"matrix": MATRIX, "Matrix": MATRIX}, "table 'matrix' is there twice"),
        ({"matrix": MATRIX.replace("X,I", "X,Z9")}, "p/matrix: row 2 (activity 002) column K-1: 'Z9'"),
        ({"matrix": MATRIX.replace('"T1,B2"', "T1,B2")}, "matrix.csv line 2: 5 cells under a header of 4"),
        ({"matrix": ""}, "p/matrix: column 'activity_id' is missing; columns found: none"),
        ({"matrix": b"\x00\x01\x02\x03"}, "matrix.csv: this is no text file"),
        ({"matrix": "kegiatan,R-2\nRumah,I\n"}, "column 'activity_id' is missing; columns found: kegiatan, R-2"),
        ({"conditions": 'code,text\nT1,"' + "a" * 200_000 + '"\n'}, "conditions.csv: not a CSV table (field larger"),
        ({"conditions": "code,text,\nT1,a,b\n"}, "conditions.csv line 2: 3 cells under a header of 2"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_rules_are_refused_in_one_line(
    tmp_path: Path, files: dict[str, str | bytes], words: str
) -> None:
    assert words in refusal(put(tmp_path / "p", **files))


def test_a_path_with_nothing_behind_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file or folder"):
        read_rules(tmp_path / "nothing")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "matrix.pdf"
    path.write_bytes(b"%PDF-1.7")
    assert "rule tables are read from .csv or .xlsx" in refusal(path)


# ---- workbooks


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_of_a_workbook_are_tables_and_ids_stay_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "aturan.xlsx",
        Activities=[["activity_id", "name", "kbli"], ["001", "Rumah", None], ["002", "Toko", 47111]],
        matrix=[["activity_id", "R-2"], ["001", "I"], ["002", "T1, B2"]],
        Catatan=[["x"]],
    )
    rules = read_rules(path)
    assert rules.activities["activity_id"].tolist() == ["001", "002"]
    assert rules.activities["kbli"].tolist() == ["", "47111"]
    assert rules.cells[1][0].text == "T1,B2"
    assert [f.source for f in rules.findings.of("RULE_FILE_IGNORED")] == ["aturan.xlsx/Catatan"]


def test_codes_that_were_typed_as_numbers_are_read_with_a_warning(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", activities=[["activity_id", "name", "kbli"], [1, "Sawah", 1111], ["2", "Toko", 47111]]
    )
    rules = read_rules(path)
    assert rules.activities["kbli"].tolist() == ["1111", "47111"]
    assert [(f.field, f.level) for f in rules.findings.of("RULE_CODE_IS_NUMBER")] == [
        ("activity_id", "warning"),
        ("kbli", "warning"),
    ]


def test_a_number_that_is_shown_with_leading_zeros_keeps_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", activities=[["activity_id", "name", "kbli"], [1, "Sawah", 1111]])
    book = openpyxl.load_workbook(path)
    book["activities"]["A2"].number_format = "000"
    book["activities"]["C2"].number_format = "00000"
    book.save(path)
    rules = read_rules(path)
    assert rules.activities.loc[0, ["activity_id", "kbli"]].tolist() == ["001", "01111"]
    assert not rules.findings.of("RULE_CODE_IS_NUMBER")


def broken_inside(path: Path) -> bytes:
    workbook(path, matrix=[["activity_id"]])
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw[: len(raw) // 2] if "sheet1" in name or name.endswith("workbook.xml") else raw)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: b"", "a.xlsx: is no zip archive, it begins with b''"),
        (lambda path: b"activity_id,name\n", "a.xlsx: is no zip archive, it begins with b'activity_id,name'"),
        (lambda path: b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "an old .xls or a locked workbook"),
        (lambda path: workbook(path, matrix=[["activity_id"]]).read_bytes()[:900], "a.xlsx: is damaged; send it again"),
        (broken_inside, "a.xlsx: the workbook is broken"),
        (lambda path: workbook(path, Sheet1=[["a"]]).read_bytes(), "no rule table found; wanted sheets or files named"),
    ],
)
def test_broken_workbooks_are_refused_in_one_line(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "a.xlsx"
    raw = make(path)  # type: ignore[operator]
    path.write_bytes(raw)
    with pytest.raises(RulesError) as refused:
        read_rules(path)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(RulesError, match="the workbook is broken"):
        read_rules(path)


# ---- writing


@pytest.mark.parametrize("name", ["rules", "rules.xlsx"])
@pytest.mark.parametrize("make", [full_rules, make_rules])
def test_what_was_written_is_read_back_the_same(tmp_path: Path, name: str, make: object) -> None:
    rules = make()  # type: ignore[operator]
    path = write_rules(rules, tmp_path / name)
    assert_same(read_rules(path), rules)
    assert_same(read_rules(write_rules(read_rules(path), tmp_path / f"again-{name}")), rules)


@pytest.mark.parametrize("name", ["rules", "rules.xlsx"])
def test_the_rules_of_yogyakarta_are_read_back_the_same(tmp_path: Path, shared_data: Path, name: str) -> None:
    rules = jogja_rules(shared_data)
    assert_same(read_rules(write_rules(rules, tmp_path / name)), rules)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=15
)


@pytest.mark.parametrize("name", ["rules", "rules.xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXT, st.floats(0, 1e9)), min_size=1, max_size=3))
def test_any_text_and_number_survives_a_file(tmp_path: Path, name: str, texts: list[tuple[str, float]]) -> None:
    table = pd.DataFrame(texts, columns=["text", "distance_m"]).assign(layer="rivers")
    rules = RuleBook.from_tables({"buffers": table})
    assert_same(read_rules(write_rules(rules, tmp_path / name)), rules)


def test_half_a_letter_is_refused_in_a_csv_too(tmp_path: Path) -> None:
    bad = make_rules(conditions=pd.DataFrame({"code": ["T1"], "text": ["a\ud800b"]}, dtype=object))
    with pytest.raises(RulesError, match=r"conditions\.csv: a text holds"):
        write_rules(bad, tmp_path / "rules")
    assert list(tmp_path.iterdir()) == []


def test_empty_tables_are_not_written(tmp_path: Path) -> None:
    folder = write_rules(make_rules(), tmp_path / "rules")
    assert sorted(p.name for p in folder.iterdir()) == [
        "activities.csv", "conditions.csv", "intensity.csv", "matrix.csv",
    ]  # fmt: skip


def test_a_csv_is_plain_enough_to_compare_by_line(tmp_path: Path) -> None:
    folder = write_rules(make_rules(), tmp_path / "rules")
    assert (folder / "matrix.csv").read_bytes().splitlines()[2] == b'002,"T1,B2",I,X,X,Lampiran II no. 2'
    assert b"R-2,,,,,60,,1.8,20,,10,,,,,100,Tabel 1" in (folder / "intensity.csv").read_bytes()


def test_an_empty_rule_book_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="the rule book is empty"):
        write_rules(RuleBook.empty(), tmp_path / "rules")


def test_writing_again_leaves_no_old_table_behind(tmp_path: Path) -> None:
    write_rules(full_rules(), tmp_path / "rules")
    write_rules(make_rules(), tmp_path / "rules")
    assert not (tmp_path / "rules" / "buffers.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["rules"]


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    folder = put(tmp_path / "rules", matrix=MATRIX)
    (folder / "surat.docx").write_bytes(b"x")
    with pytest.raises(FileError, match=r"holds 'surat\.docx', which is no rule table"):
        write_rules(make_rules(), folder)
    assert sorted(p.name for p in folder.iterdir()) == ["matrix.csv", "surat.docx"]


@pytest.mark.parametrize("name", ["nowhere/rules", "nowhere/rules.xlsx"])
def test_a_folder_that_does_not_exist_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="nowhere does not exist; make it first"):
        write_rules(make_rules(), tmp_path / name)


@pytest.mark.parametrize("text", ["a\x07b", "a\ud800b", "x" * 40_000])
def test_a_text_that_no_workbook_can_hold_is_refused_and_the_old_file_kept(tmp_path: Path, text: str) -> None:
    path = write_rules(make_rules(), tmp_path / "rules.xlsx")
    before = path.read_bytes()
    bad = make_rules(conditions=pd.DataFrame({"code": ["T1"], "text": [text]}, dtype=object))
    with pytest.raises(RulesError, match="conditions: "):
        write_rules(bad, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["rules.xlsx"]


def test_a_write_that_fails_half_way_leaves_nothing_and_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fill() -> None:
        with new_file(target) as place:
            place.write_text("half")
            raise OSError(28, "disk full")

    with pytest.raises(FileError, match=r"a\.txt: cannot be written \(disk full\)"):
        fill()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
