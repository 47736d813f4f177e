"""A Header <-> the JSON that the catalog stores."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from index.records import Addressee, Authority, ExecutiveOrder, Header, Reference, Section


def to_json(header: Header) -> str:
    """Every field; moments and days as ISO 8601."""
    return json.dumps(asdict(header), default=str)


def header_from_json(stored: str) -> Header:
    """The same Header again, every nested value in its own class."""
    values: dict[str, Any] = json.loads(stored)
    order, section, authority = values["executive_order"], values["section"], values["classified_by"]
    return Header(
        **{
            **values,
            "sent": datetime.fromisoformat(values["sent"]) if values["sent"] else None,
            "to": tuple(Addressee(**each) for each in values["to"]),
            "info": tuple(Addressee(**each) for each in values["info"]),
            "captions": tuple(values["captions"]),
            "tags": tuple(values["tags"]),
            "references": tuple(Reference(**each) for each in values["references"]),
            "classified_by": authority and Authority(authority["name"], tuple(authority["reasons"])),
            "executive_order": order
            and ExecutiveOrder(
                order["order"], date.fromisoformat(order["declassify_on"]) if order["declassify_on"] else None
            ),
            "section": section and Section(**section),
        }
    )
