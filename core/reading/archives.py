"""Archives and the documents that are archives: .gz, .zip, .tar.gz, .docx, .odt, .epub.

Nothing is written to disk and no path of a member is used. The size is limited while unpacking,
whatever size the archive declares.
"""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable

from core.errors import UserError
from core.files import BAD_ARCHIVE

MOST_MEMBERS = 2_000
BLOCK = 16_384  # bytes unpacked at a time: they may become a thousand times as many
NAMED = 4  # of the files that are left out
DOCUMENTS = {"word/document.xml": "a Word document", "content.xml": "an OpenDocument text"}
BOOK = "pages.html"  # of all pages of a book
PAGES = frozenset([*DOCUMENTS, BOOK])  # names of texts whose file shows nothing of them
_NO_TEXT = [
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".svg",
    ".mp3",
    ".mp4",
    ".wav",
    ".pdf",
    ".css",
    ".js",
    ".exe",
    ".dll",
    ".so",
    ".npy",
    ".npz",
    ".pkl",
    ".bin",
    ".ttf",
    ".otf",
    ".woff",
    ".zip",
    ".gz",
    ".7z",
    ".rar",
    ".xls",
    ".xlsx",
    ".doc",
    ".ncx",
    ".opf",
    ".ids",
]
# The same of archives whose parts contradict each other
_DAMAGED = (*BAD_ARCHIVE, ValueError, KeyError, IndexError)
_ABOUT = ("readme", "license", "licence", "copying", "changelog")  # codespell:ignore licence


def unpacked(data: bytes, most: int) -> tuple[list[tuple[str, bytes]], tuple[str, ...]] | None:
    """The texts in an archive as (name, content), and notes on them; None for other files.

    most: bytes allowed after unpacking. UserError for archives that contain no text, or too much,
    or are damaged or locked.
    """
    if data.startswith(b"\x1f\x8b"):
        content = _gunzipped(data, most)
        if content[257:262] == b"ustar":
            return _chosen(_tar(content), "a tar archive", most)
        return [("", content)], ("unpacked from a gzip archive",)
    if not data.startswith(b"PK\x03\x04") and not data.startswith(b"PK\x05\x06"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _zip(archive, most)
    except UserError:
        raise
    except _DAMAGED as error:
        raise UserError("This zip archive is damaged, or packed in an unusual way.") from error


def _gunzipped(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(31)
    blocks = (data[k : k + BLOCK] for k in range(0, len(data), BLOCK))
    try:
        content = _joined((unpacker.decompress(block) for block in blocks), most, most)
    except zlib.error as error:
        raise UserError("This gzip archive is damaged.") from error
    if not unpacker.eof:
        raise UserError("This gzip archive is damaged: it ends too early.")
    return content


def _joined(pieces: Iterable[bytes], left: int, most: int) -> bytes:
    """The pieces as one; UserError as soon as they are more than `left` bytes, which are left of
    `most`.
    """
    content = io.BytesIO()
    for piece in pieces:
        if content.tell() + len(piece) > left:
            raise UserError(f"Unpacked, this archive holds more than {most // 1_000_000} MB.")
        content.write(piece)
    return content.getvalue()


def _zip(archive: zipfile.ZipFile, most: int) -> tuple[list[tuple[str, bytes]], tuple[str, ...]]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise UserError(f"This archive holds more than {MOST_MEMBERS:,} files.")
    if any(info.flag_bits & 1 for info in infos):
        raise UserError("This archive is locked with a password; unpack it first.")
    names = {info.filename for info in infos}
    if "xl/workbook.xml" in names or "ppt/presentation.xml" in names:
        raise UserError("This is an office document (.xlsx, .pptx); save its text as .csv or .txt.")
    left = most

    def read(info: zipfile.ZipInfo) -> bytes:
        nonlocal left
        with archive.open(info) as member:
            content = _joined(iter(lambda: member.read(BLOCK), b""), left, most)
        left -= len(content)
        return content

    for name, what in DOCUMENTS.items():
        if name in names:
            return [(name, read(archive.getinfo(name)))], (f"the text of {what}",)
    pages = [i for i in infos if i.filename.lower().endswith((".xhtml", ".html", ".htm"))]
    if "META-INF/container.xml" in names and pages:
        content = b"\n".join(map(read, pages))
        return [(BOOK, content)], (f"the text of a book (.epub) of {len(pages)} files",)
    return _chosen(((i.filename, lambda i=i: read(i)) for i in infos), "a zip archive", most)


def _tar(content: bytes):
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for number, member in enumerate(archive):
                if number > MOST_MEMBERS:
                    raise UserError(f"This archive holds more than {MOST_MEMBERS:,} files.")
                if member.isreg():
                    start, size = member.offset_data, member.size
                    yield member.name, lambda a=start, n=size: content[a : a + n]
    except tarfile.TarError as error:
        raise UserError("This tar archive is damaged.") from error


def _chosen(members, kind: str, most: int) -> tuple[list[tuple[str, bytes]], tuple[str, ...]]:
    """The members that may be texts, in their order, and a note; UserError if there are none."""
    found, left_out = [], []
    for path, read in members:
        name = path.replace("\\", "/").rpartition("/")[2]
        lowered = name.lower()
        if (
            not name
            or name.startswith(".")
            or "__MACOSX" in path
            or lowered.endswith(tuple(_NO_TEXT))
        ):
            left_out += [name] * bool(name)
        else:
            found.append((name, read))
    about = [n for n, _ in found if n.lower().startswith(_ABOUT)]
    if len(about) < len(found):
        left_out += about
        found = [(n, read) for n, read in found if n not in about]
    if not found:
        raise UserError(f"This is {kind} without a text in it.")
    note = f"{kind} of {len(found) + len(left_out)} files"
    if left_out:
        names = ", ".join(_printable(name) for name in left_out[:NAMED])
        more = " ..." * (len(left_out) > NAMED)
        note += f", {len(left_out)} of them left out because they are not texts: {names}{more}"
    return [(name, read()) for name, read in found], (note,)


def _printable(name: str) -> str:
    return "".join(letter for letter in name[:30] if letter.isprintable())
