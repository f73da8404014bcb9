"""Removes what is not language: tags, entities, wiki markup and the marks of prepared corpora.

Tags are removed one by one, without building a tree. So no nesting is too deep, no entities are
expanded except the characters that HTML names, and the time is linear in the length.
"""

import html
import re
from collections import Counter
from functools import lru_cache

from core.reading.extracted_text import Found

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "c",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "link",
        "mark",
        "meta",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "script",
        "small",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "sup",
        "tt",
        "u",
        "v",
        "var",
        "wbr",
    ]
)
BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "iframe",
        "li",
        "main",
        "nav",
        "object",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "video",
    ]
)
KNOWN = INLINE | BLOCK
_TAG = re.compile(r"</?([A-Za-z][\w:.-]{0,60})(?:\s[^<>]*)?/?>")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*\[[^\]]*\]\s*>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_UNREAD = re.compile(r"<(/?)(?:script|style|teiHeader)\b[^<>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d+;?|#[xX][\da-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")  # as in HTML 5
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
_DOCUMENT = re.compile(r"\s*(?:<\?xml\b|<!doctype\b|<html\b|<mediawiki\b|<tei\b)", re.IGNORECASE)
_WIKI_TEXT = re.compile(r"<text\b[^<>]*>([^<]*)</text>")
_WIKI = (
    (re.compile(r"<ref\b[^<>]*/>|<ref\b[^<>]*>[^<]*</ref>", re.IGNORECASE), ""),
    (re.compile(r"\{\{[^{}]*\}\}"), ""),
    (re.compile(r"\{\{[^{}]*\}\}"), ""),  # again, for those that contained another
    (re.compile(r"\{\|[^{}]*\|\}"), ""),
    (re.compile(r"\[\[(?:File|Image|Plik|Grafika|Category|Kategoria):[^\[\]]*\]\]", re.I), ""),
    (re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]"), r"\1"),
    (re.compile(r"\[https?://[^\s\[\]]*\s?([^\[\]]*)\]"), r"\1"),
    (re.compile(r"'{2,5}|^=+|=+$", re.MULTILINE), ""),
)
_STYLED = ("a", "b", "i", "em", "strong", "span", "hi", "emph", "sub", "sup")  # of XML, too
_OFFICE = ("w:", "text:")  # Word cuts words into runs, OpenDocument into spans
_BOOK_START = re.compile(r"^\*\*\* ?START\b[^\n]*\*\*\*[^\n]*$", re.MULTILINE)
_BOOK_END = re.compile(r"^\*\*\* ?END\b[^\n]*\*\*\*", re.MULTILINE)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:https?://|www\.|mailto:)[^()\s]*\)")
_JOINED = re.compile(r" @([-.,])@ ")  # WikiText's signs inside words and numbers


def is_document(text: str) -> bool:
    """True for HTML and XML: the text declares it, or begins and ends with a tag and has many."""
    if _DOCUMENT.match(text):
        return True
    first = _TAG.match(text[:2_000].lstrip())
    if not first or first[0].startswith("</") or text.rstrip()[-1:] != ">":
        return False
    head = text[:20_000]
    tags = _TAG.findall(head)
    return f"</{first[1]}>" in text and len(tags) > 5 and 2 * len(tags) > head.count("\n")


def read_document(text: str) -> Found:
    """The text of HTML or XML: block elements end a sentence, scripts and styles are dropped."""
    pages = _WIKI_TEXT.findall(text) if "<mediawiki" in text[:2_000] else []
    if pages:
        plain = _unescaped("\n".join(pages))
        for sign, instead in _WIKI:
            plain = sign.sub(instead, plain)
        text = remove(plain, xml=True)
        return Found(
            text, ("read as a MediaWiki dump: the text of its pages, without markup",), True
        )
    xml = text[:99].lstrip().startswith("<?xml")
    declared = _DOCTYPE.search(text, 0, 10_000)
    text = text[declared.end() :] if declared else text
    text = _outside(_UNREAD, _without_comments(text))
    text = _DECLARATION.sub(" ", _CDATA.sub(" ", text.replace("\n", " ")))
    root = _TAG.search(text, 0, 20_000)
    known = frozenset(["html"]) if xml else KNOWN
    kind = "HTML" if root and root[1].lower() in known else "XML"
    text = _unescaped(_TAG.sub("", remove(text)) if kind == "HTML" else remove(text, xml=True))
    return Found(text, (f"read as {kind}: tags are dropped, blocks end a sentence",), True)


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else part for part in rest)


