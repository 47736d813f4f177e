"""Reading: every format, and every way in which a file may be bad."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.parse import parse
from index.read import files_in, read_file
from index.records import Anomaly, Message, Problem

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FRUS = DATA / "frus" / "frus_telegrams.jsonl.gz"


def text_of(number: int, *, day: int = 20, section: str = "", body: str = "1. One.") -> str:
    return (
        f"VZCZCXRO{number:04d}\nOO RUEHDBU\nDE RUEHTA #{number:04d} 3241158\nZNR UUUUU ZZH\nO {day:02d}1158Z NOV 07\n"
        f"FM AMEMBASSY ASTANA\nTO RUEHC/SECSTATE WASHDC\n\nUNCLAS {section}ASTANA {number:06d}\n\nSIPDIS\n\n"
        f"E.O. 12958: N/A\nTAGS: PREL, KZ\nSUBJECT: TRADE\n\n{body}\n\nORDWAY\n"
    )


ONE = text_of(3162)


def messages(path: Path, max_file_mb: int = 100) -> list[Message]:
    return [item for item in read_file(path, max_file_mb=max_file_mb) if isinstance(item, Message)]


def problems(path: Path, max_file_mb: int = 100) -> list[Problem]:
    return [item for item in read_file(path, max_file_mb=max_file_mb) if isinstance(item, Problem)]


def reason(path: Path, max_file_mb: int = 100) -> str:
    [problem] = read_file(path, max_file_mb=max_file_mb)
    assert isinstance(problem, Problem)
    assert problem.left_out
    assert problem.reason.endswith(".") and "\n" not in problem.reason
    return problem.reason


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ── which files ──────────────────────────────────────────────────────────────────────────────


def test_files_are_found_in_order_and_hidden_ones_skipped(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", ".hidden", ".git/config", "sub/.x/y.txt"):
        write(tmp_path / name, "x")
    assert list(files_in([tmp_path])) == [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "sub" / "c.txt"]


def test_missing_path_and_empty_folder_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert list(files_in([tmp_path / "none", tmp_path / "empty"])) == [
        Problem(str(tmp_path / "none"), "no such file or folder; check the path."),
        Problem(str(tmp_path / "empty"), "the folder holds no file; check the path."),
    ]


def test_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(files_in([tmp_path])) == [tmp_path / "a.txt"]


# ── text ─────────────────────────────────────────────────────────────────────────────────────


def test_one_cable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ONE)
    [found] = messages(path)
    assert (found.text, found.source.path, found.source.format) == (ONE, str(path), "text")
    assert found.source.sha256 == hashlib.sha256(ONE.encode()).hexdigest()


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        ([text_of(1), text_of(2), text_of(3)], ["07ASTANA1", "07ASTANA2", "07ASTANA3"]),
        ([text_of(1).split("\n", 4)[4], text_of(2).split("\n", 4)[4]], ["07ASTANA1", "07ASTANA2"]),
        (["07ASTANA1\n" + text_of(1), "07ASTANA2\n" + text_of(2)], ["07ASTANA1", "07ASTANA2"]),
        ([text_of(1, section="SECTION 01 OF 02 "), text_of(1, section="SECTION 02 OF 02 ", body="2. Two.")],
         ["07ASTANA1"]),
        ([text_of(1, section="SECTION 01 OF 02 "), text_of(1, section="SECTION 02 OF 02 "), text_of(2)],
         ["07ASTANA1", "07ASTANA2"]),
        (["Message Text\n\n" + text_of(1), "Message Text\n\n" + text_of(2)], ["07ASTANA1", "07ASTANA2"]),
        ([text_of(1).replace("WASHDC", "WASHDC 1220"), text_of(2).replace("WASHDC", "WASHDC 1220")],
         ["07ASTANA1", "07ASTANA2"]),
        ([text_of(1, section="SECTION 01 OF 02 ").replace("WASHDC", "WASHDC 1220\nSECSTATE WASHDC 1"),
          text_of(1, section="SECTION 02 OF 02 ", body="2. Two.").replace("WASHDC", "WASHDC 1221\nUSMISSION UN 2")],
         ["07ASTANA1"]),
        (["\n\n\n" + text_of(1)], ["07ASTANA1"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_file_of_many_cables_is_cut_between_them(
    tmp_path: Path, texts: list[str], ids: list[str], newline: str
) -> None:
    path = write(tmp_path / "many.txt", "\n\n".join(texts).replace("\n", newline))
    found = messages(path)
    assert [parse(item).cable_id for item in found] == ids
    assert "".join(item.text for item in found) == "\n\n".join(texts).replace("\n", newline)
    assert len({item.source.path for item in found}) == len(found)


def test_many_cables_are_named_by_the_line_they_begin_at(tmp_path: Path) -> None:
    path = write(tmp_path / "many.txt", text_of(1) + text_of(2))
    assert [item.source.path for item in messages(path)] == [f"{path}:1", f"{path}:{text_of(1).count(chr(10)) + 1}"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    path = write(tmp_path / "a.txt", marks.get(encoding, b"") + ONE.encode(encoding))
    assert [found.text for found in messages(path)] == [ONE]
    assert problems(path) == []


def test_bad_utf8_is_kept_marked_and_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ONE.encode() + b"caf\xe9 \x93x\x94\n")
    [problem] = problems(path)
    [found] = messages(path)
    detail = f"3 bytes are not valid UTF-8, the first at offset {len(ONE) + 3}"
    assert (problem.left_out, problem.reason) == (False, f"{detail}; they are shown as \ufffd: save the file as UTF-8.")
    assert found.text.endswith("caf\ufffd \ufffdx\ufffd\n")
    assert found.anomalies == parse(found).anomalies == (Anomaly("encoding", detail),)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n\n ", "no text"),
        ("a.txt", b"abc\x00def", "zero byte"),
        ("a.txt", bytes(range(14, 27)) * 20, "control bytes"),
        ("a.txt", b"%PDF-1.4 x", "PDF"),
        ("a.txt", b"PK\x03\x04 x", "ZIP"),
        ("a.pdf", b"%PDF-1.4 x", "convert it to text"),
        ("a.docx", b"PK\x03\x04 x", "convert it to text"),
        ("a.rar", b"Rar!", "unpack it"),
        ("a.zip", b"PK\x03\x04 cut short", "broken or cut short"),
        ("a.tar", b"no archive", "broken or cut short"),
        ("a.tar.gz", gzip.compress(b"x" * 9000)[:40], "broken or cut short"),
        ("a.txt.gz", gzip.compress(ONE.encode())[:60], "broken or cut short"),
        ("a.txt.gz", b"no archive", "broken or cut short"),
        ("a.tar.gz.gz", gzip.compress(b"x"), "archive inside an archive"),
        ("a.jsonl", b"\n\n", "no line of JSON"),
        ("a.csv", b"\n", "no row"),
    ],
)
def test_bad_file_is_one_plain_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in reason(write(tmp_path / name, content))


def test_large_file_is_refused_by_its_size_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    assert reason(path) == (
        "is 200 MB large, more than the 100 MB that are read; split it or raise max_file_mb in the settings."
    )


def test_missing_file_and_folder_are_problems(tmp_path: Path) -> None:
    assert "no such file" in reason(tmp_path / "none.txt")
    assert "no regular file" in reason(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ONE)
    path.chmod(0)
    assert "permission denied" in reason(path)


# ── archives ─────────────────────────────────────────────────────────────────────────────────


def zip_of(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tar_of(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


MEMBERS = {
    "a/one.txt": text_of(1).encode(),
    "../out.txt": b"x",
    "/abs.txt": b"x",
    "inner.zip": b"PK",
    "doc.pdf": b"%PDF-",
    "empty.txt": b"",
    "two.txt": text_of(2).encode(),
    "lines.jsonl": json.dumps({"text": text_of(3)}).encode(),
}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("box.zip", zip_of),
        ("box.tar.gz", tar_of),
        ("box.tgz", tar_of),
        ("box.tar", lambda path, members: tar_of(path, members, "w")),
    ],
)
def test_archive_is_read_and_bad_members_left_out_by_name(
    tmp_path: Path, name: str, make: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    path = make(tmp_path / name, MEMBERS)
    found = messages(path)
    assert [item.source.path for item in found] == [
        f"{path}!a/one.txt", f"{path}!two.txt", f"{path}!lines.jsonl:1",
    ]  # fmt: skip
    assert found[0].source.sha256 == hashlib.sha256(MEMBERS["a/one.txt"]).hexdigest()
    said = {problem.path.split("!")[1]: problem.reason for problem in problems(path)}
    assert set(said) == {"../out.txt", "/abs.txt", "inner.zip", "doc.pdf", "empty.txt"}
    assert "leads out of the archive" in said["../out.txt"] and "leads out" in said["/abs.txt"]
    assert "archive inside an archive" in said["inner.zip"]


def test_gzip_of_one_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt.gz", gzip.compress(ONE.encode()))
    assert [(item.text, item.source.path) for item in messages(path)] == [(ONE, str(path))]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz", "bomb.txt.gz"])
def test_decompression_bomb_is_refused(tmp_path: Path, name: str) -> None:
    path, content = tmp_path / name, b"A" * 3_000_000
    if name.endswith(".zip"):
        zip_of(path, {"a.txt": content})
    elif name.endswith(".tar.gz"):
        tar_of(path, {"a.txt": content})
    else:
        path.write_bytes(gzip.compress(content))
    assert "more than the 1 MB" in reason(path, max_file_mb=1)


def test_member_that_is_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "box.zip", {"a.txt": b"A" * 3_000_000})
    data = path.read_bytes().replace((3_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(data)
    assert messages(path, max_file_mb=1) == [] or all(len(item.text) <= 1000 for item in messages(path, max_file_mb=1))
    assert len(list(read_file(path, max_file_mb=1))) == 1


def test_links_in_archives_are_left_out(tmp_path: Path) -> None:
    tar = tmp_path / "box.tar"
    with tarfile.open(tar, "w") as archive:
        info = tarfile.TarInfo("link.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    box = tmp_path / "box.zip"
    with zipfile.ZipFile(box, "w") as zipped:
        member = zipfile.ZipInfo("link.txt")
        member.external_attr = 0o120777 << 16
        zipped.writestr(member, "/etc/passwd")
    assert "link" in reason(tar) and "link" in reason(box)


def test_encrypted_member_is_left_out(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "box.zip", {"a.txt": b"secret"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in reason(path)


def test_empty_archives_say_so(tmp_path: Path) -> None:
    assert "holds no file" in reason(zip_of(tmp_path / "a.zip", {}))
    assert "holds no file" in reason(tar_of(tmp_path / "a.tar.gz", {}))


def test_archive_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "box.tar", {"a.txt": ONE.encode(), "b.txt": b"B" * 50_000}, "w")
    path.write_bytes(path.read_bytes()[:4000])
    assert len(messages(path)) == 1
    assert len(problems(path)) == 1


# ── JSON Lines ───────────────────────────────────────────────────────────────────────────────


def test_json_lines_in_both_forms(tmp_path: Path) -> None:
    structured = {"id": "frus1969-76ve04/d12", "subject": "X", "paragraphs": [{"text": "One."}, "Two."]}
    path = write(tmp_path / "a.jsonl", json.dumps({"text": ONE}) + "\n\n" + json.dumps(structured) + "\n")
    first, second = messages(path)
    assert (first.text, first.source.path, first.source.format, first.fields) == (ONE, f"{path}:1", "jsonl", {})
    assert (second.source.path, second.fields) == (f"{path}:3", structured)
    cable = parse(second)
    assert (
        [second.text[p.start : p.end] for p in cable.paragraphs]
        == [p.text for p in cable.paragraphs]
        == ["One.", "Two."]
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{no json", "no JSON"),
        ("[1, 2]", "no JSON object"),
        ('"text"', "no JSON object"),
        ("{}", "neither"),
        ('{"text": ""}', "neither"),
        ('{"text": 5}', "neither"),
        ('{"paragraphs": []}', "neither"),
        ('{"paragraphs": [{"text": " "}]}', "neither"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_bad_line_is_named_and_the_rest_read(tmp_path: Path, line: str, said: str) -> None:
    path = write(
        tmp_path / "a.jsonl", f"{json.dumps({'text': text_of(1)})}\n{line}\n{json.dumps({'text': text_of(2)})}"
    )
    assert [item.source.path for item in messages(path)] == [f"{path}:1", f"{path}:3"]
    [problem] = problems(path)
    assert problem.path == f"{path}:2" and said in problem.reason


def test_line_longer_than_the_limit_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json.dumps({"text": "A" * 1_500_000}) + "\n" + json.dumps({"text": ONE}) + "\n")
    assert [item.source.path for item in messages(path, max_file_mb=1)] == [f"{path}:2"]
    assert [problem.path for problem in problems(path, max_file_mb=1)] == [f"{path}:1"]


@pytest.mark.skipif(not FRUS.exists(), reason=f"the FRUS telegrams are not at {FRUS}")
def test_frus_telegrams_are_read_whole() -> None:
    count = paragraphs = 0
    for item in read_file(FRUS):
        assert isinstance(item, Message), item
        cable = parse(item)
        count += 1
        paragraphs += len(cable.paragraphs)
        for paragraph in cable.paragraphs[:2]:
            assert item.text[paragraph.start : paragraph.end].endswith(paragraph.text[-20:])
        if count == 500:
            break
    assert (count, paragraphs > 2000) == (500, True)


# ── Cablegate CSV ────────────────────────────────────────────────────────────────────────────

HEADER, BODY = ONE.split("\n\n", 1)


def row(*cells: str) -> str:
    return ",".join('"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"' for cell in cells)


def test_csv_rows_are_cables(tmp_path: Path) -> None:
    cells = ("1", "11/20/2007 11:58", "07ASTANA3162", "Embassy Astana", "UNCLASSIFIED", "07STATE1|07STATE2", HEADER)
    quoted = BODY.replace("One.", 'He said "no", \\ twice.')
    path = write(tmp_path / "a.csv", row(*cells, quoted) + "\n" + row(*cells, BODY) + "\n")
    first, second = messages(path)
    assert (first.source.path, first.source.format, first.fields["refid"]) == (f"{path}:1", "csv", "07ASTANA3162")
    cable = parse(first)
    assert cable.paragraphs[0].text == 'He said "no", \\ twice.'
    assert (cable.cable_id, cable.header.subject, cable.anomalies) == ("07ASTANA3162", "TRADE", ())
    assert [reference.cable_id for reference in cable.header.references] == ["07STATE1", "07STATE2"]
    assert second.source.path == f"{path}:2"


def test_csv_without_a_heading_is_known_by_its_columns(tmp_path: Path) -> None:
    body = "UNCLAS ASTANA 003162\n\nTAGS: PREL\nSUBJECT: TRADE\n\n1. One."
    path = write(
        tmp_path / "a.csv", row("1", "11/20/2007 11:58", "07ASTANA3162", "Embassy Astana", "CONFIDENTIAL", "", "", body)
    )
    cable = parse(messages(path)[0])
    assert (cable.cable_id, cable.to_dict()["sent"]) == (
        "07ASTANA3162",
        "2007-11-20T11:58:00Z",
    )
    assert cable.header.classification == "CONFIDENTIAL"


@pytest.mark.parametrize(
    ("line", "said"), [('"1","2"', "2 columns"), (row("1", "d", "r", "o", "c", "", "h", " "), "no text")]
)
def test_bad_row_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path / "a.csv", line + "\n" + row("1", "", "07ASTANA3162", "", "", "", HEADER, BODY))
    assert len(messages(path)) == 1
    [problem] = problems(path)
    assert problem.path == f"{path}:1" and said in problem.reason
