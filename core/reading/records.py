"""JSON: one object per line, or a list of objects, rows or texts; parsed part by part, because the
objects of a large file would fill the memory.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from core.errors import UserError
from core.reading import columns
from core.reading.extracted_text import Found
from core.reading.tables import paragraphs

_MOST_FIELDS = 300
_MOST_NAMES = 60  # an object with more keys is a map: its keys are not names of fields
_PEEKED = 20  # parts that are parsed to recognize JSON
_SEEN = 2_000  # parts that are used to choose the field
_WHITE = re.compile(r"[ \t\n\r]*")
_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_LETTER = re.compile(r"[^\W\d_]")
_DECODER: Any = json.JSONDecoder()  # the types of Python do not know its scan_once
_BROKEN = (ValueError, RecursionError, IndexError, StopIteration)


def is_records(text: str) -> bool:
    """True if each of the first lines, or of the first parts of the text, is JSON."""
    if text[:1_000].lstrip()[:1] not in ("{", "["):
        return False
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:_PEEKED]
    if len(lines) > 1 and all(_parsed(line) is not None for line in lines[: len(lines) - 1]):
        return True
    parts = _Parts(text)
    return sum(1 for _ in islice(parts, _PEEKED)) == _PEEKED or not parts.broken


def _parsed(text: str) -> dict | list | None:
    try:
        found, end = _DECODER.scan_once(text, 0) if text[:1] == "{" else (None, 0)
        if end < len(text):  # white space around it, or something else
            found = _DECODER.decode(text)
    except _BROKEN:
        return None
    return found if isinstance(found, (dict, list)) else None


class _Lines:
    """The objects of JSON lines; counts the lines that are not JSON."""

    kind = "JSON lines"

    def __init__(self, text: str):
        self.text, self.broken, self.lost = text, 0, 0

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        self.broken, self.lost = 0, 0
        for line in _LINE.finditer(self.text):
            item = _parsed(line[0])
            if item is None:
                self.broken += 1
                self.lost += len(_LETTER.findall(line[0]))
            else:
                yield "", item

    @property
    def told(self) -> tuple[str, ...]:
        """What was left out."""
        return (f"lines that are not JSON are left out ({self.broken:,})",) if self.broken else ()


class _Parts:
    """The members of the outermost list or object and of the lists directly inside it, each with
    the names that lead to it; keeps the position where the JSON breaks off.
    """

    kind = "JSON"

    def __init__(self, text: str):
        self.text, self.at, self.broken, self.lost = text, 0, False, 0

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        self.at, self.broken, self.lost = 0, False, 0
        try:
            yield from self._list("") if self._sign() == "[" else self._object()
            self.broken = self._white(self.at) < len(self.text)
        except _BROKEN:
            self.broken = True
        if self.broken:
            self.lost = sum(1 for _ in _LETTER.finditer(self.text, self.at))

    @property
    def told(self) -> tuple[str, ...]:
        """What was left out."""
        share = 1 - self.at / len(self.text)
        broken = f"the JSON breaks off; what follows ({share:.1%} of the file) is left out"
        return (broken,) if self.broken else ()

    def _white(self, at: int) -> int:
        found = _WHITE.match(self.text, at)
        return found.end() if found else at

    def _sign(self, *wanted: str) -> str:
        """Skip white space and return the next sign; ValueError if it is none of those wanted."""
        self.at = self._white(self.at)
        sign = self.text[self.at]
        if wanted and sign not in wanted:
            raise ValueError
        return sign

    def _value(self) -> Any:
        try:
            value, self.at = _DECODER.raw_decode(self.text, self._white(self.at))
        except StopIteration as error:
            raise ValueError from error
        return value

    def _ends(self, closing: str) -> bool:
        """Skip the sign after a member; True if it is the closing one."""
        sign = self._sign(",", closing)
        self.at += 1
        return sign == closing

    def _list(self, name: str) -> Iterator[tuple[str, Any]]:
        """The values of a list one by one; a named list of plain values (words, cells) as one."""
        first = self._white(self.at + 1)
        if self.text[first] == "]" or (name and self.text[first] not in "[{"):
            yield name, self._value()
            return
        self.at = first
        yield name, self._value()
        while not self._ends("]"):
            yield name, self._value()

    def _object(self) -> Iterator[tuple[str, Any]]:
        self._sign("{")
        self.at += 1
        held: dict[str, Any] = {}
        if self._sign() == "}":
            self.at += 1
            return
        while True:
            self._sign('"')
            key = self._value()
            self._sign(":")
            self.at += 1
            if self._sign() == "[":
                yield from self._list(key)
            else:
                held[key] = self._value()
            if len(held) > _MOST_NAMES or self._ends("}"):
                break
        yield "", held
        while len(held) > _MOST_NAMES and not self._ends("}"):  # a map: its values one by one
            self._sign('"')
            self._value()
            self._sign(":")
            self.at += 1
            yield "", self._value()


def columns_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields to choose from, and the beginning of a text of each."""
    return _choices(_texts(_flat(islice(_parts(text), _SEEN))))


