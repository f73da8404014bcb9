"""Finds the words of scripts that are written without spaces, by optional packages."""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from core.errors import UserError
from core.segmentation import chinese

# The letters by which each language is recognized
SCRIPTS = {
    "japanese": re.compile("[\u3041-\u30ff]"),
    "chinese": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "lao, khmer or burmese": re.compile("[\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]"),
}
PACKAGES = {  # these find words, or know them
    "japanese": "fugashi",
    "chinese": chinese.PACKAGE,
    "thai": "pythainlp",
}
RUN = {  # a run of letters without spaces, which is given to the package
    "japanese": re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"),
    "thai": re.compile("[\u0e00-\u0e7f]+"),
}
PART = 400  # letters of a run at a time: the time of some packages grows faster than the length
REMEMBERED = 100_000  # parts of runs, which may come again
SPACED = 4.0  # mean length of a piece above which a text has no spaces between its words


def language(pieces: Iterable[str]) -> str:
    """The language of a text whose words are not separated by spaces; "" if they are.

    pieces: the beginning of the text, split at white space.
    """
    sample = [piece for piece in pieces if not piece.isascii()]
    text = "".join(sample)
    if not text:
        return ""
    for name, script in SCRIPTS.items():
        inside = [piece for piece in sample if script.search(piece)]
        letters = sum(len(script.findall(piece)) for piece in inside)
        share = letters / len(text)
        if share > (0.15 if name == "japanese" else 0.3):
            return name if len("".join(inside)) / len(inside) > SPACED else ""
    return ""


def titled(name: str) -> str:
    """The name of a language in a sentence."""
    return name.title().replace(" Or ", " or ")


def installed(name: str) -> bool:
    """True if the package that finds the words of a language is installed."""
    package = PACKAGES.get(name, "")
    return package != "" and importlib.util.find_spec(package) is not None


@cache
def cutter(name: str) -> Callable[[str], list[str]]:
    """A function from a run of letters to its words, by the package for this language."""
    module = importlib.import_module(PACKAGES[name])
    if name == "japanese":
        tagger = module.Tagger("-Owakati")
        return lambda run: tagger.parse(run).split()
    return lambda run: module.word_tokenize(run, engine="newmm", keep_whitespace=False)


def spaced(text: str, name: str) -> str:
    """The text with spaces between the words of a language; UserError if its package is
    missing.
    """
    if not name:
        return text
    if not installed(name):
        package = PACKAGES.get(name, name)
        raise UserError(
            f"The words of {titled(name)} text are found with the package {package}, which is not "
            "installed: pip install -r requirements-segmenting.txt"
        )
    if name == "chinese":
        return chinese.spaced(text)
    cut = cutter(name)

    @lru_cache(maxsize=REMEMBERED)
    def words(part: str) -> str:
        return " ".join(cut(part))

    def parted(run: re.Match[str]) -> str:
        parts = (run[0][k : k + PART] for k in range(0, len(run[0]), PART))
        return f" {' '.join(map(words, parts))} "

    return RUN[name].sub(parted, text)
