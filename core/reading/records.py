"""JSON: one object a line, a list of objects, of rows or of texts."""

import json

from core.errors import UserError
from core.reading import columns
from core.reading.found import Found

_MOST_FIELDS = 300
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
        found, kind = _list_in(whole), "JSON"
    notes = (f"lines that are no JSON are left out ({broken:,})",) if broken else ()
    if all(isinstance(item, str) for item in found):
        return _told(found, f"read as {kind}: a list of {len(found):,} texts", notes, "", ())
    flat = [_flat(item) for item in found if isinstance(item, (dict, list))]
    names = list(dict.fromkeys(name for item in flat[: columns.LOOKED_AT] for name in item))
    if not names:
        raise UserError("This JSON holds no text.")
    rows = [[item.get(name, "") for name in names] for item in flat[: columns.LOOKED_AT]]
    name = names[columns.chosen(names, rows, column, True)]
    texts = [item.get(name, "") for item in flat]
    others = ", ".join(other[:30] for other in names[:9] if other != name)
    told = f"read as {kind}: field '{name[:60]}' of {len(names)}"
    return _told(
        texts, told + (f"; not read: {others}" if others else ""), notes, name, tuple(names[:100])
    )


def _told(
    texts: list[str], told: str, notes: tuple[str, ...], name: str, names: tuple[str, ...]
) -> Found:
    lines = [" ".join(text.split()) for text in texts]
    lines = [line for line in lines if line]
    if not lines:
        raise UserError("This JSON holds no text.")
    return Found("\n".join(lines), (told, *notes), True, name[:60], names)


def _list_in(whole: dict | list) -> list:
    """The list itself, or the longest list in an object; an object of texts is a list of them."""
    if isinstance(whole, list):
        return whole
    lists = [value for value in whole.values() if isinstance(value, list)]
    if lists and max(map(len, lists)) > 1:
        return max(lists, key=len)
    values = list(whole.values())
    if len(values) > 3 and all(isinstance(value, type(values[0])) for value in values):
        return values if isinstance(values[0], (str, dict)) else [whole]
    return [whole]


def _flat(item: dict | list) -> dict[str, str]:
    """The texts of an object by name, those of an object inside it by both names."""
    if isinstance(item, list):
        item = {f"column {k}": value for k, value in enumerate(item[:_MOST_FIELDS], 1)}
    found: dict[str, str] = {}
    for name, value in list(item.items())[:_MOST_FIELDS]:
        if isinstance(value, dict):
            inner = list(value.items())[:_MOST_FIELDS]
            found |= {f"{name}.{key}": v for key, v in inner if isinstance(v, str)}
        elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            found[name] = " ".join(value)
        elif isinstance(value, str):
            found[name] = value
    return found
