import os
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import pytest

from core.reading.words import tokenize
from core.texts import python_docs

ROOT = Path(__file__).resolve().parents[3]
HASH = """
import hashlib, os, pathlib
from core.texts import python_docs
python_docs.CACHE = pathlib.Path(os.devnull) / "cache"
print(hashlib.sha256(python_docs.collect(200_000).encode()).hexdigest())"""

DOC = """add(x1, x2, /, out=None, *, where=True, casting='same_kind')

    Add ``two`` *arrays*, as :func:`numpy.add` and `the guide
    <https://example.org/guide>`_ do [1]_, in a well-
    known way.  Or so :math:`x^2` it seems.

    The words of a heading
    ----------------------
    x1, x2 : array_like, shape (n,)
        The arrays to be added,
        both of them.
    out : ndarray, {'b', 'a'}
        Where to put the sum.

    .. versionadded:: 1.4
    .. note::
        This note is worth reading.

        Some more, indented.
    A new paragraph starts here.

    out[i, j] = sum_of(x[i], y[j]) + 1 or so it seems == f(0)

    The function add has support if SCIPY_ARRAY_API is set.

    .. math::
        y = this is a formula of words

    Take it like this::

        these are the words of a program

    * a first bullet of words
    * a second bullet of words

    =====  ==============
    Name   What it means
    =====  ==============
    first  the first of many
    next   the next of many
    =====  ==============

    Two words.

    >>> add(1, 2)
    these words are output of the doctest
    >>> for i in x:
    ...     this is a program, not prose

    References
    ----------
    .. [1] Author of this, "Title of that",
       and where it appeared.
    """


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(python_docs, "CACHE", tmp_path / "data" / ".cache")
    return python_docs.CACHE


@pytest.fixture
def small(monkeypatch):
    """A package of two paragraphs instead of the real ones, with a count of how often it is
    read.
    """
    walks = []

    def docs(package):
        walks.append(package)
        return (
            ["These are five words here."] * 2 + ["These are three."] if package == "numpy" else []
        )

    monkeypatch.setattr(python_docs, "_docs", docs)
    return walks


@pytest.fixture(scope="module")
def text():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(python_docs, "CACHE", Path(os.devnull) / "cache")
        return python_docs.collect(200_000)


def test_a_docstring_becomes_paragraphs_of_prose():
    assert python_docs.paragraphs(DOC) == [
        "Add two arrays, as numpy.add and the guide do , in a well-known way. Or so it seems.",
        "x1, x2 : array_like, shape (n,) The arrays to be added, both of them.",
        "out : ndarray, {'a', 'b'} Where to put the sum.",
        "This note is worth reading.",
        "Some more, indented.",
        "A new paragraph starts here.",
        "Take it like this::",
        "* a first bullet of words",
        "* a second bullet of words",
    ]


def test_the_cap_is_kept_and_nearly_reached(text):
    assert 199_000 < len(tokenize(text)) <= 200_000


def test_a_smaller_text_is_the_beginning_of_a_larger_one(text):
    smaller = python_docs.collect(1_000)
    assert text.startswith(smaller) and 900 < len(tokenize(smaller)) <= 1_000


def test_every_package_has_its_share(monkeypatch):
    words = dict(zip(python_docs.MODULES, ("one", "two", "three", "four", "five"), strict=True))
    monkeypatch.setattr(
        python_docs,
        "_docs",
        lambda package: [
            "\n\n".join(
                f"{'so ' * len(package)}{'very ' * (3 + n)}{words[package]}." for n in range(20)
            )
        ],
    )
    counts = Counter()
    for part in python_docs.collect(900).split("\n\n"):
        counts[part.split()[-1]] += len(part.split())
    longest = max(len(part.split()) for part in python_docs.collect(900).split("\n\n"))
    assert len(counts) == 5 and max(counts.values()) - min(counts.values()) <= longest


@pytest.mark.parametrize("package", python_docs.MODULES)
def test_every_installed_package_has_docstrings(package):
    if python_docs.versions()[package] is None:
        pytest.skip(f"{package} is not installed")
    assert len(python_docs._docs(package)) > 70 and python_docs._docs(package) == python_docs._docs(
        package
    )


def test_no_paragraph_comes_twice_and_each_is_one_line(text):
    paragraphs = text.split("\n\n")
    assert len(set(paragraphs)) == len(paragraphs) > 9_000
    assert not any("\n" in part or part != part.strip() for part in paragraphs)


