"""From a file's bytes to its text: byte order marks, UTF-16 and UTF-32 without one, one-byte
encodings, mojibake.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass

from core.errors import UserError

MAX_CONTROL = 0.05  # share of control characters above which a file is binary data
MAX_REPLACED = 0.3  # share of undecodable characters above which a text is refused
MAGIC = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old office document (.doc, .xls)",
    rb"{\rtf": "a rich-text document (.rtf)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or a sound",
    b"ID3": "a sound",
    b"\x7fELF": "a program",
}
BOMS = {  # UTF-32 first: its mark begins like UTF-16's
    BOM_UTF32_LE: "utf-32",
    BOM_UTF32_BE: "utf-32",
    BOM_UTF8: "utf-8-sig",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
}
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
SAMPLE = 65_536  # bytes used to recognize an encoding
# The letters beyond a-z of languages, by the encodings that were made for them. Detectors that
# count pairs of letters confuse short texts of Polish, Czech and French; alphabets tell them apart.
ALPHABETS = {
    "cp1252": (
        "àâæçèéêëîïôœùûüÿ",
        "äöüß",
        "áéíñóúü¡¿",
        "àèéìíîòóù",
        "áâãàçéêíóôõú",
        "åäöæøé",
        "áðéíóúýþæö",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "iso-8859-2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž"),
    "cp852": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž"),
    "cp1254": ("çğıiöşüâî",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}
CENTRAL = ("cp1250", "iso-8859-2", "cp852")
OTHER_SCRIPTS = {  # charset-normalizer's name -> the name shown
    "cp1251": "cp1251",
    "koi8_r": "koi8-r",
    "cp866": "cp866",
    "iso8859_5": "iso-8859-5",
    "cp1253": "cp1253",
    "cp1255": "cp1255",
    "cp1256": "cp1256",
    "cp874": "cp874",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp949": "euc-kr",
    "euc_kr": "euc-kr",
}
_TYPOGRAPHY = "–—…‘’‚“”„«»‹›°§€•·× \u00a0"
_NOTHING = re.compile(rb"[\0 \r\n\t]*")
_KANA = re.compile("[\u3041-\u30ff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_COMMON = re.compile(r"[ \n\r\t,.\u3001\u3002\uff0c]")
# What a lead byte of UTF-8 and the byte after it become if they are read in Latin-1 or in an
# encoding of Windows.
_MOJIBAKE = re.compile(
    "[ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàâãäåĂÄĹÇČĎĐŃŇŐŘŮŰă]"
    "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŚŤŽŹ‘’“”•–—˜™š›śťžźœŸˇ˘ŁĄŞŻ˛łąşĽ˝ľżŒ]"
)


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding it was read in, notes on that, and how many characters were lost."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()
    lost: int = 0


def decode(data: bytes, encoding: str = "auto") -> Decoded:
    """Decode the bytes of a file; UserError if they are not text.

    encoding: a codec of Python, or "auto": by the byte order mark, else UTF-8 if the bytes are
    valid UTF-8, else the encoding whose letters fit best.
    """
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise UserError(f"This is {what}, not plain text; save its text as a .txt file first.")
    if _NOTHING.fullmatch(data):
        raise UserError("The file is empty.")
    chosen, notes = (encoding, ()) if encoding != "auto" else _recognized(data)
    if not chosen.startswith(("utf-16", "utf-32")):  # a copy of the bytes is the smaller one
        data = data.replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = _without_mark(data.decode(chosen, "replace"))
    notes += _about_bytes(data, text, chosen)
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise UserError("The file is empty.")
    if sum(1 for _ in _CONTROL.finditer(text[:1_000_000])) > MAX_CONTROL * len(text[:1_000_000]):
        raise UserError(
            "This is binary data, not text; save the text as a .txt file in UTF-8 first."
        )
    text, repaired = _unspoiled(text) if encoding in ("auto", "utf-8") else (text, ())
    name = chosen.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    return Decoded(text, name, notes + repaired, text.count("\ufffd"))


def _without_mark(text: str) -> str:
    return text[1:] if text.startswith("\ufeff") else text


def _recognized(data: bytes) -> tuple[str, tuple[str, ...]]:
    marked = next((codec for mark, codec in BOMS.items() if data.startswith(mark)), None)
    if marked:
        return marked, ()
    if b"\0" in data:
        return _wide(data)
    try:
        data.decode("utf-8")
        return "utf-8", ()
    except UnicodeDecodeError:
        pass
    text = data[:1_000_000].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) - broken > 5 * broken:
        return "utf-8", ()
    codec = _one_byte(_where_it_matters(data))
    said = f"read in the encoding {codec}, as the file is not UTF-8; if letters look wrong, "
    return codec, (said + "choose another encoding",)


def _wide(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The variant of UTF-16 or UTF-32 in which spaces, line ends and full stops appear."""

    def common(codec: str) -> float:
        text = data[: SAMPLE // 4 * 4].decode(codec, "replace")
        if "\0" in text or text.count("\ufffd") > 2:
            return 0
        return len(_COMMON.findall(text)) / max(len(text), 1)

    best = max(WIDE, key=common)
    if common(best) < 0.02:
        raise UserError(
            "This is binary data, not text; save the text as a .txt file in UTF-8 first."
        )
    return best, (f"read as {best[:6].upper()}, although its mark is missing",)


def _where_it_matters(data: bytes) -> bytes:
    """The lines with bytes beyond ASCII, up to SAMPLE bytes."""
    lines, size = [], 0
    for line in re.finditer(rb"[^\n]{0,4096}[\x80-\xff][^\n]{0,4096}\n?", data):
        lines.append(line[0])
        size += len(line[0])
        if size > SAMPLE:
            break
    return b"".join(lines)


def _one_byte(sample: bytes) -> str:
    for codec in ("shift-jis", "euc-jp"):
        text = sample.decode(codec, "ignore")
        if len(text.encode(codec)) > 0.99 * len(sample) and (
            len(_KANA.findall(text)) > 0.3 * sum(char > "\x7f" for char in text)
        ):
            return codec
    # Where several encodings fit, plain letters decide: k, w, z, y and j make up a fifth of Polish,
    # a tenth of Czech or Hungarian, and very little of French or Spanish
    plain = [c for c in sample.decode("ascii", "ignore").lower() if c.isalpha()]
    central = sum(c in "kwzyj" for c in plain) > 0.09 * len(plain)
    codec, share = max(
        ((codec, _belonging(sample, codec)) for codec in ALPHABETS),
        key=lambda found: found[1] + 0.01 * (central == (found[0] in CENTRAL)),
    )
    return codec if share > 0.95 else _detected(sample) or codec


def _belonging(sample: bytes, codec: str) -> float:
    """The share of the letters beyond a-z that belong to the best language of an encoding."""
    letters = [c for c in sample.decode(codec, "replace").lower() if c > "\x7f"]
    known = sum(c in _TYPOGRAPHY for c in letters)
    return max(
        (known + sum(c in alphabet for c in letters)) / max(len(letters), 1)
        for alphabet in ALPHABETS[codec]
    )


def _detected(sample: bytes) -> str | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return None
    best = from_bytes(sample, cp_isolation=list(OTHER_SCRIPTS)).best()
    return OTHER_SCRIPTS[best.encoding] if best else None


def _about_bytes(data: bytes, text: str, codec: str) -> tuple[str, ...]:
    lost = text.count("\ufffd")
    if not lost or (b"\xef\xbf\xbd" in data and lost == data.count(b"\xef\xbf\xbd")):
        return ()
    name = codec.upper().removesuffix("-SIG")
    if lost > MAX_REPLACED * len(text):
        raise UserError(
            f"{lost:,} of the {len(text):,} characters cannot be read in the encoding {name}; "
            "choose another encoding, or convert the file to UTF-8 first."
        )
    places = "1 place holds" if lost == 1 else f"{lost:,} places hold"
    return (f"{places} bytes that are not {name}; \ufffd stands there",)


def _unspoiled(text: str) -> tuple[str, tuple[str, ...]]:
    """Repair lines of UTF-8 that were once misread in another encoding, where that is certain."""
    if not _MOJIBAKE.search(text):
        return text, ()
    try:
        from ftfy import fix_encoding_and_explain
    except ImportError:
        return text, (
            "some lines look like UTF-8 misread in another encoding; "
            "with the package ftfy installed they are repaired",
        )
    lines, repaired = text.split("\n"), 0
    way = ""  # the encoding in which the last line was misread, most likely the next line's too
    for k, line in enumerate(lines):
        if _MOJIBAKE.search(line) and len(line) < 100_000:
            mended = _read_again(line, way)
            if mended is None:
                mended, steps = fix_encoding_and_explain(line)
                codecs = [codec for step, codec in steps or () if step == "encode"]
                way = codecs[0] if len(codecs) == 1 else ""
            repaired += mended != line
            lines[k] = mended
    if not repaired:
        return text, ()
    count = "1 line was" if repaired == 1 else f"{repaired:,} lines were"
    return "\n".join(lines), (f"{count} UTF-8 once misread in another encoding, and repaired",)


def _read_again(line: str, codec: str) -> str | None:
    try:
        return line.encode(codec).decode("utf-8") if codec else None
    except UnicodeError:
        return None
