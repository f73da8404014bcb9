"""Reads files of any origin as sentences of words: bytes -> text -> sentences -> words."""

import csv
import io
import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from itertools import islice
from pathlib import PurePath

from core.errors import UserError

# About four million words: more than a class can train on while it watches
MAX_BYTES = 20 * 1024 * 1024
MAX_CONTROL = 0.05  # share of control characters above which a file is no text
# Polish in a one-byte encoding stays below 0.1; Cyrillic or Greek comes out unreadable
MAX_REPLACED = 0.3
TEXT_COLUMNS = (
    "text",
    "sentence",
    "review",
    "tweet",
    "comment",
    "body",
    "content",
    "message",
    "tekst",
    "zdanie",
    "recenzja",
    "opinia",
    "komentarz",
    "wpis",
    "treść",
    "tresc",
    "title",
    "tytuł",
    "tytul",
)
MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an office document (.docx, .xlsx, .odt)",
    b"\xd0\xcf\x11\xe0": "an old office document (.doc, .xls)",
    rb"{\rtf": "a rich-text document (.rtf)",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
BOMS = {
    BOM_UTF32_LE: "utf-32",
    BOM_UTF32_BE: "utf-32",
    BOM_UTF8: "utf-8-sig",
    # UTF-32 first: its mark begins like UTF-16's
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
}

