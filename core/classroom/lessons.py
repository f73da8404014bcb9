"""Lessons: files of a few lines a step, and what is wrong with them in one sentence each."""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError

BYTES = 100_000  # of a file
STEPS, WORDS, CHOICES = 60, 600, 6  # steps of a lesson, letters of a text, choices of a question
MEASURES = {"groups": "%", "agreement": "%"}  # what the runs of a class can answer, and its unit
KNOWN = {"page", "set", "hide", "fix", "caption", "question", "predict"}
# What a page's table of controls says of a value: (control, page, value) -> a sentence, or ""
Check = Callable[[str, str, list[str]], str]


@dataclass(frozen=True)
class Question:
    """What is asked before a run: a number from low to high, or one of several choices."""

    text: Mapping[str, str]  # by language
    low: float = 0.0
    high: float = 100.0
    unit: str = ""
    choices: tuple[str, ...] = ()
    truth: float | str | None = None  # a number, a choice, one of MEASURES, or told by the teacher
    chance: float | None = None  # what a guess at random would be
    again: int = 0  # the step, from 1, that asked the same with another setting


@dataclass(frozen=True)
class Step:
    """A page, its settings, and what stands above it."""

    page: str
    values: Mapping[str, list[str]]  # control -> as it stands in the address
    hide: tuple[str, ...] = ()  # controls that are not drawn
    fix: tuple[str, ...] = ()  # controls that cannot be changed
    caption: Mapping[str, str] = ()  # type: ignore[assignment]
    question: Mapping[str, str] = ()  # type: ignore[assignment]
    predict: Question | None = None


@dataclass(frozen=True)
class Lesson:
    """A walk through the pages."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    steps: tuple[Step, ...]
    problems: tuple[str, ...] = ()  # what was left out, and why

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its texts, its own first."""
        texts = [self.title, *(step.caption for step in self.steps)]
        return tuple(dict.fromkeys(language for text in texts for language in text))


def told(text: Mapping[str, str], language: str) -> str:
    """A text in a language, or in the first that it has; "" if there is none."""
    return text.get(language) or next(iter(text.values()), "") if text else ""


def folder(path: Path, pages: tuple[str, ...], check: Check) -> dict[str, Lesson]:
    """The lessons of a folder by name; a file that cannot be used is a lesson without steps."""
    found = {}
    for file in sorted(path.glob("*.toml"))[:100]:
        try:
            if file.stat().st_size > BYTES:
                raise UserError(f"it is larger than {BYTES:,} bytes.")
            found[file.stem] = lesson(file.stem, file.read_bytes(), pages, check)
        except (UserError, OSError) as problem:
            said = f"The lesson {file.name[:60]} cannot be used: {problem}"
            found[file.stem] = Lesson(file.stem, {"en": file.stem}, {}, (), (said,))
    return found


def lesson(name: str, content: bytes, pages: tuple[str, ...], check: Check) -> Lesson:
    """Read a lesson; UserError if it is not TOML or has no step.

    pages: the titles that a step may name; check: says what is wrong with the value of a control.
    """
    try:
        given = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError, ValueError) as problem:
        said = " ".join(str(problem).split())[:120]
        raise UserError(f"it is not a TOML file in UTF-8 ({said}).") from None
    reader = _Reader(pages, check)
    title = reader.text(given.get("title", name), "title")
    listed = given.get("step")
    if not isinstance(listed, list) or not listed:
        raise UserError("it has no [[step]].")
    if len(listed) > STEPS:
        reader.problems.append(f"It has {len(listed):,} steps; the first {STEPS} are used.")
    steps = []
    for n, one in enumerate(listed[:STEPS], 1):
        reader.place = f"Step {n}: "
        if step := reader.step(one, n):
            steps.append(step)
    reader.place = ""
    return Lesson(
        name,
        title or {"en": name},
        reader.text(given.get("about", ""), "about"),
        tuple(steps),
        tuple(reader.problems[:20]),
    )


