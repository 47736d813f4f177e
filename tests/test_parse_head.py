"""The head of a cable, by the grammar's sections: each row is one printed form and what it is read as."""

from datetime import UTC, date, datetime

import pytest
from parsing import cable, kinds, message, read

from index.errors import CableSyntaxError
from index.parse import parse
from index.records import Addressee, Anomaly, Authority, ExecutiveOrder, Section

# ── classification line and id ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "sender", "cable_id", "level", "captions"),
    [
        ("UNCLAS ASTANA 003162", "ASTANA", "07ASTANA3162", "UNCLASSIFIED", ()),
        ("UNCLASSIFIED ASTANA 3162", "ASTANA", "07ASTANA3162", "UNCLASSIFIED", ()),
        ("unclas astana 003162", "ASTANA", "07ASTANA3162", "UNCLASSIFIED", ()),
        ("C O N F I D E N T I A L LA PAZ 000146", "LA PAZ", "07LAPAZ146", "CONFIDENTIAL", ()),
        ("CONFIDENTIAL THE HAGUE 001234", "THE HAGUE", "07THEHAGUE1234", "CONFIDENTIAL", ()),
        ("CONFIDETIAL LA PAZ 000146", "LA PAZ", "07LAPAZ146", "CONFIDENTIAL", ()),
        ("CONFIDENTIALASTANA 003162", "ASTANA", "07ASTANA3162", "CONFIDENTIAL", ()),
        ("UNCLASLA PAZ 000146", "LA PAZ", "07LAPAZ146", "UNCLASSIFIED", ()),
        ("SECRETSECTION 01 OF 01 THE HAGUE 001234", "THE HAGUE", "07THEHAGUE1234", "SECRET", ()),
        ("S E C R E T PORT-AU-PRINCE 000022", "PORT AU PRINCE", "07PORTAUPRINCE22", "SECRET", ()),
        ("S E C R E T//NOFORN BAGHDAD 000001", "BAGHDAD", "07BAGHDAD1", "SECRET", ("NOFORN",)),
        ("SECRET NOFORN BAGHDAD 000001", "BAGHDAD", "07BAGHDAD1", "SECRET", ("NOFORN",)),
        ("T O P  S E C R E T MOSCOW 012345", "MOSCOW", "07MOSCOW12345", "TOP SECRET", ()),
        ("LIMITED OFFICIAL USE LA PAZ 0146", "LA PAZ", "07LAPAZ146", "LIMITED OFFICIAL USE", ()),
        ("LIMITED OFFFICIAL USE LA PAZ 0146", "LA PAZ", "07LAPAZ146", "LIMITED OFFICIAL USE", ()),
        ("LIMITED OFFICIAL USE 0146", "LA PAZ", "07LAPAZ146", "LIMITED OFFICIAL USE", ()),
        ("UNCLAS E F T O SANAA 000433", "SANAA", "07SANAA433", "UNCLASSIFIED", ("EFTO",)),
        ("UNCLAS EFTO SANAA 000433", "SANAA", "07SANAA433", "UNCLASSIFIED", ("EFTO",)),
        ("UNCLASSIFIED//FOR OFFICIAL USE ONLY STATE 089712", "SECSTATE WASHDC", "07STATE89712", "UNCLASSIFIED",
         ("FOR OFFICIAL USE ONLY",)),
        ("UNCLAS N'DJAMENA 000012", "NDJAMENA", "07NDJAMENA12", "UNCLASSIFIED", ()),
        ("UNCLAS ST. PETERSBURG 000012", "ST PETERSBURG", "07STPETERSBURG12", "UNCLASSIFIED", ()),
        ("UNCLAS USUN NEW YORK 000012", "USUN NEW YORK", "07USUNNEWYORK12", "UNCLASSIFIED", ()),
        ("UNCLAS AIT TAIPEI 000012", "AIT TAIPEI", "07AITTAIPEI12", "UNCLASSIFIED", ()),
        ("UNCLAS KIEV 000012", "KIEV", "07KIEV12", "UNCLASSIFIED", ()),
        ("UNCLAS SECSTATE 012345 SIPDIS", "SECSTATE WASHDC", "07STATE12345", "UNCLASSIFIED", ("SIPDIS",)),
        ("UNCLAS BISHTEK 000012", "BISHKEK", "07BISHKEK12", "UNCLASSIFIED", ()),
        ("S E C R E T//NF KABUL 000022", "KABUL", "07KABUL22", "SECRET", ("NOFORN",)),
        ("C O N F I D E N I A L KABUL 000022", "KABUL", "07KABUL22", "CONFIDENTIAL", ()),
        ("S E C R T LA PAZ 000022", "LA PAZ", "07LAPAZ22", "SECRET", ()),
        ("CONFIDETIAL NOFORN KABUL 000022", "KABUL", "07KABUL22", "CONFIDENTIAL", ("NOFORN",)),
        ("UNCLAS FM AMEMBASSY KABUL 000022", "KABUL", "07KABUL22", "UNCLASSIFIED", ()),
    ],
)  # fmt: skip
def test_classification_line_gives_id_level_and_captions(
    line: str, sender: str, cable_id: str, level: str, captions: tuple[str, ...]
) -> None:
    found = read(line=line, sender=f"FM AMEMBASSY {sender}")
    assert (found.cable_id, found.header.classification, found.header.captions) == (cable_id, level, captions)