ONE_COLUMN = "\x1f"  # stands for a delimiter that text does not hold
SST_HEADER = re.compile(r"sentence_index\tsentence[ \t]*\n")
TREEBANK = {
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
_TREEBANK = re.compile("|".join(map(re.escape, TREEBANK)), re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
RARE_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_LINE = re.compile(r"^.*\S", re.MULTILINE)
_CLOSING = r"""["'”’»)\]]*"""
# One mark, not a run of them: never quadratic
_SENTENCE_END = re.compile(rf"[.!?…]{_CLOSING}(?=\s)")
_LINE_IS_SENTENCE = re.compile(rf"[.!?…]{_CLOSING}[^\S\n]*(?=\n|\Z)")
_BLANK_LINE = re.compile(r"\n(?:[^\S\n]*\n)+")
SPELLINGS = {"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00ad": ""}  # the last is the soft hyphen
# \w, yet no letters and not \d
_NUMERALS = "²³¹¼½¾\u2070-\u209f\u2150-\u218f\u2460-\u24ff\u2776-\u2793"
_LETTER = rf"[^\W\d_{_NUMERALS}]"
# With marks that NFC cannot merge into their letter
_LETTERS = rf"{_LETTER}+(?:[\u0300-\u036f]+{_LETTER}*)*"
_WORD = re.compile(rf"{_LETTERS}(?:['-]{_LETTERS})*")
_ANY_LETTER = re.compile(_LETTER)


def decode(data):
    """Return the text of a file's bytes and notes on what was lost; UserError when they are not
    text.
    """
    if len(data) > MAX_BYTES:
        raise UserError(
            f"The file is larger than {MAX_BYTES // 2**20} MB; cut it to the part you want to "
            "train on."
        )
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise UserError(
                f"This is {what}, not plain text; save its text as a .txt file in UTF-8 first."
            )
    codec = next((codec for bom, codec in BOMS.items() if data.startswith(bom)), "utf-8")
    if codec in ("utf-8", "utf-8-sig") and b"\0" in data:
        raise UserError(
            "This is binary data, not text (or UTF-16 without its mark); save the text as UTF-8 "
            "first."
        )
    lost = len(data) - len(data.decode(codec, "ignore").encode(codec))
    return _readable(data.decode(codec, "replace"), lost, len(data), codec)


def _readable(text, lost, size, codec):
    text = text.replace("\0", "")
    if not text.strip():
        raise UserError("The file is empty.")
    if len(_CONTROL.findall(text)) > MAX_CONTROL * len(text):
        raise UserError(
            "This is binary data, not text; save the text as a .txt file in UTF-8 first."
        )
    encoding = codec.upper().removesuffix("-SIG")
    if lost > MAX_REPLACED * size:
        raise UserError(
            f"{lost:,} of the {size:,} bytes are not {encoding}; convert the file to UTF-8 first."
        )
    if not lost:
        return text, []
    bytes_were = "1 byte was" if lost == 1 else f"{lost:,} bytes were"
    return text, [
        f"{bytes_were} not {encoding} and replaced by \ufffd; if you know the encoding (Polish: "
        "often cp1250 or iso-8859-2), convert the file to UTF-8 first."
    ]


def read_text(name, data):
    """Return the running text of a file and notes on how it was read; UserError when it holds none.

    Tables (.csv, .tsv, the Stanford Sentiment Treebank) give one line a cell of their text column,
    blank lines between.
    """
    text, notes = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if SST_HEADER.match(text):
        lines, found = _treebank(text)
    elif PurePath(name).suffix.lower() in (".csv", ".tsv"):
        lines, found = _table(text)
    else:
        return text, notes
    if not lines:
        raise UserError("The table holds no text.")
    return "\n\n".join(lines), notes + found


def _treebank(text):
    # no csv: its quotes are words of their own
    rows = [line.partition("\t")[2] for line in text.split("\n")[1:]]
    mended = [_mend(row) for row in rows if row.strip()]
    notes = ["column 'sentence' of 2, Treebank brackets and quotes undone"]
    repaired = sum(was != now for was, now in zip(filter(str.strip, rows), mended, strict=True))
    if repaired:
        notes.append(f"{repaired:,} lines of UTF-8 once misread as Latin-1 were repaired")
    return [_TREEBANK.sub(lambda found: TREEBANK[found[0].upper()], line) for line in mended], notes


def _mend(line):
    try:
        return line.encode("latin1").decode("utf8")
    except UnicodeError:
        return line


def _table(text):
    text = re.sub(r"\Asep=.\n", "", text)  # Excel's first line in some countries
    delimiter = _delimiter(text)
    rows, notes = _rows(text, delimiter)
    column, label, header = _text_column(rows)
    width, last = len(rows[0]), len(rows[0]) - 1
    # The last may hold unquoted delimiters
    cells = (
        delimiter.join(row[column:]) if column == last else row[column]
        for row in rows[header:]
        if len(row) > column
    )
    lines = [" ".join(cell.split()) for cell in cells]
    return [line for line in lines if line], [f"column {label} of {width}", *notes]


def _delimiter(text):
    """The delimiter by which most rows have as many cells as the first; a comma when there is one
    column only.
    """

    def regularity(delimiter):
        rows = list(islice(_parse(text[:65_536], delimiter), 200))
        widths = [len(row) for row in rows if row]
        return widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0

    best = max("\t;,", key=regularity)  # of equals, the one that is rarer in prose
    return best if regularity(best) >= 0.5 else ONE_COLUMN


def _parse(text, delimiter, **options):
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    return csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, **options)


def _rows(text, delimiter):
    try:
        rows, notes = list(_parse(text, delimiter, strict=True)), []
    except csv.Error:  # an opening quote that never closes would swallow the rest of the file
        rows = [row for line in text.split("\n") for row in csv.reader([line], delimiter=delimiter)]
        notes = ["its quotes do not balance, so each line was read as one row"]
    return [row for row in rows if any(map(str.strip, row))], notes


def _text_column(rows):
    """Which column holds the text, how to call it in a sentence, and whether the first row is a
    header.
    """
    if not rows:
        raise UserError("The table holds no text.")
    first = [cell.strip() for cell in rows[0]]
    known = [i for name in TEXT_COLUMNS for i, cell in enumerate(first) if cell.lower() == name]
    header = bool(known) or _is_header(first, rows[1:])
    words = [
        [_WORD.findall(row[i]) for row in rows[header:1_000] if len(row) > i]
        for i in range(len(first))
    ]
    per_cell = [sum(map(len, column)) / max(len(column), 1) for column in words]
    letters = [
        sum(len(word) for cell in column for word in cell) / max(len(column), 1) for column in words
    ]
    wordy = sorted((i for i in range(len(first)) if per_cell[i] >= 3), key=lambda i: -letters[i])
    chosen = [i for i in known if per_cell[i] >= 1] + wordy
    if not chosen:
        seen = (
            ", ".join(f"'{cell[:30]}'" for cell in first[:10])
            if header
            else f"{len(first)} without names"
        )
        raise UserError(
            f"No column of running text among the columns seen ({seen}); call the one to read "
            "'text'."
        )
    return chosen[0], f"'{first[chosen[0]]}'" if header else f"{chosen[0] + 1}", header


def _is_header(first, rows):
    """Names are short, hold a letter, and do not come back further down, as labels do."""
    short = all(
        _ANY_LETTER.search(cell) and len(cell.split()) <= 2 and cell[-1] not in ".!?…"
        for cell in first
    )
    return (
        bool(rows)
        and short
        and not any(a == b.strip() for row in rows for a, b in zip(first, row, strict=False))
    )


def split_sentences(text):
    """Return the sentences of a text that hold a letter, and a note on what ended them.

    Marks with white space behind them and blank lines always do; single line ends, when the file
    has a sentence a line.
    """
    text = text.replace("\r\n", "\n")
    for end in RARE_LINE_ENDS:
        text = text.replace(end, "\n")
    pieces, marks = _SENTENCE_END.subn(r"\g<0>\0", text)
    lines = len(_LINE.findall(text))
    by_line = len(_LINE_IS_SENTENCE.findall(text)) > lines / 2 or marks < lines / 10
    pieces = (pieces.replace("\n", "\0") if by_line else _BLANK_LINE.sub("\0", pieces)).split("\0")
    sentences = [" ".join(piece.split()) for piece in pieces if _ANY_LETTER.search(piece)]
    ends = "each line end" if by_line else "blank lines, as the lines look wrapped"
    return sentences, f"sentences end at . ! ? … and at {ends}"


def tokenize(sentence):
    """Return the lower-case words: letters, with apostrophes and hyphens inside; digits and _
    separate.
    """
    sentence = sentence.lower()
    if not sentence.isascii():
        for typed, plain in SPELLINGS.items():
            sentence = sentence.replace(typed, plain)
        sentence = unicodedata.normalize("NFC", sentence)
    return _WORD.findall(sentence)
