"""Real English that needs no download: Python's help topics and the docstrings of the installed
packages.
"""

import contextlib
import hashlib
import importlib
import inspect
import json
import platform
import re
import warnings
import zlib
from importlib.metadata import PackageNotFoundError, version

from core.files import CACHE, write_whole
from core.reading.words import tokenize

FORMAT = 1  # raise it when the walk or the cleaning changes: it is part of the cache's name
# Read in a few seconds; smaller texts are cut from it, larger ones need the whole walk
DEFAULT_TOKENS = 200_000

MODULES = {  # by package; "Python" stands for the help topics
    "Python": (),
    "numpy": (
        "numpy",
        "numpy.linalg",
        "numpy.random",
        "numpy.ma",
        "numpy.fft",
        "numpy.polynomial",
        "numpy.testing",
        "numpy.lib.stride_tricks",
    ),
    "scipy": tuple(
        f"scipy.{name}"
        for name in (
            "cluster.hierarchy",
            "fft",
            "integrate",
            "interpolate",
            "io",
            "linalg",
            "ndimage",
            "optimize",
            "signal",
            "sparse",
            "sparse.csgraph",
            "sparse.linalg",
            "spatial",
            "spatial.distance",
            "special",
            "stats",
        )
    ),
    "scikit-learn": tuple(
        f"sklearn.{name}"
        for name in (
            "cluster",
            "compose",
            "covariance",
            "datasets",
            "decomposition",
            "ensemble",
            "feature_extraction.text",
            "feature_selection",
            "gaussian_process",
            "impute",
            "inspection",
            "linear_model",
            "manifold",
            "metrics",
            "mixture",
            "model_selection",
            "naive_bayes",
            "neighbors",
            "neural_network",
            "pipeline",
            "preprocessing",
            "svm",
            "tree",
            "utils",
        )
    ),
    "pandas": ("pandas", "pandas.api.types", "pandas.errors", "pandas.tseries.offsets"),
}

# Words that belong together; each occurred 50 times or more in 200,000 tokens when it was chosen
GROUPS = {
    "containers": ("list", "tuple", "dict", "dictionary", "sequence", "iterable", "mapping"),
    "statistics": ("mean", "median", "variance", "deviation", "sum", "average"),
    "parts of a table": ("row", "rows", "column", "columns", "index", "multiindex", "dataframe"),
    "dates and times": (
        "day",
        "month",
        "year",
        "datetime",
        "timestamp",
        "timedelta",
        "period",
        "offset",
    ),
    "errors": ("exception", "raise", "raised", "raises", "error", "valueerror", "warning"),
    "characters": ("string", "strings", "character", "characters", "bytes"),
    "files": ("file", "csv", "table", "read", "format"),
    "fitting a model": ("iterations", "solver", "tol", "stopping", "algorithm", "loss"),
    "matrices": ("matrix", "sparse", "diagonal", "symmetric", "eigenvalues", "covariance"),
}