@pytest.mark.parametrize(
    ("line", "part", "of"),
    [
        ("UNCLAS SECTION 02 OF 03 ASTANA 003162", 2, 3),
        ("UNCLAS SECTON 02 OF 03 ASTANA 003162", 2, 3),
        ("UNCLAS SETION 2 OF 3 ASTANA 003162", 2, 3),
        ("UNCLAS SECTION 2 ON 3 ASTANA 003162", 2, 3),
        ("UNCLAS FINAL SECTION OF 2 ASTANA 003162", 2, 2),
        ("UNCLAS ASTANA 003162 SECTION 02 OF 03", 2, 3),
    ],
)
def test_lone_section_is_known_as_a_part(line: str, part: int, of: int) -> None:
    found = read(line=line, body="4. Four.\n\n5. Five.")
    assert (found.header.section, found.header.sections) == (Section(part, of), of)
    assert [paragraph.number for paragraph in found.paragraphs] == [4, 5]
    assert "missing_section" in kinds(found)


@pytest.mark.parametrize(
    ("start", "line", "sender", "path", "cable_id"),
    [
        ("", "", "FM AMEMBASSY ASTANA", "07ASTANA3162.txt", "07ASTANA3162"),
        ("DE RUEHTA #3162 3241158", "", "FM AMEMBASSY ASTANA", "x.txt", "07ASTANA3162"),
        ("PAGE 01        VATICA  05693  01 OF 02  021700Z", "", "FM AMEMBASSY VATICAN", "x.txt", "07VATICAN5693"),
        ("07ASTANA3162", "", "FM AMEMBASSY ASTANA", "x.txt", "07ASTANA3162"),
    ],
)
def test_id_without_classification_line_comes_from_the_next_witness(
    start: str, line: str, sender: str, path: str, cable_id: str
) -> None:
    assert parse(message(cable(start=start, line=line, sender=sender), path)).cable_id == cable_id


def test_post_that_only_the_from_line_spells_right_is_repaired_and_reported() -> None:
    found = read(line="UNCLAS SOIAQ 000828", sender="FM AMEMBASSY SOFIA")
    assert (found.cable_id, kinds(found)) == ("07SOFIA828", ["post_conflict"])


def test_posts_that_contradict_each_other_are_reported() -> None:
    found = read(line="UNCLAS ASTANA 003162", sender="FM USOFFICE ALMATY")
    assert (found.cable_id, kinds(found)) == ("07ASTANA3162", ["post_conflict"])


def test_post_unknown_to_the_list_is_kept_and_reported() -> None:
    found = read(line="UNCLAS FOOVILLE 000012", sender="FM AMEMBASSY FOOVILLE")
    assert (found.cable_id, kinds(found)) == ("07FOOVILLE12", ["post_unknown"])


def test_serial_of_the_station_that_contradicts_the_number_is_reported() -> None:
    found = read(start="DE RUEHTA #3163 3241158")
    assert found.cable_id == "07ASTANA3162"
    assert found.anomalies == (Anomaly("other", "the cable's number is 3162, the station's serial 3163"),)


def test_security_line_that_contradicts_the_level_is_reported() -> None:
    found = read(start="ZNY CCCCC ZZH")
    assert (found.header.classification, kinds(found)) == ("UNCLASSIFIED", ["other"])


def test_corrected_copy_is_neither_level_nor_subject() -> None:
    found = read(line="C O R R E C T E D COPY (SUBJECT LINE)\n\nUNCLAS ASTANA 003162")
    assert (found.cable_id, found.header.subject) == ("07ASTANA3162", "TRADE")


