"""An answer to take away as a Word document, every citation a real footnote of it.

python-docx writes no footnotes of its own, so their part is made here, as ECMA-376 (17.11) has it.
"""

import io
from typing import TYPE_CHECKING, Final

from qa.records import Answer
from ui.render.export import Headers
from ui.render.safe import one_line
from ui.render.text import SUPPORT_WORDS, declined_words, note_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_RULES: Final = (("-1", "separator"), ("0", "continuationSeparator"))
"""The rules above footnotes, which Word looks for among them."""


def to_docx(answer: Answer, headers: Headers) -> bytes:
    """The answer as a Word document: the question, the statements, and a footnote for every citation."""
    from docx import Document

    document = Document()
    document.core_properties.title = one_line(answer.query.text)[:250]
    document.core_properties.author = "Reftel"
    document.add_heading(one_line(answer.query.text), level=1)
    body, notes = document.add_paragraph(), list[str]()
    for statement in answer.statements:
        body.add_run(one_line(statement.text))
        for citation in statement.citations:
            notes.append(note_text(citation, headers.get(citation.cable_id)))
            _refer(body, len(notes))
        if said := SUPPORT_WORDS[statement.support]:
            body.add_run(f" ({said})").italic = True
        body.add_run(" ")
    if not answer.statements:
        body.add_run(one_line(declined_words(answer)))
    if notes:
        _add_notes(document, notes)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _refer(body: "Paragraph", number: int) -> None:
    """The footnote's number, raised, where the statement ends."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = body.add_run()
    run.font.superscript = True
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    run._r.append(reference)


def _add_notes(document: "Document", notes: list[str]) -> None:
    from docx.opc.oxml import serialize_part_xml
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for key, kind in _RULES:
        root.append(parse_xml(_footnote(key, f"<w:r><w:{kind}/></w:r>", kind)))
    for number, text in enumerate(notes, start=1):
        raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        note = parse_xml(_footnote(str(number), f'{raised}<w:r><w:t xml:space="preserve"/></w:r>'))
        next(note.iter("{*}t")).text = f" {text}"  # as text, so that nothing in it is markup
        root.append(note)
    part = Part(PackURI("/word/footnotes.xml"), _TYPE, serialize_part_xml(root), document.part.package)
    document.part.relate_to(part, _RELATION)


def _footnote(key: str, runs: str, kind: str = "") -> str:
    from docx.oxml.ns import nsdecls

    of_kind = f' w:type="{kind}"' if kind else ""
    size = '<w:pPr><w:spacing w:after="0"/></w:pPr>'
    return f'<w:footnote {nsdecls("w")} w:id="{key}"{of_kind}><w:p>{size}{runs}</w:p></w:footnote>'
