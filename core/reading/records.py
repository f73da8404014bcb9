"""JSON: one object a line, a list of objects, of rows or of texts."""

import json
from typing import Any

from core.errors import UserError
from core.reading import columns
from core.reading.found import Found
from core.reading.tables import paragraphs

_MOST_FIELDS = 300
_MOST_NAMES = 60  # keys of an object above which they are no names of fields
_MOST_OBJECTS = 2_000_000


def is_records(text: str) -> bool:
    """True if the text, or each of its first lines, is a JSON object or list."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:20]
    if len(lines) > 1 and all(_parsed(line) is not None for line in lines[: len(lines) - 1]):
        return True
    return text.rstrip()[-1:] in ("}", "]") and _parsed(text) is not None


def _parsed(text: str) -> dict | list | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def read_records(text: str, column: str = "auto") -> Found:
    """One line a text; the field is found like the column of a table."""
    if text.count("{") + text.count("[") > _MOST_OBJECTS:
        raise UserError(f"This JSON holds more than {_MOST_OBJECTS:,} objects and lists.")
    lines = [line for line in text.split("\n") if line.strip()]
    whole = _parsed(text) if len(lines) == 1 or _parsed(lines[0]) is None else None
    broken = 0
    if whole is None:
        items = [_parsed(line) for line in lines]
        broken = sum(item is None for item in items)
        kind = "JSON lines"
        if broken > len(items) / 2:
            raise UserError(
                "This is no JSON that can be read: neither a list nor one object a line (or it is "
                "nested too deep); read it as prose, or mend it."
            )
        found: list = [item for item in items if item is not None]
    else:
        found, kind = [whole], "JSON"
    notes = (f"lines that are no JSON are left out ({broken:,})",) if broken else ()
    table = _texts(found)
    names = list(table)
    if not names:
        raise UserError("This JSON holds no text.")
    if names == [""]:
        return _told(table[""], f"read as {kind}: a list of texts", notes, "", ())
    most = min(columns.LOOKED_AT, max(map(len, table.values())))
    rows = [[texts[k] if k < len(texts) else "" for texts in table.values()] for k in range(most)]
    name = names[columns.chosen(names, rows, column, True)]
    others = ", ".join(other[:30] for other in names[:9] if other != name)
    told = f"read as {kind}: field '{name[:60]}' of {len(names)}"
    told += f"; not read: {others}" if others else ""
    return _told(table[name], told, notes, name, tuple(names[:100]))


def _told(
    texts: list[str], told: str, notes: tuple[str, ...], name: str, names: tuple[str, ...]
) -> Found:
    lines = [line for text in texts for line in paragraphs(text) if line]
    if not lines:
        raise UserError("This JSON holds no text.")
    return Found("\n".join(lines), (told, *notes), True, name[:60], names)


def _texts(items: list) -> dict[str, list[str]]:
    """All texts by the names that lead to them, whatever lists they stand in; in their order.

    A list of short texts is one text (the words of a sentence); a list of mixed values is a row.
    """
    table: dict[str, list[str]] = {}
    left: list[tuple[str, Any]] = [("", item) for item in reversed(items)]
    while left:
        name, value = left.pop()
        if isinstance(value, str):
            if name in table or len(table) < _MOST_FIELDS:
                table.setdefault(name, []).append(value)
        elif isinstance(value, dict):
            map_of = _is_map(value)
            inside = [
                (name if map_of else f"{name}.{key}".lstrip("."), v) for key, v in value.items()
            ]
            left.extend(reversed(inside))
        elif isinstance(value, list):
            left.extend(reversed(_inside(name, value)))
    return table


def _is_map(value: dict) -> bool:
    """True if the keys are no names of fields: numbers, very many, or of objects all alike."""
    inside = list(value.values())
    objects = len(inside) > 2 and all(isinstance(v, dict) for v in inside)
    alike = objects and all(v.keys() == inside[0].keys() for v in inside)
    return alike or len(value) > _MOST_NAMES or all(key.isdecimal() for key in value)


def _inside(name: str, values: list) -> list[tuple[str, Any]]:
    texts = [value for value in values if isinstance(value, str)]
    if name and len(texts) == len(values) and all(" " not in text.strip() for text in texts):
        return [(name, " ".join(texts))]
    plain = not any(isinstance(value, (dict, list)) for value in values)
    if plain and len(texts) < len(values):
        return [(f"{name}.{k}".lstrip("."), value) for k, value in enumerate(values, 1)]
    return [(name, value) for value in values]