# ── date and precedence ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "path", "cable_id", "level"),
    [
        ("CONFIDENTIAL\n\n1. One.\n\n2. Two.\nEASUM\n", "a/1975LAGOS01234_b.txt", "75LAGOS1234", "CONFIDENTIAL"),
        ("UNCLASSIFIED\n\nOne.\n\nTwo.\n", "07ASTANA3162.txt", "07ASTANA3162", "UNCLASSIFIED"),
    ],
)
def test_text_with_nothing_but_its_level_is_the_cable_that_its_file_is_named_by(
    text: str, path: str, cable_id: str, level: str
) -> None:
    found = parse(message(text, path))
    assert (found.cable_id, found.header.classification, len(found.paragraphs)) == (cable_id, level, 2)
    assert [each.detail for each in found.anomalies] == [
        "only the level is left of the head; the id is that of the file's name"
    ]


@pytest.mark.parametrize("path", ["notes.txt", "07FOOVILLE12.txt"])
def test_text_with_nothing_but_its_level_is_refused_where_no_known_post_names_the_file(path: str) -> None:
    with pytest.raises(CableSyntaxError, match="no head of a cable was recognised"):
        parse(message("CONFIDENTIAL\n\n1. One.\n", path))


def test_a_mended_classification_line_is_told() -> None:
    assert [each.detail for each in read(line="CONFIDENTIALASTANA 003162").anomalies] == [
        "the classification line is damaged; read as CONFIDENTIAL ASTANA 3162"
    ]