def lines(step: Step) -> str:
    """A step as the lines of a lesson file."""
    parts = ["[[step]]", f"page = {_quoted(step.page)}"]
    if step.values:
        pairs = [f"{k} = {_listed(v)}" for k, v in step.values.items()]
        parts.append("set = {" + ", ".join(pairs) + "}")
    for name in ("hide", "fix"):
        if keys := getattr(step, name):
            parts.append(f"{name} = [{', '.join(map(_quoted, keys))}]")
    for name in ("caption", "question"):
        if texts := getattr(step, name):
            pairs = [f"{language} = {_quoted(text)}" for language, text in texts.items()]
            parts.append(f"{name} = {{{', '.join(pairs)}}}")
    return "\n".join(parts) + "\n"


def _listed(given):
    return _quoted(given[0]) if len(given) == 1 else "[" + ", ".join(map(_quoted, given)) + "]"


def _quoted(text):
    kept = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """Takes what can be used of a lesson, and remembers what cannot."""

    def __init__(self, pages, check):
        self.pages, self.check, self.problems, self.place = pages, check, [], ""

    def _told(self, sentence):
        self.problems.append(self.place + sentence)

    def text(self, given: object, name: str) -> dict[str, str]:
        """A text, alone or in several languages, cut to WORDS letters."""
        if isinstance(given, str):
            given = {"en": given} if given.strip() else {}
        if not isinstance(given, dict) or not all(
            isinstance(one, str) and len(key) <= 10 for key, one in given.items()
        ):
            self._told(f"{name} is neither a text nor one for each language; it is left out.")
            return {}
        if any(len(one) > WORDS for one in given.values()):
            self._told(f"{name} has more than {WORDS} letters; the rest is left out.")
        return {key: one[:WORDS] for key, one in list(given.items())[:10]}

    def step(self, given: object, n: int) -> Step | None:
        """A Step, or None if its page is unknown."""
        if not isinstance(given, dict) or given.get("page") not in self.pages:
            page = given.get("page") if isinstance(given, dict) else given
            self._told(f"there is no page “{str(page)[:40]}”; the step is left out.")
            return None
        for name in list(given.keys() - KNOWN)[:3]:
            self._told(f"“{name[:40]}” means nothing in a step; it is left out.")
        page = given["page"]
        values = self._values(given.get("set", {}), page)
        return Step(
            page,
            values,
            self._keys(given.get("hide", []), "hide", page),
            self._keys(given.get("fix", []), "fix", page),
            self.text(given.get("caption", ""), "caption"),
            self.text(given.get("question", ""), "question"),
            self._asked(given["predict"], n) if "predict" in given else None,
        )

    def _values(self, given, page):
        if not isinstance(given, dict):
            self._told("set is not a table of values; it is left out.")
            return {}
        found = {}
        for key, value in given.items():
            listed = [_written(one) for one in (value if isinstance(value, list) else [value])]
            said = self.check(key, page, listed)
            if said:
                self._told(said)
            else:
                found[key] = listed
        return found

    def _keys(self, given, name, page):
        if not isinstance(given, list):
            self._told(f"{name} is not a list of controls; it is left out.")
            return ()
        found = []
        for key in given[:60]:
            said = self.check(str(key), page, [])
            self._told(said) if said else found.append(str(key))
        return tuple(found)

    def _asked(self, given, n):
        given = given if isinstance(given, dict) else {}
        text, choices = self.text(given.get("ask", ""), "ask"), given.get("choices", [])
        low, high = given.get("low", 0), given.get("high", 100)
        again, truth = given.get("again", 0), given.get("truth")
        listed = isinstance(choices, list) and all(isinstance(c, str) for c in choices)
        if not text or not (_number(low) and _number(high) and low < high and listed):
            self._told("predict needs a text “ask”, and low < high or a list of choices.")
            return None
        choices = tuple(c[:80] for c in choices[:CHOICES])
        if not (truth is None or _number(truth) or truth in (*MEASURES, *choices)):
            self._told("the truth is no number, choice or measure; the teacher will be asked.")
            truth = None
        chance = given.get("chance")
        return Question(
            text,
            float(low),
            float(high),
            str(given.get("unit", MEASURES.get(str(truth), "")))[:12],
            choices,
            truth,
            float(chance) if _number(chance) else None,
            again if isinstance(again, int) and 0 < again < n else 0,
        )


def _number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _written(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
