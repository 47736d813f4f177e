"""The tables, and cable ids in every spelling."""

import subprocess
import sys

import pytest

from index.gazetteer import (
    PartialId,
    acronym,
    acronyms,
    canonical_post,
    match_key,
    post,
    posts,
    tag,
    tags,
    to_cable_id,
    to_partial_id,
)


@pytest.mark.parametrize(
    ("text", "cable_id"),
    [
        ("07ASTANA3162", "07ASTANA3162"),
        ("07astana3162", "07ASTANA3162"),
        ("07 ASTANA 003162", "07ASTANA3162"),
        ("2007 Astana 3162", "07ASTANA3162"),
        ("'07 Astana 3162", "07ASTANA3162"),
        ("(07) Astana 3162", "07ASTANA3162"),
        ("Astana (07) 3162", "07ASTANA3162"),
        ("07-ASTANA-3162", "07ASTANA3162"),
        ("1979LAPAZ02423", "79LAPAZ2423"),
        ("1979USUNN04608", "79USUNNEWYORK4608"),
        ("10SHANGHAI60_a", "10SHANGHAI60"),
        ("1975DACCA00292_b", "75DACCA292"),
        ("1977STATE233826_c", "77STATE233826"),
        ("1977STATE233826_b2", "77STATE233826"),
        ("2007 Port-au-Prince 12", "07PORTAUPRINCE12"),
        ("06BISHTEK12", "06BISHKEK12"),
        ("07FOOVILLE12", "07FOOVILLE12"),
        ("Astana 3162", None),
        ("07 March 2007", None),
        ("07ASTANA0", None),
        ("frus1969-76ve04/d12", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_cable_ids_in_every_spelling(text: str, cable_id: str | None) -> None:
    assert to_cable_id(text) == cable_id


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        ("Astana 3162", PartialId("ASTANA", 3162)),
        ("La Paz 0146", PartialId("LAPAZ", 146)),
        ("SECSTATE 147242", PartialId("STATE", 147242)),
        ("07 Astana 3162", None),
        ("March 2007", None),
    ],
)
def test_ids_without_a_year(text: str, partial: PartialId | None) -> None:
    assert to_partial_id(text) == partial


def test_partial_id_takes_a_year_of_two_digits_or_four() -> None:
    assert {PartialId("ASTANA", 3162).with_year(year) for year in (7, 2007)} == {"07ASTANA3162"}


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("AMEMBASSY LA PAZ", "LAPAZ"),
        ("Embassy Astana", "ASTANA"),
        ("Consulate General Karachi", "KARACHI"),
        ("SECSTATE WASHDC", "STATE"),
        ("USMISSION USUN NEW YORK", "USUNNEWYORK"),
        ("US MISSION EC BRUSSELS", "ECBRUSSELS"),
        ("T0KYO", "TOKYO"),
        ("KIEV", "KIEV"),
        ("KYIV", "KYIV"),
        ("TAIPEI", "TAIPEI"),
        ("AIT TAIPEI", "AITTAIPEI"),
        ("N'DJAMENA", "NDJAMENA"),
        ("NOWHERE", None),
    ],
)
def test_post_names(name: str, token: str | None) -> None:
    assert canonical_post(name) == token


def test_names_cut_short_are_known_only_where_asked() -> None:
    assert (canonical_post("VATICA"), canonical_post("VATICA", cut=True)) == (None, "VATICAN")
    assert canonical_post("PORT AU PR", cut=True) == "PORTAUPRINCE"


def test_either_name_of_a_post_gives_one_key() -> None:
    assert match_key("05KIEV12") == match_key("05KYIV12") == "05KYIV12"
    assert match_key("frus/d12") == "frus/d12"


def test_a_post_knows_its_place() -> None:
    found = post("Astana")
    assert found is not None
    assert (found.post, found.country, found.geo_tag, found.kind) == ("ASTANA", "Kazakhstan", "KZ", "embassy")


def test_tags_and_acronyms() -> None:
    found = tag("phum")
    assert found is not None and (found.code, found.kind) == ("PHUM", "subject")
    assert tag("NOSUCH") is None
    assert [meaning.acronym for meaning in acronym("aldac")] == ["ALDAC"]
    assert acronym("NOSUCH") == ()


def test_tables_are_whole() -> None:
    assert (len(posts()) > 280, len(tags()) > 550, len(acronyms()) > 410) == (True, True, True)
    spellings = [spelling for entry in posts().values() for spelling in (entry.post, *entry.aliases)]
    assert len(spellings) == len(set(spellings))


def test_import_reads_no_table() -> None:
    code = "import index.gazetteer as g; assert g.posts.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True)