@pytest.mark.parametrize(
    ("dtg", "start", "sent", "precedence", "anomalies"),
    [
        ("O 201158Z NOV 07", "", datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE", []),
        ("O P 190243Z DEC 89", "", datetime(1989, 12, 19, 2, 43, tzinfo=UTC), "IMMEDIATE", []),
        ("P R 190243Z DEC 1989", "", datetime(1989, 12, 19, 2, 43, tzinfo=UTC), "PRIORITY", []),
        ("Z 190243Z JAN 50", "", datetime(1950, 1, 19, 2, 43, tzinfo=UTC), "FLASH", []),
        ("R 190243Z JAN 49", "", datetime(2049, 1, 19, 2, 43, tzinfo=UTC), "ROUTINE", []),
        ("O 030200Z NOV 79 ZFF4", "", datetime(1979, 11, 3, 2, 0, tzinfo=UTC), "IMMEDIATE", []),
        ("O 201158Z NOV 07 ZDK", "DE RUEHTA #3162 3241158",
         datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE", []),
        ("O 201158Z NOV 07", "DE RUEHTA #3162/01 3261158", datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE",
         ["date_conflict"]),
        ("O 201158Z NOV 07", "DE RUEHTA #3162 4001158", datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE",
         ["date_conflict"]),
        ("O 201158Z NOV 07", "DE RUEHTA #3162 3241105", datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE",
         ["date_conflict"]),
        ("o 201158z november 07", "", datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE", []),
        ("R 312359Z FEB 07", "", None, "ROUTINE", ["date_conflict"]),
        ("R 312359Z FEB 07", "DE RUEHTA #3162 0592359", datetime(2007, 2, 28, 23, 59, tzinfo=UTC), "ROUTINE",
         ["date_conflict"]),
    ],
)  # fmt: skip
def test_date_time_group(dtg: str, start: str, sent: datetime | None, precedence: str, anomalies: list[str]) -> None:
    found = read(dtg=dtg, start=start)
    assert (found.header.sent, found.header.precedence, kinds(found)) == (sent, precedence, anomalies)


def test_without_date_time_group_the_station_and_the_file_name_give_the_date() -> None:
    text = cable(dtg="", start="OO RUEHDBU RUEHLN\nDE RUEHTA #3162 3241158")
    found = parse(message(text, "07ASTANA3162.txt"))
    assert (found.header.sent, found.header.precedence) == (datetime(2007, 11, 20, 11, 58, tzinfo=UTC), "IMMEDIATE")


# ── addressees ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "addressee"),
    [
        ("RUEHC/SECSTATE WASHDC IMMEDIATE 1220", Addressee("SECSTATE WASHDC", "RUEHC", "IMMEDIATE", 1220)),
        ("RUEHAST/USOFFICE ALMATY 0002", Addressee("USOFFICE ALMATY", "RUEHAST", None, 2)),
        ("RUEHAST / USOFFICE ALMATY 0002", Addressee("USOFFICE ALMATY", "RUEHAST", None, 2)),
        ("SECSTATE WASHDC NIACT IMMEDIATE 1887", Addressee("SECSTATE WASHDC", None, "NIACT IMMEDIATE", 1887)),
        ("SECSTATE WASHDC 716 NIACT IMMEDIATE", Addressee("SECSTATE WASHDC", None, "NIACT IMMEDIATE", 716)),
        ("AMEMBASSY LIMA PIORITY", Addressee("AMEMBASSY LIMA", None, "PRIORITY", None)),
        ("USCINCSO J2 QUARRY HEIGHTS CZ", Addressee("USCINCSO J2 QUARRY HEIGHTS CZ")),
        ("JTF 160", Addressee("JTF 160")),
        ("SECSTATE WASHDC PAGE 02  STATE 015113  182333Z", Addressee("SECSTATE WASHDC PAGE 02 STATE 015113 182333Z")),
    ],
)  # fmt: skip
def test_addressee(line: str, addressee: Addressee) -> None:
    assert read(to=f"TO {line}").header.to == (addressee,)


def test_page_header_on_the_to_line_is_no_addressee() -> None:
    found = read(to="TO PAGE 02  STATE 015113  182333Z\nRUEHC/SECSTATE WASHDC", line="UNCLAS STATE 015113")
    assert found.header.to == (Addressee("SECSTATE WASHDC", "RUEHC"),)


def test_members_exempted_from_a_collective_are_no_addressees() -> None:
    found = read(
        to="TO SECSTATE WASHDC 1\nINFO CIS COLLECTIVE\nXMT AMCONSUL ALMATY\nAMEMBASSY SOFIA\nRUEHBJ/AMEMBASSY BEIJING"
    )
    assert [addressee.name for addressee in found.header.info] == ["CIS COLLECTIVE", "AMEMBASSY BEIJING"]


def test_action_info_and_exempted_are_kept_apart() -> None:
    found = read(
        to="TO RUEHC/SECSTATE WASHDC 1\nRUEHAK/AMEMBASSY ANKARA 2\nINFO RUEHAST/USOFFICE ALMATY 3\n"
        "RUCNCIS/CIS COLLECTIVE 4\nXMT AMCONSUL ALMATY"
    )
    assert [addressee.name for addressee in found.header.to] == ["SECSTATE WASHDC", "AMEMBASSY ANKARA"]
    assert [addressee.name for addressee in found.header.info] == ["USOFFICE ALMATY", "CIS COLLECTIVE"]


# ── E.O., authority, subject, captions ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "order", "authority"),
    [
        ("E.O. 12958: N/A", ExecutiveOrder("12958"), None),
        ("EO 12065: NA", ExecutiveOrder("12065"), None),
        ("E.O. 12065     N/A", ExecutiveOrder("12065"), None),
        ("E.OM 11652: GDS", ExecutiveOrder("11652"), None),
        ("MO. 11652: N/A", ExecutiveOrder("11652"), None),
        ("E. O. 11652: XGDS-2", ExecutiveOrder("11652"), None),
        ("E.O. 12356: DECL: OADR", ExecutiveOrder("12356"), None),
        ("E.O. 12958: DECL: 6/3/18", ExecutiveOrder("12958", date(2018, 6, 3)), None),
        ("E.O. 12958: DECL: 2020/02/23", ExecutiveOrder("12958", date(2020, 2, 23)), None),
        ("E.O. 12958: DECL:\n06/03/2018", ExecutiveOrder("12958", date(2018, 6, 3)), None),
        ("E.O. 12958: DECL: AFTER KOREAN UNIFICATION", ExecutiveOrder("12958"), None),
        ("E.O. 13526: 25X1", ExecutiveOrder("13526"), None),
        ("E.0. 12958: N/A", ExecutiveOrder("12958"), None),
        ("E.C. 11652: N/A", ExecutiveOrder("11652"), None),
        ("FO 12958: DECL: 11/20/17", ExecutiveOrder("12958", date(2017, 11, 20)), None),
        ("E.O. 12065: GDS 12/6/85 (THOMPSON, STEPHEN H) OR-P", ExecutiveOrder("12065", date(1985, 12, 6)),
         Authority("THOMPSON, STEPHEN H")),
    ],
)  # fmt: skip
def test_executive_order(line: str, order: ExecutiveOrder, authority: Authority | None) -> None:
    found = read(order=line)
    assert (found.header.executive_order, found.header.classified_by) == (order, authority)
    assert found.header.tags == ("PREL", "KZ")


@pytest.mark.parametrize(
    ("line", "authority"),
    [
        ("Classified By: DCM Jane Roe. Reason: 1.4 (b), (d)", Authority("DCM Jane Roe", ("1.4 (b)", "1.4 (d)"))),
        ("Classified By: CDA J. Roe for reasons 1.4 (b,d).", Authority("CDA J. Roe", ("1.4 (b)", "1.4 (d)"))),
        ("CLASSIFIED BY: POLOFF JOHN DOE FOR REASONS 1.4 B AND D",
         Authority("POLOFF JOHN DOE", ("1.4 (b)", "1.4 (d)"))),
        ("(U) Classified by X.\n\n1. One.", Authority("X")),
        ("Classified By: CDA Roe, under section 1.4 (b and d).", Authority("CDA Roe", ("1.4 (b)", "1.4 (d)"))),
        ("Classified By: Ambassador Roe, reason 1.5 (d)", Authority("Ambassador Roe", ("1.5 (d)",))),
        ("Classified By: Amb. Roe\nfor reasons 1.4 (b) and\n(d).", Authority("Amb. Roe", ("1.4 (b)", "1.4 (d)"))),
        ("(U) Classified by CDA Jane Roe, reasons 1.4 b/d.", Authority("CDA Jane Roe", ("1.4 (b)", "1.4 (d)"))),
        ("1. (U) Classified by CDA Roe. Reason: 1.4 (b).", Authority("CDA Roe", ("1.4 (b)",))),
        ("1. (U) Classified by mistake, it was a report.", None),
        ("Classified By: Amb. Roe. Reasons: 1.4 (a-c)", Authority("Amb. Roe", ("1.4 (a)", "1.4 (b)", "1.4 (c)"))),
    ],
)  # fmt: skip
def test_authority(line: str, authority: Authority | None) -> None:
    assert read(authority=line).header.classified_by == authority


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("SUBJECT: TRADE", "TRADE"),
        ("SUBJ: TRADE", "TRADE"),
        ("SUBJECT:   TRADE  TALKS", "TRADE TALKS"),
        ("SUBJECT: TRADE TALKS BETWEEN\nKAZAKHSTAN AND CHINA", "TRADE TALKS BETWEEN KAZAKHSTAN AND CHINA"),
        ("SUBJECT: TRADE TALKS BETWEEN\n         KAZAKHSTAN AND CHINA", "TRADE TALKS BETWEEN KAZAKHSTAN AND CHINA"),
        ("SUBJECT: (C) TRADE", "TRADE"),
        ("SUBJECT: (S/NF) TRADE", "TRADE"),
        ("SUBJECT:; TRADE", "TRADE"),
        ("USBJ: TRADE", "TRADE"),
        ("XIBJ: TRADE", "TRADE"),
        ("SUBEJCT: TRADE", "TRADE"),
        ("Subject: Trade", "Trade"),
        ("SUBJECT: LETTER\nFROM THE PRESIDENT", "LETTER FROM THE PRESIDENT"),
        ("SUBJECT: U.S. EXPORTS: A REVIEW", "U.S. EXPORTS: A REVIEW"),
        ("SUBJ: TALKS WITH THE FOREIGN MINIS-\nTER", "TALKS WITH THE FOREIGN MINISTER"),
        ("SUBJECT: TRADE AND\n\nASTANA 00003162  002 OF 003\n\nOIL", "TRADE AND OIL"),
    ],
)
def test_subject(line: str, subject: str) -> None:
    assert read(subject=line).header.subject == subject