def _choices(table: dict[str, list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = tuple(table)[: columns.SHOWN]
    if not any(names):
        return (), ()
    return names, tuple(columns.sample(table[name][0]) for name in names)


def _parts(text: str) -> _Lines | _Parts:
    first = _LINE.search(text)
    lines = first is not None and first.end() < len(text.rstrip()) and _parsed(first[0]) is not None
    return _Lines(text) if lines else _Parts(text)


def read_records(text: str, column: str = "auto") -> Found:
    """One line per text; the field is chosen like the column of a table. UserError without one."""
    parts = _parts(text)
    coming = iter(parts)
    seen = list(islice(coming, _SEEN))
    table = _texts(_flat(seen))
    if parts.broken > len(seen) or (parts.broken and not table):
        raise UserError(
            "This JSON cannot be read: it is neither a list nor one object per line, or is nested "
            "too deeply; read it as prose, or repair it."
        )
    if not table:
        raise UserError("This JSON holds no text.")
    names = list(table)
    name, told = names[0], f"read as {parts.kind}: a list of texts"
    if names != [""]:
        name = names[_chosen(table, column)]
        others = ", ".join(other[:30] for other in names[:9] if other != name)
        told = f"read as {parts.kind}: field '{name[:60]}' of {len(names)}"
        told += f"; not read: {others}" if others else ""
    found = (value for path, value in _flat(chain(seen, coming)) if path == name)
    lines = chain.from_iterable(map(paragraphs, found))
    kept = "\n".join(filter(None, lines))
    if not kept:
        raise UserError("This JSON holds no text.")
    choices, samples = _choices(table) if name else ((), ())
    return Found(kept, (told, *parts.told), True, name[:60], choices, parts.lost, samples)


def _chosen(table: dict[str, list[str]], column: str) -> int:
    most = min(columns.LOOKED_AT, max(map(len, table.values())))
    rows = [[texts[k] if k < len(texts) else "" for texts in table.values()] for k in range(most)]
    return columns.chosen(list(table), rows, column, True)


def _texts(flat: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The texts by the names that lead to them, in their order."""
    table: dict[str, list[str]] = {}
    for name, text in flat:
        if name in table or len(table) < _MOST_FIELDS:
            table.setdefault(name, []).append(text)
    return table


def _flat(parts: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """All texts with the names that lead to them, however deeply nested.

    A list of single words is one text (a sentence); a list of mixed values is a row.
    """
    open_ones = [iter(parts)]
    while open_ones:
        for name, value in open_ones[-1]:
            if isinstance(value, str):
                yield name, value
            elif value and isinstance(value, (dict, list)):
                open_ones.append(
                    iter(_named(name, value) if isinstance(value, dict) else _inside(name, value))
                )
                break
        else:
            open_ones.pop()


def _named(name: str, value: dict) -> Iterable[tuple[str, Any]]:
    if _is_map(value):
        return ((name, inside) for inside in value.values())
    return ((f"{name}.{key}", inside) for key, inside in value.items()) if name else value.items()


def _is_map(value: dict) -> bool:
    """True if the keys are not names of fields: numbers, very many, or all with objects of the same
    fields.
    """
    if len(value) > _MOST_NAMES:
        return True
    if next(iter(value)).isdecimal() and all(map(str.isdecimal, value)):
        return True
    first = next(iter(value.values()))
    if len(value) < 3 or not isinstance(first, dict):
        return False
    return all(isinstance(v, dict) and v.keys() == first.keys() for v in value.values())


def _inside(name: str, values: list) -> Iterator[tuple[str, Any]]:
    texts = [value for value in values if isinstance(value, str)]
    if name and len(texts) == len(values) and all(" " not in text.strip() for text in texts):
        return iter([(name, " ".join(texts))])
    plain = not any(isinstance(value, (dict, list)) for value in values)
    if plain and len(texts) < len(values):
        return ((f"{name}.{k}".lstrip("."), value) for k, value in enumerate(values, 1))
    return ((name, value) for value in values)
