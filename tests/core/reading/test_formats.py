"""JSON, subtitles, chats, markup and archives."""

import gzip
import io
import json
import tarfile
import zipfile

import pytest

from core.errors import UserError
from core.reading import archives, reader
from core.settings import TextSettings


def read(name, data, **how):
    return reader.read(
        name, data if isinstance(data, bytes) else data.encode(), TextSettings(**how)
    )


def sentences(name, data, **how):
    return list(read(name, data, **how).sentences())


ROWS = [{"id": k, "label": "neg", "body": f"it was café number {w}"} for k, w in enumerate("abc")]


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(map(json.dumps, ROWS)),
        json.dumps(ROWS),
        json.dumps({"version": 1, "reviews": ROWS}, indent=1),
        json.dumps([{"meta": {"x": 1}, "data": row} for row in ROWS]),
        json.dumps({str(row["id"]): row for row in ROWS} | {"x": ROWS[0]}),
    ],
)
def test_the_text_field_of_json_is_found(data):
    reading = read("a.txt", data)
    assert list(reading.sentences())[:2] == ["it was café number a", "it was café number b"]
    assert reading.decided["format"] == "json" and reading.decided["column"].endswith("body")


def test_texts_deep_inside_json_are_found_by_the_names_that_lead_to_them():
    page = {"title": "T", "paragraphs": [{"context": "a long enough context here", "qas": ["why"]}]}
    reading = read("squad.json", json.dumps({"version": "1", "data": [page] * 3}))
    assert reading.decided["column"] == "data.paragraphs.context"
    talk = [{"from": "human", "value": "tell me more of it"}, {"from": "gpt", "value": "so I will"}]
    chat = json.dumps([{"id": f"x{k}", "conversations": talk} for k in range(3)])
    assert sentences("chat.json", chat)[:2] == ["tell me more of it", "so I will"]


def test_a_json_list_of_texts_and_one_of_rows():
    assert sentences("a", '["one two", "three four"]') == ["one two", "three four"]
    assert sentences("a", '[[1, "one two three"], [2, "four five six"]]')[0] == "one two three"


@pytest.mark.parametrize("data", ["[" * 1_000 + "]" * 1_000, '{"a":' * 100_000, "[1, 2, 3]", "{}"])
def test_json_without_text_or_nested_too_deep_is_one_sentence(data):
    with pytest.raises(UserError) as error:
        read("a.json", data, format="json")
    assert "\n" not in str(error.value)