def test_captions_stand_once() -> None:
    found = read(after="SIPDIS\n\nS E N S I T I V E\n\nSIPDIS\n\nNOFORN")
    assert found.header.captions == ("SIPDIS", "SENSITIVE", "NOFORN")


def test_passing_instructions_are_of_the_header() -> None:
    found = read(
        after="SIPDIS\n\nDEPARTMENT FOR G, G/TIP, SCA/CEN (O'MARA), INL/AAE\n(BUHLER), DRL, PRM\nDEPT PASS USAID"
    )
    assert "(BUHLER), DRL, PRM" in found.header.text
    assert [paragraph.text for paragraph in found.paragraphs] == ["One.", "Two."]


@pytest.mark.parametrize(
    "fields",
    [
        "TAGS: PREL, KZ\nE.O. 12958: N/A\nSUBJECT: TRADE\nREF: STATE 1234",
        "SUBJECT: TRADE\nTAGS: PREL, KZ\nREF: STATE 1234\nE.O. 12958: N/A",
        "E.O. 12958: N/A TAGS: PREL, KZ SUBJECT: TRADE REF: STATE 1234",
        "REF: STATE 1234\n\nE.O. 12958: N/A\n\nTAGS: PREL, KZ\n\nSUBJECT: TRADE",
    ],
)
def test_fields_may_stand_in_any_order(fields: str) -> None:
    header = read(order=fields, tags="", subject="").header
    assert header.executive_order == ExecutiveOrder("12958")
    assert (header.tags, header.subject) == (("PREL", "KZ"), "TRADE")
    assert [reference.cable_id for reference in header.references] == ["07STATE1234"]