_UNDERLINE = re.compile(r"[=\-~^*+#\"'.`: |]{3,}")  # below headings, around tables
# Two spaces between columns; after punctuation they may separate sentences
_TABLE_ROW = re.compile(r"[^\s.,;:!?]\s{2,}\S")
# A bullet, a number, "axis : int"
_ITEM = re.compile(r"(?:[-*•]|\d+[.)]|\(\w\))\s+|[\w*][\w.*, ]* : ")
_DIRECTIVE = re.compile(r"\.\. *(?P<name>[\w:-]*?)(?:::|\[|_|$)")
_PROSE_DIRECTIVES = (
    "note",
    "warning",
    "important",
    "tip",
    "seealso",
    "admonition",
    "versionadded",
    "versionchanged",
    "deprecated",
)
_DROPPED = re.compile(
    r":math:`[^`]*`|\[[\w, -]{1,12}\]_|https?:\S+| ?<[^<>\s]*>(?=`)|:\w+(?::\w+)?:(?=`)"
)
_MARKUP = re.compile(r"`__?(?!\w)|[`|]|\*\*|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_PLAIN = re.compile(r"""["'“‘(]*[A-Za-z]+(?:['’-][A-Za-z]+)*["'”’)]*[.,;:!?]*""")
_BRACES = re.compile(r"\{([^{}]*)\}")
# In a paragraph that is the same in many functions but for its first word
_BOILERPLATE = "SCIPY_ARRAY_API"
MIN_PLAIN = 0.6  # share of plain words below which a paragraph is code or a formula


def versions() -> dict[str, str | None]:
    """The versions of Python and of the packages that are read, by name; None if not installed."""
    found: dict[str, str | None] = {"Python": platform.python_version()}
    for package in list(MODULES)[1:]:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def collect(max_tokens: int = DEFAULT_TOKENS) -> str:
    """The text: one paragraph per line, blank lines between them, at most max_tokens words.

    It depends on versions() alone.
    """
    need = DEFAULT_TOKENS if max_tokens <= DEFAULT_TOKENS else None
    path = (
        CACHE
        / f"pydocs-{hashlib.sha256(json.dumps([FORMAT, versions()]).encode()).hexdigest()[:16]}.txt"
    )
    kept = _load(path, need)
    if kept is None:
        kept = list(_up_to(_interleaved(), need))
        _save(path, kept, need)
    return "\n\n".join(text for _, text in _up_to(kept, max_tokens))


def _up_to(counted, limit):
    """The first (tokens, paragraph) pairs that stay within the limit; all if it is None."""
    total = 0
    for count, text in counted:
        total += count
        if limit is not None and total > limit:
            return
        yield count, text


def _interleaved():
    """Pairs (tokens, paragraph), each from the package with the fewest tokens so far; no paragraph
    is repeated.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # reading all names touches deprecated ones
        docs = {package: _docs(package) for package in MODULES}
    texts = {
        package: (text for doc in docs[package] for text in paragraphs(doc)) for package in docs
    }
    totals, seen = dict.fromkeys(docs, 0), set()
    while totals:
        package = min(totals, key=totals.__getitem__)
        text = next(texts[package], None)
        if text is None:
            del totals[package]
        elif text not in seen:
            seen.add(text)
            count = len(tokenize(text))
            totals[package] += count
            yield count, text


def _docs(package):
    """The docstrings of a package, in a fixed order that mixes its modules."""
    if package == "Python":
        named = dict(importlib.import_module("pydoc_data.topics").topics)
    else:
        named = {}
        for name in MODULES[package]:
            named.update(_members(name))
    # An inherited docstring counts once, under its first name
    unique = {doc: name for name, doc in sorted(named.items(), reverse=True)}
    return sorted(unique, key=lambda doc: (zlib.crc32(unique[doc].encode()), unique[doc]))


def _members(name):
    """The docstrings of a module's public functions, classes and methods by dotted name; none if it
    is missing.
    """
    try:
        module = importlib.import_module(name)
    except ImportError:
        return {}
    found = {}
    for child, thing in _public(module, getattr(module, "__all__", None) or dir(module)):
        found[f"{name}.{child}"] = thing
        if inspect.isclass(thing):
            found.update(
                {f"{name}.{child}.{method}": value for method, value in _public(thing, dir(thing))}
            )
    docs = {key: getattr(thing, "__doc__", None) for key, thing in found.items()}
    return {key: doc for key, doc in docs.items() if isinstance(doc, str)}


def _public(owner, names):
    for name in names:
        try:
            thing = getattr(owner, name)
        # Names that only raise an error message, methods that exist for some settings only
        except Exception:
            continue
        if not name.startswith("_") and not inspect.ismodule(thing):
            yield name, thing


def paragraphs(doc: str) -> list:
    """The paragraphs of prose in a docstring, without doctests, tables, headings, literal blocks
    and references.
    """
    found: list[list[str]] = [[]]
    depth, skip_below, doctest = 0, None, False
    for line in inspect.cleandoc(doc).split("\n"):
        words, indent = line.strip(), len(line) - len(line.lstrip())
        if skip_below is not None and (not words or indent > skip_below):
            continue
        skip_below, doctest = None, bool(words) and (doctest or words.startswith(">>>"))
        directive = _DIRECTIVE.match(words)
        if _UNDERLINE.fullmatch(words) and found[-1]:
            found[-1].pop()  # the heading
        elif not words or doctest or directive:
            found.append([])
            if directive and directive["name"] not in _PROSE_DIRECTIVES:
                skip_below = indent
        elif not _TABLE_ROW.search(words):
            if indent < depth or _ITEM.match(words):
                found.append([])
            found[-1].append(words)
            skip_below = indent if words.endswith("::") else None
        depth = indent
    joined = (_clean(lines) for lines in found if lines)
    return [text for text in joined if _is_prose(text)]


def _clean(lines):
    text = re.sub(r"(?<=\w)- (?=\w)", "-", " ".join(lines))  # wrapped at a hyphen
    text = _BRACES.sub(_in_order, text)
    return " ".join(_MARKUP.sub("", _DROPPED.sub("", text)).split())


def _in_order(braces):
    """Sort the set in braces: its order changes with every start of Python."""
    return "{" + ", ".join(sorted(re.split(r",\s*", braces[1]))) + "}"


def _is_prose(text):
    if _BOILERPLATE in text:
        return False
    words = text.split()
    plain = sum(map(bool, map(_PLAIN.fullmatch, words)))
    return plain >= 3 and plain >= MIN_PLAIN * len(words)


def _load(path, need):
    """The pairs in a cache file; None when it is missing, damaged or holds too little."""
    try:
        head, _, body = path.read_text(encoding="utf-8").partition("\n")
        head = json.loads(head)
        if head["crc"] != zlib.crc32(body.encode()) or (head["limit"] is not None and need is None):
            return None
        return [
            (int(count), text)
            for count, _, text in (line.partition("\t") for line in body.split("\n"))
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(path, kept, need):
    """Write the cache file in one step; if the folder is read-only, nothing is cached."""
    body = "\n".join(f"{count}\t{text}" for count, text in kept)
    head = json.dumps({"limit": need, "crc": zlib.crc32(body.encode())})
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{head}\n{body}")
