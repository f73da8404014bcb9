"""What it costs to read 20 MB of anything that a visitor may bring: processor time and memory of
the process that reads it, and the ratio to plain prose: python benchmarks/uploads.py [KIND ...].
"""

import gzip
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from common import arguments, heading, table

ROOT = Path(__file__).resolve().parent.parent
SIZE = 20_000_000  # bytes
LIMIT = 900  # seconds
READ = """
import sys
from core import background_tasks
from core.errors import UserError
from core.settings import TextSettings
path, end = sys.argv[1:]
try:
    *_, said = background_tasks.look(path)
    if end == "read":
        *_, facts = background_tasks.read(TextSettings(corpus=path), 0)
        said = f"{len(facts.words):,} words"
except UserError as problem:
    said = problem
print(str(said)[:60])
"""


def filled(piece):
    """So much of a piece that it fills the size."""
    data = piece if isinstance(piece, bytes) else piece.encode()
    return (data * (SIZE // len(data) + 1))[:SIZE]


def prose():
    """Made-up words in sentences, their counts as in a language."""
    rng = np.random.default_rng(0)
    letters = np.array(list("aeioulmnrstkzdp"))
    words = ["".join(rng.choice(letters, rng.integers(2, 10))) for _ in range(30_000)]
    drawn = (rng.zipf(1.3, 4_000_000) - 1) % len(words)
    parts = [words[k] for k in drawn.tolist()]
    parts[::12] = [f"{word}.\n{word.capitalize()}" for word in parts[::12]]
    return " ".join(parts).encode()[:SIZE]


def random(low, high):
    """Random bytes or letters, as code points between two numbers."""
    points = np.random.default_rng(0).integers(low, high, SIZE)
    return "".join(map(chr, points.tolist())).encode("utf8", "replace")[:SIZE]


def different(between):
    """Words that come once each."""
    letters = str.maketrans("0123456789", "ghijklmnop")
    return between.join(f"{k:x}".translate(letters) for k in range(3_000_000)).encode()[:SIZE]


def unspaced(words, end):
    """Words at random without spaces, in runs of eight, hardly one of which comes twice."""
    drawn = np.random.default_rng(0).choice(words.split(), SIZE // 5).tolist()
    runs = ("".join(drawn[k : k + 8]) for k in range(0, len(drawn), 8))
    return end.join(runs).encode()[:SIZE]


def archive(name, content, method=zipfile.ZIP_DEFLATED):
    """A ZIP archive with one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as out:
        out.writestr(name, content)
    return packed.getvalue()


def document(body):
    """The bytes of a .docx."""
    return archive(
        "word/document.xml",
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        b"<w:body>" + body + b"</w:body></w:document>",
    )


PARAGRAPH = b"<w:p><w:r><w:t>Ala ma kota i psa.</w:t></w:r></w:p>"
KINDS = {  # name of the file, its bytes
    "prose": ("a.txt", prose),
    "prose on one line": ("a.txt", lambda: prose().replace(b"\n", b" ")),
    "prose without a full stop": (
        "a.txt",
        lambda: prose().replace(b".\n", b" ").replace(b".", b""),
    ),
    "a,a,a as a table": ("a.csv", lambda: filled("a,")),
    "a,a,a as text": ("a.txt", lambda: filled("a,")),
    "a-a-a": ("a.txt", lambda: filled("a-")),
    "a'a'a": ("a.txt", lambda: filled("a'")),
    "full stops": ("a.txt", lambda: filled(". ")),
    "only full stops": ("a.txt", lambda: filled(".")),
    "quotation marks": ("a.txt", lambda: filled("“a” ")),
    "question marks": ("a.txt", lambda: filled("?! ")),
    "emoji": ("a.txt", lambda: filled("😀")),
    "emoji and words": ("a.txt", lambda: filled("😀 ala 👩‍👩‍👧 kot. ")),
    "one letter": ("a.txt", lambda: filled("a")),
    "one letter a line": ("a.txt", lambda: filled("a\n")),
    "a full stop a line": ("a.txt", lambda: filled(".\n")),
    "two words a line": ("a.txt", lambda: filled("a b\n")),
    "ab,ab,ab": ("a.txt", lambda: filled("ab,")),
    "ą,ą,ą": ("a.txt", lambda: filled("ą,")),
    "long words": ("a.txt", lambda: filled("ab" * 50_000 + " ")),
    "words that come once": ("a.txt", lambda: different(" ")),
    "different words between commas": ("a.txt", lambda: different(",")),
    "new lines": ("a.txt", lambda: filled("\n")),
    "carriage returns": ("a.txt", lambda: filled("\r")),
    "spaces": ("a.txt", lambda: filled(" ")),
    "tabs": ("a.tsv", lambda: filled("\t")),
    "zeros": ("a.txt", lambda: bytes(SIZE)),
    "random bytes": ("a.txt", lambda: np.random.default_rng(0).bytes(SIZE)),
    "random letters": ("a.txt", lambda: random(97, 123)),
    "random signs": ("a.txt", lambda: random(32, 127)),
    "random Unicode": ("a.txt", lambda: random(0x20, 0xD7FF)),
    "right to left": ("a.txt", lambda: filled("שלום עולם. \u202eabc\u202c ")),
    "combining marks": ("a.txt", lambda: filled("a" + "\u0301" * 1_000 + " ")),
    "digits": ("a.txt", lambda: filled("1234567890 ")),
    "Chinese": (
        "a.txt",
        lambda: unspaced("我们 今天 去 学校 学习 中文 天气 很好 明天 老师 看书", "。"),
    ),
    "Japanese": (
        "a.txt",
        lambda: unspaced("今日 は 学校 で 日本語 を 勉強 します 先生 本 読む", "。"),
    ),
    "Thai": ("a.txt", lambda: unspaced("วันนี้ เรา ไป โรงเรียน เพื่อ เรียน ภาษาไทย ครู อ่าน หนังสือ", " ")),
    "one Thai sentence": ("a.txt", lambda: filled("วันนี้เราไปโรงเรียนเพื่อเรียนภาษาไทย ")),
    "mojibake": ("a.txt", lambda: filled("zaÅ¼Ã³Å‚Ä‡ gÄ™Å›lÄ… jaÅºÅ„. ")),
    "UTF-16": ("a.txt", lambda: prose().decode()[: SIZE // 2].encode("utf-16")),
    "narrow table": ("a.csv", lambda: filled("1,Ala ma kota i psa\n")),
    "wide table": ("a.csv", lambda: filled(",".join(["Ala ma kota"] * 900) + "\n")),
    "very wide table": ("a.csv", lambda: filled(",".join(["ala ma"] * 100_000) + "\n")),
    "an open quote": ("a.csv", lambda: b'id,text\n1,"' + filled("ala ma, kota\n")),
    "quotes in a table": ("a.csv", lambda: filled('"a""b",')),
    "JSON lines": ("a.jsonl", lambda: filled(json.dumps({"text": "Ala ma kota i psa."}) + "\n")),
    "deep JSON": ("a.json", lambda: filled("[")),
    "JSON of numbers": ("a.json", lambda: b"[" + filled("1,")[:-2] + b"1]"),
    "many fields": (
        "a.json",
        lambda: json.dumps([{f"k{k}": "ala ma" for k in range(900_000)}]).encode(),
    ),
    "HTML": ("a.html", lambda: filled("<p>Ala ma kota i psa.</p>\n")),
    "deep HTML": ("a.html", lambda: filled("<div>")),
    "open tags": ("a.html", lambda: filled("<")),
    "attributes": ("a.html", lambda: b"<html><p " + filled("a=b ")),
    "entities": ("a.html", lambda: b"<html>" + filled("&lt;&amp;&#65;")),
    "comments": ("a.html", lambda: b"<html>" + filled("<!-- a --")),
    "XML bomb": (
        "a.xml",
        lambda: (
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b0 'ala ma '>"
            + b"".join(b"<!ENTITY b%d '%s'>" % (k, b"&b%d;" % (k - 1) * 10) for k in range(1, 10))
            + b"]><a>&b9;</a>"
        ),
    ),
    "subtitles": ("a.srt", lambda: filled("1\n00:00:01,000 --> 00:00:02,000\nAla ma kota.\n\n")),
    "arrows": ("a.srt", lambda: filled("00:00:01,000 --> ")),
    "chat": ("a.txt", lambda: filled("[01.02.2024, 10:00:00] Ala: kot ma psa\n")),
    "CoNLL-U": ("a.conllu", lambda: filled("1\tAla\tAla\tNOUN\t_\t_\t0\troot\t_\t_\n\n")),
    "a document": ("a.docx", lambda: document(PARAGRAPH * (SIZE // len(PARAGRAPH)))),
    "a document that unpacks to 2 GB": ("a.docx", lambda: document(bytes(2_000_000_000))),
    "a document of new lines": ("a.docx", lambda: document(b"<w:p/>" * (SIZE // 6))),
    "an archive that unpacks to 2 GB": ("a.zip", lambda: archive("a.txt", bytes(2_000_000_000))),
    "an archive in itself": (
        "a.zip",
        lambda: archive("a.zip", archive("a.zip", archive("a.txt", filled("ala ma ")))),
    ),
    "gzip that unpacks to 2 GB": ("a.gz", lambda: gzip.compress(bytes(2_000_000_000), 1)),
    "gzip of prose": ("a.txt.gz", lambda: gzip.compress(prose(), 1)),
}


def measured(name, data, end):
    """Processor seconds and megabytes of the process that reads it, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        program = [sys.executable, "-c", COUNTED, str(path), end]
        try:
            told = subprocess.run(
                program, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True
            ).stdout
        except subprocess.CalledProcessError as problem:
            return 0.0, 0.0, problem.stderr.strip().splitlines()[-1][:60]
        except subprocess.TimeoutExpired:
            return LIMIT, 0.0, "not in time"
    *said, figures = told.splitlines()
    seconds, memory = map(float, figures.split())
    return seconds, memory, " ".join(said)


COUNTED = f"""{READ}
import re, resource
used, status = resource.getrusage(resource.RUSAGE_SELF), open("/proc/self/status").read()
print(used.ru_utime + used.ru_stime, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1000)
"""


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.add_argument("--end", choices=("look", "read"), default="read")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    options = parser.parse_args()
    print(heading("20 MB of anything"))
    print(table(["what", "MB", "processor s", "of prose", "memory MB", "said"], []), flush=True)
    first = None
    for kind in options.kinds or KINDS:
        name, make = KINDS[kind]
        data = make()
        seconds, memory, said = measured(name, data, options.end)
        first = first or seconds
        row = [
            f"{len(data) / 1e6:.1f}",
            f"{seconds:.1f}",
            f"{seconds / first:.1f}",
            f"{memory:.0f}",
        ]
        print("| " + " | ".join([kind, *row, said.replace("|", "/")]) + " |", flush=True)


if __name__ == "__main__":
    main()