# ── TAGS ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("TAGS: PREL, KZ", ("PREL", "KZ")),
        ("TAGS: PREL KZ", ("PREL", "KZ")),
        ("TAGS: PREL, PHUM KZ", ("PREL", "PHUM", "KZ")),
        ("TAGS PREL KZ", ("PREL", "KZ")),
        ("TAG: PREL", ("PREL",)),
        ("TAGES: PREL", ("PREL",)),
        ("TAS: PREL", ("PREL",)),
        ("TABS: PREL", ("PREL",)),
        ("TGS: PREL", ("PREL",)),
        ("AGS: PREL", ("PREL",)),
        ("TAGS; PREL", ("PREL",)),
        ("TAGES PREL PGOV", ("PREL", "PGOV")),
        ("AGS PREL PGOV", ("PREL", "PGOV")),
        ("TAGS: PREL - PGOV - KZ", ("PREL", "PGOV", "KZ")),
        ("TAGS: TAGS: PREL, KZ", ("PREL", "KZ")),
        ("TAGS: PREL, PGOV, ASTANA 00003162  002 OF 003  KZ", ("PREL", "PGOV", "KZ")),
        ("TAGS, PREL", ("PREL",)),
        ("TAGS-MASS, BL, PREL", ("MASS", "BL", "PREL")),
        ("TAOS: PREL", ("PREL",)),
        ("TAGS: [KCRM](#) [PHUM](#) [KZ](#)", ("KCRM", "PHUM", "KZ")),
        ("TAGS: PREL,\nKZ", ("PREL", "KZ")),
        ("TAGS: PREL, PHUM\nEINV", ("PREL", "PHUM", "EINV")),
        ("TAGS: OVIP (DOE, JOHN A.), KZ", ("OVIP", "DOE, JOHN A.", "KZ")),
        ("TAGS: OVIP (DOE,\nJOHN A.), KZ", ("OVIP", "DOE, JOHN A.", "KZ")),
        ("TAGS: PREL, HUMAN RIGHTS, KZ", ("PREL", "HUMAN RIGHTS", "KZ")),
        ("TAGS: PREL, SIPDIS, KZ, PREL", ("PREL", "KZ")),
        ("TAGS: PG0V, KT1P, KZ", ("PGOV", "KTIP", "KZ")),
        ("TAGS: PRELPHUMKZ", ("PREL", "PHUM", "KZ")),
        ("TAGS: KFRDCVISPHUM", ("KFRD", "CVIS", "PHUM")),
        ("TAGS: POLITICS, KZ", ("POLITICS", "KZ")),
        ("TAGS: UNGA/C-6, G-8, KZ", ("UNGA/C-6", "G-8", "KZ")),
        ("TAGS: PINT: PGOV: BL", ("PINT", "PGOV", "BL")),
        ("TAGS: BDIS, EIND, BL.", ("BDIS", "EIND", "BL")),
        ("TAGS: prel, kz", ("PREL", "KZ")),
    ],
)
def test_tags(line: str, tags: tuple[str, ...]) -> None:
    assert read(tags=line).header.tags == tags


def test_tags_that_were_repaired_are_reported() -> None:
    assert read(tags="TAGS: PG0V").anomalies == (Anomaly("other", "TAGS: PG0V read as PGOV"),)


def test_page_marker_inside_the_tags_is_dropped() -> None:
    assert read(tags="TAGS: PREL,\nASTANA 00003162  002 OF 002\nKZ").header.tags == ("PREL", "KZ")