def _outside(opening_or_closing: re.Pattern[str], text: str) -> str:
    """The text outside these opening and closing tags."""
    kept, position, inside = [], 0, False
    for tag in opening_or_closing.finditer(text):
        if not inside:
            kept.append(text[position : tag.start()])
        inside, position = not tag[1], tag.end()
    return " ".join([*kept, text[position:]])


def remove(text: str, xml: bool = False) -> str:
    """The text without the tags of HTML, or without any tags of XML; block elements become line
    breaks.
    """
    return _removed(text, xml)[0]


def _removed(text: str, xml: bool = False) -> tuple[str, int]:
    """The same, and the number of tags of HTML."""
    names = Counter(name.lower() for name in _TAG.findall(text, 0, 200_000)) if xml else Counter()
    words = len(_TAG.sub(" ", text[:200_000]).split()) if xml else 0

    @lru_cache(maxsize=10_000)
    def instead(written: str) -> str | None:
        name = written.lower().rpartition(":")[2]
        if xml:  # an element around each word ends no sentence
            if written.startswith(_OFFICE):
                return "\n" if name in ("p", "h", "br", "line-break", "tr") else ""
            if name in _STYLED:
                return ""
            return " " if names[written.lower()] > words or name in ("c", "w") else "\n"
        return "" if name in INLINE else "\n" if name in BLOCK else None

    count = 0

    def replaced(tag: re.Match[str]) -> str:
        nonlocal count
        sign = instead(tag[1])
        if sign is None:
            return tag[0]
        count += ":" not in tag[1]
        return sign

    return _TAG.sub(replaced, text), count


_character = lru_cache(maxsize=10_000)(html.unescape)


def _unescaped(text: str) -> str:
    """What html.unescape returns; the same few references are looked up once."""
    return _REFERENCE.sub(lambda found: _character(found[0]), text)


def clean(text: str, lines_end: bool) -> tuple[str, tuple[str, ...]]:
    """The text without its markup, and notes on what was dropped.

    Only the tags of HTML count as markup here: `a < b`, `<3` and `<unk>` do not. lines_end: each
    line break ends a sentence.
    """
    notes = []
    start = _BOOK_START.search(text, 0, 50_000)
    end = _BOOK_END.search(text, start.end()) if start else None
    if start and end:
        text = text[start.end() : end.start()]
        notes.append("what stands before the book's START line and after its END line is dropped")
    if "<" in text:
        removed, known = _removed(_without_comments(text))
        if "<!--" in text:
            known = sum(tag[1].lower() in KNOWN for tag in _TAG.finditer(text))
        if known:
            text = removed
            notes.append(f"tags are dropped ({known:,}); <br>, <p> and other blocks end a sentence")
        del removed
    if "&" in text:
        text, read = _ENTITY.subn(lambda found: _character(found[0]), text)
        if read:
            if lines_end:  # a carriage return written as an entity does not end a row
                text = text.replace("\r", " ")
            notes.append(f"entities such as &amp; are read as the characters they name ({read:,})")
    if "](" in text:
        text, links = _MARKDOWN_LINK.subn(r"\1", text)
        if links:
            notes.append(f"of links such as [words](address) the words are read ({links:,})")
    if " @-@ " in text:
        text, joined = _JOINED.subn(r"\1", text)
        notes.append(f"signs such as @-@ are joined with their words ({joined:,})")
    return text, tuple(notes)