def test_no_program_text_is_left(text):
    assert ">>>" not in text and "\n.. " not in text and "``" not in text and "https:" not in text


def test_words_of_the_groups_are_frequent_and_in_one_group_only(text):
    words = [word for group in python_docs.GROUPS.values() for word in group]
    counts = Counter(tokenize(text))
    assert len(set(words)) == len(words) and all(
        5 <= len(group) <= 8 for group in python_docs.GROUPS.values()
    )
    if python_docs.versions()["pandas"]:
        # 50 when chosen; texts differ from version to version
        assert min(counts[word] for word in words) >= 25


def test_the_text_does_not_depend_on_the_process():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", HASH],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in "12"
    ]
    hashes = [run.communicate()[0] for run in runs]
    assert hashes[0] == hashes[1] and len(hashes[0]) > 60


def test_a_set_in_a_docstring_is_put_in_order():
    assert python_docs.paragraphs("Use of {'b', 'a'} by position") == [
        "Use of {'a', 'b'} by position"
    ]


def test_walking_warns_of_nothing(monkeypatch):
    monkeypatch.setattr(
        python_docs, "_docs", lambda package: warnings.warn("old name", stacklevel=2) or []
    )
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert python_docs.collect(100) == ""
    assert seen == []


def test_a_missing_package_is_left_out(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "pandas"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pandas", None)  # makes `import pandas` fail
    assert python_docs._docs("pandas") == [] and len(python_docs._docs("numpy")) > 500


def test_a_package_without_metadata_has_no_version(monkeypatch):
    monkeypatch.setitem(python_docs.MODULES, "no-such-package", ("no_such_package",))
    assert python_docs.versions()["no-such-package"] is None
    assert all(
        python_docs.versions()[name] for name in ("Python", "numpy", "scipy", "scikit-learn")
    )


def test_what_was_collected_is_read_from_the_cache(small, own_cache):
    assert python_docs.collect(100) == "These are five words here.\n\nThese are three."
    assert len(list(own_cache.iterdir())) == 1
    walked = len(small)
    assert python_docs.collect(5) == "These are five words here." and python_docs.collect(4) == ""
    assert len(small) == walked and len(list(own_cache.iterdir())) == 1


def test_a_small_text_leaves_a_cache_for_larger_ones(small):
    python_docs.collect(4)
    walked = len(small)
    assert python_docs.collect(python_docs.DEFAULT_TOKENS).endswith("three.")
    assert len(small) == walked


def test_a_larger_text_replaces_a_smaller_one(small, own_cache):
    python_docs.collect(100)
    walked = len(small)
    python_docs.collect(python_docs.DEFAULT_TOKENS + 1)
    assert len(small) == 2 * walked
    python_docs.collect(100)
    assert len(small) == 2 * walked and len(list(own_cache.iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"[1]\n",
        lambda data: b"{}\n",
        lambda data: data[:-3],
        lambda data: data.replace(b"five", b"\xff"),
        lambda data: data.replace(b"five", b"four"),
    ],
)
def test_a_damaged_cache_is_rebuilt(small, own_cache, damage):
    wanted = python_docs.collect(100)
    (path,) = own_cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert python_docs.collect(100) == wanted and path.read_bytes() == whole


def test_new_versions_mean_a_new_cache(small, own_cache, monkeypatch):
    python_docs.collect(100)
    monkeypatch.setattr(python_docs, "versions", lambda: {"Python": "9.9"})
    python_docs.collect(100)
    assert len(list(own_cache.iterdir())) == 2


def test_no_cache_is_no_error(small, own_cache):
    own_cache.parent.write_text("a file where the folder should be")
    assert python_docs.collect(5) == python_docs.collect(5) == "These are five words here."
    assert own_cache.parent.is_file()


def test_a_write_that_fails_leaves_nothing_behind(small, own_cache, monkeypatch):
    def full(source, target):
        raise OSError("No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert python_docs.collect(5) and list(own_cache.iterdir()) == []


def test_a_cached_text_is_not_collected_again(text, monkeypatch):
    python_docs.collect(200_000)
    monkeypatch.setattr(python_docs, "paragraphs", None)  # to call it would raise
    assert python_docs.collect(200_000) == text
