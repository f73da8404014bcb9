"""Tables: cells separated by commas, semicolons, tabs or bars, quoted or not, with or without a
header.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, repeat

from core.errors import UserError
from core.reading import columns
from core.reading.extracted_text import Found

MOST_COLUMNS = 1_000
BLOCK = 100_000  # letters cut into lines at a time
DELIMITERS = "\t;,|"
_NONE = "\x1f"  # never occurs in a text: each line is one cell
NAMED = (".csv", ".tsv", ".tab")
SST_HEADER = re.compile(r"sentence_index\tsentence[ \t]*\n")
_COMMENTS = re.compile(r"\A(?:#[^\t\n]*\n)+")  # headers of Anki, notes on the source
_EXCEL = re.compile(r"\Asep=(.)\n")  # the first line that Excel writes in some countries
_TREEBANK = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "``": '"',
    "''": '"',
    r"\/": "/",
    r"\*": "*",
}
_TREEBANK_MARK = re.compile("|".join(map(re.escape, _TREEBANK)), re.IGNORECASE)
_LONG_LINE = re.compile(rf"[^\n]{{{MOST_COLUMNS},}}")
_BLANK = re.compile(r"\n[^\S\n]*\n")
_QUOTED = re.compile(r'"[^"\n]*"')
_ANY_LETTER = re.compile(r"[^\W\d_]")


def is_table(name: str, text: str) -> bool:
    """True for a file named like a table, or whose lines have the same number of cells.

    Prose has a space after its commas and semicolons, which is rare in tables.
    """
    if name.lower().endswith(NAMED) or SST_HEADER.match(text) or _EXCEL.match(text):
        return True
    lines = [line for line in text[:65_536].split("\n")[:200] if line.strip()]
    if len(lines) < 3:
        return False
    return any(_regularity(text, d) > 0.9 and not _like_prose(text, d) for d in DELIMITERS)


def _like_prose(text: str, delimiter: str) -> bool:
    """True if a space follows many of the commas or semicolons outside quotes."""
    bare = _QUOTED.sub("", text[:65_536])
    return delimiter in ",;" and bare.count(delimiter + " ") > 0.3 * bare.count(delimiter)


def is_vertical(text: str) -> bool:
    """True for one word per line, with tags, and blank lines between sentences (CoNLL)."""
    sign = _between_tags(text)
    lines = [line.split(sign) for line in text[:65_536].split("\n")[:500] if line[:1] != "#"]
    rows = [cells for cells in lines if any(cell.strip() for cell in cells)]
    blank = any(not any(cell.strip() for cell in cells) for cells in lines[:-1])
    if len(rows) < 3 or not blank:
        return False
    if sign == " ":  # words and tags, few of them different, the same number in every line
        tags = {cells[-1] for cells in rows}
        return len(rows[0]) > 2 and len({*map(len, rows)}) == 1 and len(tags) < len(rows) / 3
    words = [len(cells) > 1 and all(" " not in cell.strip() for cell in cells) for cells in rows]
    return sum(words) > 0.95 * len(rows)


def _between_tags(text: str) -> str:
    return "\t" if "\t" in text[:65_536] else " "


def read_vertical(text: str) -> Found:
    """The words of the first column that is not a number; blank lines end a sentence."""
    sentences: list[list[str]] = [[]]
    sign = _between_tags(text)
    for line in text.split("\n"):
        cells = line.split(sign)
        if not line.strip():
            sentences.append([])
        elif line[:1] != "#":
            numbered = cells[0].replace("-", "").replace(".", "").isdecimal() and len(cells) > 2
            sentences[-1].append(cells[1] if numbered else cells[0])
    lines = [" ".join(words) for words in sentences if words]
    told = "read as one word per line: the words are kept, their lemmas and tags are dropped"
    return Found("\n".join(lines), (told,), True)


def read_table(text: str, column: str = "auto") -> Found:
    """One line per paragraph of the text column; UserError if there is no such column."""
    if SST_HEADER.match(text) and column == "auto":
        return _treebank(text)
    text, delimiter = _body(text)
    try:
        return _by_delimiter(text, delimiter, column)
    except UserError:
        if column != "auto" or not _like_prose(text, delimiter):
            raise
    return _by_delimiter(text, _NONE, column)


def columns_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of a table to choose from, and the beginning of a cell of each."""
    text, delimiter = _body(text)
    head = _head(_rows(text, delimiter)[0])
    return head.choices, head.samples


def _body(text: str) -> tuple[str, str]:
    """A table without the lines before it, and its delimiter."""
    text = _COMMENTS.sub("", text, 1)
    excel = _EXCEL.match(text)
    return (text[excel.end() :], excel[1]) if excel else (text, _delimiter(text))


