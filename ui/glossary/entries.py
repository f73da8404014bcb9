"""The entries of the glossary, read from data/glossary.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache

from core.texts.registry import DATA


@dataclass(frozen=True)
class Term:
    """A symbol or a term of the field."""

    symbol: str  # LaTeX; empty where there is none
    english: str
    polish: str
    meaning: str


@dataclass(frozen=True)
class Number:
    """A number that a page shows."""

    label: str
    unit: str
    meaning: str
    function: str  # "core.room.module:name"

    @property
    def file(self):
        """The file that computes the number."""
        return self.function.split(":")[0].replace(".", "/") + ".py"


@cache
def read():
    """All terms and all numbers."""
    found = tomllib.loads((DATA / "glossary.toml").read_text(encoding="utf8"))
    return (
        tuple(Term(**entry) for entry in found["term"]),
        tuple(Number(**entry) for entry in found["number"]),
    )
