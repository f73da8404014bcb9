"""Finds the column of a table that holds the running text, by its name and its content."""

import re
from collections import Counter
from collections.abc import Sequence

from core.errors import UserError

NEARLY = 0.8  # of two columns whose scores differ by a smaller factor, the first is read
LOOKED_AT = 500  # rows
SHOWN = 100  # columns to choose among
SAMPLE = 40  # letters of a cell that are shown
NAMES = re.compile(
    r"text|sentence|review|tweet|comment|body|content|message|post|quote|utterance|lyric|abstract|"
    r"tekst|zdani|recenzj|opini|komentarz|wpis|treść|tresc|wiadomo|wypowied|cytat",
    re.IGNORECASE,
)
OTHER_NAMES = re.compile(
    r"(?:^|[_\W])(?:id|url|link|href|source|źródło|author|autor|user\w*|name|nazwa|date|data|time|label|"
    r"class|category|kategoria|licen[cs]e|attribution|title|tytuł|tytul|index)(?:$|[_\W])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_NOT_PROSE = re.compile(r"\s*(?:https?://|www\.)\S*\s*$|\s*\S+@\S+\.\S+\s*$")


def chosen(names: Sequence[str], rows: Sequence[Sequence[str]], wanted: str, header: bool) -> int:
    """The number of the column to read, counted from 0.

    names: the names of the columns; rows: their cells; header: whether the names stand in the
    table; wanted: a name, a number counted from 1, or "auto". UserError if there is no such
    column, or no column of running text.
    """
    if wanted != "auto":
        return _asked_for(names, wanted)
    sample = rows[:LOOKED_AT]
    values = [
        _worth([row[k] for row in sample if len(row) > k], name, len(sample))
        for k, name in enumerate(names)
    ]
    most = max(values)
    if not most:
        seen = ", ".join(f"'{name[:30]}'" for name in names[:10])
        raise UserError(
            "No column of running text among the columns seen ("
            + (seen if header else f"{len(names)} without names")
            + "); choose the column to read, or read the file as prose."
        )
    # The first of several columns with nearly the same score
    return next(k for k, value in enumerate(values) if value >= NEARLY * most)


def sample(cell: str) -> str:
    """The beginning of a cell, to show what stands in its column."""
    line = " ".join(cell[:200].split())
    return line if len(line) <= SAMPLE else line[: SAMPLE - 1].rstrip() + "…"


def _asked_for(names: Sequence[str], wanted: str) -> int:
    lowered = [name.strip().lower() for name in names]
    if wanted.strip().lower() in lowered:
        return lowered.index(wanted.strip().lower())
    if wanted.strip().isdecimal() and 1 <= int(wanted[:9]) <= len(names):
        return int(wanted[:9]) - 1
    there = ", ".join(f"'{name[:30]}'" for name in names[:10])
    raise UserError(f"There is no column '{wanted[:40]}'; the columns are {there}.")


def _worth(cells: list[str], name: str, rows: int) -> float:
    """A score: words per cell, reduced for labels, boilerplate, addresses and numbers."""
    cells = [cell[:2_000] for cell in cells if cell.strip()]
    words = [_WORD.findall(cell.lower()) for cell in cells]
    running = sum(map(len, words))
    helped = bool(NAMES.search(name)) and not OTHER_NAMES.search(name)
    if not running or running < (1 if helped else 2.5) * len(cells):
        return 0.0
    if sum(bool(_NOT_PROSE.match(cell)) for cell in cells) > len(cells) / 2:
        return 0.0
    a_cell = sum(min(len(found), 60) for found in words) / len(cells)
    letters = sum(len(w) for found in words for w in found) / sum(
        len("".join(cell.split())) for cell in cells
    )
    variety = len(set(map(tuple, words))) / len(cells)
    in_cells = Counter(word for found in words for word in set(found))
    always = {w for w, n in in_cells.items() if n > 0.8 * len(cells)} if len(cells) > 9 else set()
    repeated = sum(word in always for found in words for word in found) / running
    worth = a_cell * letters**2 * (0.1 + variety) * (1 - 0.8 * repeated) * (len(cells) / rows)
    return worth * (4 if helped else 0.4 if OTHER_NAMES.search(name) else 1)