@dataclass(frozen=True)
class _Head:
    """The beginning of a table."""

    rows: list[list[str]]  # without the header
    names: list[str]
    header: bool  # whether the names stand in the table

    @property
    def choices(self) -> tuple[str, ...]:
        """The columns to choose from, by name or number."""
        names = self.names[: columns.SHOWN]
        if not self.header:
            return tuple(str(k) for k in range(1, len(names) + 1))
        return tuple(name[:60] or str(k) for k, name in enumerate(names, 1))

    @property
    def samples(self) -> tuple[str, ...]:
        """The beginning of a cell of each of the choices."""
        filled = ([row[k] for row in self.rows if len(row) > k] for k in range(len(self.choices)))
        return tuple(columns.sample(next(filter(str.strip, cells), "")) for cells in filled)


def _head(rows: Callable[[], Iterator[list[str]]]) -> _Head:
    head = list(islice(rows(), columns.LOOKED_AT))
    if not head:
        raise UserError("The table holds no text.")
    if max(map(len, head)) > MOST_COLUMNS:  # of which quotes that do not balance hid some
        raise _too_wide()
    first = [cell.strip() for cell in head[0]]
    header = _is_header(first, head[1:])
    names = first if header else [f"column {k + 1}" for k in range(len(first))]
    return _Head(head[header:], names, header)


def _by_delimiter(text: str, delimiter: str, column: str) -> Found:
    rows, notes = _rows(text, delimiter)
    head = _head(rows)
    number = columns.chosen(head.names, head.rows, column, head.header)
    found = _cells(islice(rows(), int(head.header), None), number, head, delimiter, notes)
    return replace(found, samples=head.samples)


def _cells(
    rows: Iterable[list[str]], number: int, head: _Head, delimiter: str, notes: list[str]
) -> Found:
    names, header = head.names, head.header
    # The last column may hold unquoted delimiters
    most = len(names) if number == len(names) - 1 else sys.maxsize
    lines: list[str] = []
    short = lost = 0
    for row in rows:
        if len(row) <= number:
            short += 1
            lost += sum(len(_ANY_LETTER.findall(cell)) for cell in row)
        else:
            cell = delimiter.join(row[number:]) if len(row) > most else row[number]
            if "\n" in cell:
                lines += filter(None, paragraphs(cell))
            elif line := " ".join(cell.split()):
                lines.append(line)
    label = f"'{names[number][:60]}'" if header else f"{number + 1}"
    others = [name[:30] for k, name in enumerate(names) if k != number]
    told = f"read as a table: column {label} of {len(names)}"
    if header and others:
        told += f"; not read: {', '.join(others[:8])}" + (" ..." if len(others) > 8 else "")
    if short:
        notes = [*notes, f"rows without this column are left out ({short:,})"]
    shown = names[number] if header else str(number + 1)
    if not lines:
        raise UserError(f"Column {label} of the table holds no text; choose another column.")
    return Found("\n".join(lines), (told, *notes), True, shown[:60], head.choices, lost)


def paragraphs(cell: str) -> list[str]:
    """The paragraphs of a cell, each as one line."""
    if "\n" not in cell:
        return [" ".join(cell.split())]
    return [" ".join(part.split()) for part in _BLANK.split(cell)]


def _treebank(text: str) -> Found:
    # No quoting here: in this treebank quotation marks are tokens
    rows = [line.partition("\t")[2] for line in text.split("\n")[1:]]
    lines = [_TREEBANK_MARK.sub(lambda mark: _TREEBANK[mark[0].upper()], row) for row in rows]
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise UserError("The table holds no text.")
    told = "read as a table: column 'sentence' of 2; Treebank brackets and quotes are undone"
    return Found("\n".join(lines), (told,), True, "sentence", ("sentence_index", "sentence"))


def _regularity(text: str, delimiter: str) -> float:
    """The share of the rows that have the most common number of cells; 0 if that is one."""
    rows = [row for row in islice(_parse(text[:65_536], delimiter), 200) if row]
    lines = [line for line in text[:65_536].split("\n")[:200] if line.strip()]
    plain = [line.split(delimiter) for line in (lines[:-1] or lines)]
    return max(_agreement(map(len, rows)), _agreement(map(len, plain)))


def _agreement(widths: Iterable[int]) -> float:
    counts = Counter(widths)
    width, often = max(counts.items(), key=lambda found: found[1], default=(0, 0))
    return often / counts.total() if width > 1 else 0.0


def _delimiter(text: str) -> str:
    """The delimiter with the most regular rows; _NONE for a table of one column."""
    best = max(DELIMITERS, key=lambda d: _regularity(text, d))  # on a tie, the one rarer in prose
    return best if _regularity(text, best) >= 0.5 else _NONE