def test_of_json_that_breaks_off_the_beginning_is_read_and_the_rest_noted():
    data = json.dumps([{"id": k, "text": f"the {w} cat sat here"} for k, w in enumerate("ab" * 99)])
    reading = read("a.json", data[: len(data) * 3 // 4])
    assert 100 < len(list(reading.sentences())) < 198
    assert any("breaks off" in note and "of the file" in note for note in reading.notes)
    assert reading.decided["column"] == "text"
    spoiled = data[: len(data) // 2] + "!" + data[len(data) // 2 :]
    assert "could not be read" in " ".join(read("a.json", spoiled).warnings)


def test_the_lists_of_a_large_object_are_read_one_value_at_a_time():
    reviews = [{"text": f"the {w} cat sat here"} for w in "abc"]
    data = json.dumps({"n": 3, "about": {"by": "x"}, "reviews": reviews, "more": [[1, 2]]})
    assert sentences("a.json", data) == [review["text"] for review in reviews]
    many = {f"key{k}": {"text": f"the cat {k} sat down"} for k in range(100)}
    assert len(sentences("a.json", json.dumps(many))) == 100


def test_broken_lines_of_json_are_left_out_with_a_note():
    data = "\n".join(map(json.dumps, ROWS * 9)) + "\nnot json\n"
    assert "lines that are not JSON are left out (1)" in read("a.jsonl", data).notes


SRT = """1
00:00:01,000 --> 00:00:02,000
<font color="#ff0000"><i>He went to the</i></font>

2
00:00:02,500 --> 00:00:04,000
{\\an8}cinema with her.

3
00:00:05,000 --> 00:00:06,000
- Really?
- Yes
"""


def test_subtitles_lose_numbers_times_and_codes_and_sentences_are_whole():
    for text in (SRT, "WEBVTT\n\n" + SRT.replace(",000", ".000"), SRT.replace("\n", "\r\n")):
        reading = read("film.srt", text)
        assert list(reading.sentences()) == ["He went to the cinema with her.", "Really?", "Yes"]
    assert "1 go on in the next one" in reading.notes[0]


def test_cues_without_punctuation_stay_apart_and_frames_are_times_too():
    cues = "".join(f"{{{k}}}{{{k + 9}}}{{y:i}}we go|home now\n" for k in range(5))
    assert sentences("film.txt", cues) == ["we go home now"] * 5
    times = "\n".join(f"{k}\n00:00:0{k},000 --> 00:00:0{k},900\nwe go home\n" for k in range(5))
    assert sentences("film.srt", times) == ["we go home"] * 5


def test_an_ass_script_is_read_by_its_dialogue():
    text = (
        "[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}Hello,\\Nyou there.\n"
    )
    assert sentences("film.ass", text) == ["Hello, you there."]


@pytest.mark.parametrize(
    "head", ["[01.01.2024, 10:00:01] Ala: ", "1/2/24, 10:01 AM - Ala: ", "2024-01-02 10:00 - Ala: "]
)
def test_of_a_chat_the_messages_are_read(head):
    text = f"{head}ala ma kota\n{head}<Media omitted>\n{head}kot ma\nale nie psa\n"
    assert sentences("chat.txt", text) == ["ala ma kota", "kot ma ale nie psa"]


HTML = """<!DOCTYPE html><html><head><title>A title</title><style>p {color: red}</style>
<script>var x = "<p>no text</p>";</script></head><body><!-- not <p>this</p> -->
<h1>First things</h1><p>Fish &amp; <b>chips</b>,
on two lines</p><ul><li>one item</li><li>more items</li></ul></body></html>"""


def test_of_a_web_page_the_text_is_read_and_blocks_end_sentences():
    reading = read("page.html", HTML)
    assert list(reading.sentences()) == [
        "A title",
        "First things",
        "Fish & chips, on two lines",
        "one item",
        "more items",
    ]
    assert reading.decided["format"] == "html"


def test_xml_elements_end_sentences_unless_each_holds_a_word():
    assert sentences("a.xml", "<?xml version='1.0'?><r><s>ala ma kota</s><s>kot śpi</s></r>") == [
        "ala ma kota",
        "kot śpi",
    ]
    words = (
        "<r><s><w>ala</w><w>ma</w><w>kota</w><c>.</c></s><s><w>kot</w><w>śpi</w><c>.</c></s></r>"
    )
    assert sentences("a.xml", "<?xml version='1.0'?>" + words * 3)[0] == "ala ma kota ."


def test_of_xml_neither_its_declarations_nor_the_header_of_tei_are_read():
    doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yy">]>'
    text = f"<?xml version='1.0'?>{doctype}<a><s>words are here</s><s>and there</s></a>"
    assert sentences("a.xml", text) == ["words are here", "and there"]
    header = "<teiHeader><title>Its title</title></teiHeader>"
    body = "<text><p>Words are <hi>here</hi>.</p><p>And there.</p></text>"
    tei = f"<TEI xmlns='http://www.tei-c.org/ns/1.0'>{header}{body}</TEI>"
    assert sentences("a.xml", tei) == ["Words are here.", "And there."]


def test_tags_in_prose_are_dropped_unless_kept_and_what_is_no_tag_stays():
    text = "It was good.<br /><br />Then a <i>bad</i> end: I <3 it, 1 < 2 and <unk> &quot;ok&quot;."
    assert sentences("a.txt", text) == ["It was good.", 'Then a bad end: I <3 it, 1 < 2 and "ok".']
    kept = read("a.txt", text, markup="keep")
    assert "br" in " ".join(kept.sentences()) and kept.decided["markup"] == "keep"


def test_addresses_and_names_of_users_are_dropped_with_a_note():
    reading = read("a.txt", "RT @ala: see https://t.co/Ab www.x.org me@x.org #kino <3\n" * 3)
    assert {w for piece in reading.words() for w in piece} == {"see", "kino"}
    assert "web and mail addresses are dropped (9)" in reading.notes
    assert "@names are dropped (6)" in reading.notes  # the RT before a name is dropped with it


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_archives_of_one_or_many_texts_are_read_without_their_paths():
    assert sentences("a.txt.gz", gzip.compress(b"one two. three four.")) == [
        "one two.",
        "three four.",
    ]
    data = zipped(
        **{"../../a.txt": "one two.", "d/b.txt": "three four.", "d/x\x1b\n.png": "\x89PNG"}
    )
    reading = read("texts.zip", data)
    assert list(reading.sentences()) == ["one two.", "three four."]
    assert (
        reading.notes[0]
        == "a zip archive of 3 files, 1 of them left out because they are not texts: x.png"
    )
    assert reading.notes[1] == "2 files are read as one text, in their order"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("/etc/a.txt")
        info.size = 8
        archive.addfile(info, io.BytesIO(b"one two."))
    assert sentences("a.tgz", buffer.getvalue()) == ["one two."]


def test_documents_that_are_archives_are_read():
    runs = "<w:p><w:t>Ala ma</w:t><w:r><w:t> ko</w:t></w:r><w:r><w:t>ta.</w:t></w:r></w:p>"
    word = f"<w:document>{runs}<w:p><w:t>Drugi akapit</w:t></w:p></w:document>"
    data = zipped(
        **{"[Content_Types].xml": "x", "word/document.xml": '<?xml version="1.0"?>' + word}
    )
    assert sentences("a.docx", data) == ["Ala ma kota.", "Drugi akapit"]
    pages = {"META-INF/container.xml": "x", "1.xhtml": HTML, "2.xhtml": HTML}
    assert len(sentences("a.epub", zipped(**pages))) == 10


@pytest.mark.parametrize(
    "data, words",
    [
        (zipped(**{"a.png": "x"}), "without a text"),
        (zipped(**{"xl/workbook.xml": "x"}), ".xlsx"),
        (zipped(**{"a.txt": "one two"})[:40], "damaged"),
        (gzip.compress(b"one two" * 99)[:30], "too early"),
        (b"\x1f\x8b\x08" + bytes(20), "damaged"),
        (zipped(**{f"{k}.txt": "a" for k in range(archives.MOST_MEMBERS + 1)}), "2,000 files"),
    ],
)
def test_an_archive_that_cannot_be_read_is_one_sentence(data, words):
    with pytest.raises(UserError, match=words):
        read("a.zip", data)


def test_a_locked_archive_is_one_sentence():
    data = bytearray(zipped(**{"a.txt": "one two"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UserError, match="password"):
        read("a.zip", bytes(data))


@pytest.mark.parametrize("pack", [lambda b: zipped(**{"a.txt": b}), gzip.compress])
def test_what_is_unpacked_is_bounded_whatever_the_archive_says(pack):
    with pytest.raises(UserError, match="more than 20 MB"):
        reader.read("bomb", pack(b"a b c d " * 5_000_000), most=20_000_000)