def _lines(text: str) -> Iterator[str]:
    """The lines without their ends, some at a time: all at once would not fit into memory."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + BLOCK)
        end = end if end >= 0 else len(text)
        yield from text[start:end].split("\n")
        start = end + 1


def _parse(text: str, delimiter: str, **options):
    csv.field_size_limit(2**31 - 1)
    lines = map(str.__add__, _lines(text), repeat("\n"))  # which stays in a cell of several lines
    return csv.reader(lines, delimiter=delimiter, **options)


def _rows(text: str, delimiter: str) -> tuple[Callable[[], Iterator[list[str]]], list[str]]:
    """A function that yields the rows, and notes on what was decided about their quotes."""
    _check_widths(text, delimiter)

    def plain() -> Iterator[list[str]]:
        return (line.split(delimiter) for line in _lines(text) if line.strip())

    def unquoted() -> Iterator[list[str]]:
        for line in _lines(text):
            if line.strip():
                bare = _unquoted if '"' in line else str.strip
                yield list(map(bare, line.split(delimiter)))

    def quoted(**options) -> Iterator[list[str]]:
        found = _parse(text, delimiter, strict=True, **options)
        return (row for row in found if any(row))

    if '"' not in text:
        return plain, []
    # An opening quote that never closes, and stray ones that happen to balance, swallow rows
    swallows = _encloses_lines(text, delimiter) and _swallows(quoted(), delimiter)
    if swallows is False:
        return quoted, []
    widths = (line.count(delimiter) + 1 for line in _lines(text) if line.strip())
    if swallows or _agreement(widths) > 0.98:
        stray = sum(line.count('"') % 2 for line in _lines(text) if '"' in line)
        told = (
            f"its quotes do not mark cells ({stray:,} lines have an odd number of them), so each "
        )
        notes = [told + "line is one row"] * (stray > 0)
        return unquoted, notes
    if _swallows(quoted(escapechar="\\"), delimiter) is not None:
        return lambda: quoted(escapechar="\\"), []
    return lambda: _line_by_line(text, delimiter), [
        "its quotes do not balance, so each line is one row"
    ]


def _encloses_lines(text: str, delimiter: str) -> bool | None:
    """True if quotes enclose a line break; None if they do not balance."""
    rows = _parse(text, delimiter, strict=True)
    try:
        return sum(1 for _ in rows) != rows.line_num
    except csv.Error:
        return None


def _line_by_line(text: str, delimiter: str) -> Iterator[list[str]]:
    for line in _lines(text):
        for row in csv.reader([line], delimiter=delimiter) if line.strip() else ():
            yield [_unquoted(cell) for cell in row]


def _swallows(rows: Iterator[list[str]], delimiter: str) -> bool | None:
    """True if the lines inside quoted cells begin like rows: stray quotes that balance. None if the
    quotes do not.
    """
    first: set[str] = set()
    inside: list[str] = []
    count = numbers = 0
    try:
        for row in rows:
            count += 1
            cell = row[0].strip()
            first.add(cell[:60])
            numbers += cell.isdecimal()
            for cell in row:
                if "\n" in cell:
                    inside += [line[:200] for line in cell.split("\n")[1:]]
    except csv.Error:
        return None

    def like_a_row(line: str) -> bool:
        cell, _, rest = line.partition(delimiter)
        named = cell.strip()[:60] in first
        return bool(rest) and (named or (numbers > count / 2 and cell.strip().isdecimal()))

    return sum(map(like_a_row, inside)) > len(inside) / 2


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if '"' not in cell:
        return cell
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"')
    return cell.replace('\\"', '"')


def _check_widths(text: str, delimiter: str) -> None:
    """UserError for a row with too many cells, before it fills the memory."""
    if not _LONG_LINE.search(text):
        return
    inside = 0
    for line in _lines(text):
        if line.count(delimiter) > MOST_COLUMNS:
            outside = "".join(line.split('"')[inside::2])
            if outside.count(delimiter) > MOST_COLUMNS:
                raise _too_wide()
        inside ^= line.count('"') % 2


def _too_wide() -> UserError:
    return UserError(
        f"A row of this table has more than {MOST_COLUMNS:,} columns; keep the column of text, or "
        "read the file as prose."
    )


def _is_header(first: list[str], rows: list[list[str]]) -> bool:
    """True if the first row holds names: short, with a letter, and not repeated below as labels
    are.
    """
    if not rows or not all(_ANY_LETTER.search(cell) for cell in first):
        return False
    named = any(columns.NAMES.search(cell) and len(cell.split()) <= 4 for cell in first)
    short = all(
        len(cell.split()) <= (1 if cell[-1] in ".!?…" else 4) for cell in first
    )  # "Lp." is a name, "So it was." is not
    # Columns of numbers or dates, which have no letters, below names
    above = any(
        not any(_ANY_LETTER.search(row[k]) for row in rows if len(row) > k)
        for k in range(len(first))
    )
    if not short or not (named or above or all(len(cell.split()) <= 2 for cell in first)):
        return False
    return not any(a == b.strip() for row in rows for a, b in zip(first, row, strict=False))
