import tomllib

import pytest

from core.classroom import lessons
from core.classroom.lessons import Step
from core.errors import UserError

PAGES = "Train", "Seeds"


def check(key, page, given):
    return "" if key in ("seed", "dim") else f"There is no control {key}."


def read(text):
    return lessons.lesson("one", text.encode(), PAGES, check)


GOOD = """
title = {en = "One", pl = "Raz"}
[[step]]
page = "Train"
set = {seed = 7, dim = 3}
hide = ["dim"]
fix = ["seed"]
caption = "Look."
[step.predict]
ask = "How many?"
truth = "groups"
chance = 5
[[step]]
page = "Seeds"
caption = {en = "Again.", pl = "Znowu."}
[step.predict]
ask = "And now?"
truth = 12.5
again = 1
"""


def test_a_lesson_is_read_as_it_is_written():
    found = read(GOOD)
    assert found.problems == () and found.languages == ("en", "pl")
    one, two = found.steps
    assert one.values == {"seed": ["7"], "dim": ["3"]} and one.hide == ("dim",)
    assert one.fix == ("seed",) and lessons.told(one.caption, "pl") == "Look."
    assert (one.predict.truth, one.predict.unit, one.predict.chance) == ("groups", "%", 5)
    assert two.predict.again == 1 and lessons.told(two.caption, "pl") == "Znowu."


@pytest.mark.parametrize(
    "lines, said",
    [
        ('page = "Nowhere"', "no page “Nowhere”"),
        ('page = "Train"\nset = {foo = 1}', "no control foo"),
        ('page = "Train"\nhide = ["foo"]', "no control foo"),
        ('page = "Train"\nhide = 3', "not a list"),
        ('page = "Train"\nset = 3', "not a table"),
        ('page = "Train"\ncaption = 3', "caption is neither"),
        ('page = "Train"\nfoo = 3', "“foo” means nothing"),
        ('page = "Train"\npredict = {ask = "?", low = nan}', "low < high"),
        ('page = "Train"\npredict = {ask = "?", low = 5, high = 5}', "low < high"),
        ('page = "Train"\npredict = {ask = "?", choices = 3}', "low < high"),
        ('page = "Train"\npredict = {ask = "?", truth = inf}', "the truth"),
        ('page = "Train"\npredict = 3', "predict needs"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_works(lines, said):
    found = read(f'[[step]]\n{lines}\n[[step]]\npage = "Seeds"\n')
    assert any(said in problem and "Step 1: " in problem for problem in found.problems)
    assert found.steps[-1].page == "Seeds"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[[step", b"step = 3", b"step = []", b"x = " + b"[" * 50_000],
    ids=range(6),
)
def test_what_is_no_lesson_is_refused_in_one_sentence(content):
    with pytest.raises(UserError):
        lessons.lesson("one", content, PAGES, check)


def test_a_thousand_steps_are_cut_and_long_texts_too():
    found = read('[[step]]\npage = "Train"\n' * 1_000)
    assert len(found.steps) == lessons.STEPS and "1,000 steps" in found.problems[0]
    found = read(f'[[step]]\npage = "Train"\ncaption = "{"x" * 5_000}"')
    assert len(found.steps[0].caption["en"]) == lessons.WORDS and found.problems


def test_a_bad_file_leaves_the_others_alone(tmp_path):
    (tmp_path / "bad.toml").write_text("[[")
    (tmp_path / "big.toml").write_text("#" * (lessons.BYTES + 1))
    (tmp_path / "good.toml").write_text(GOOD)
    found = lessons.folder(tmp_path, PAGES, check)
    assert [len(one.steps) for one in found.values()] == [0, 0, 2]
    assert "bad.toml" in found["bad"].problems[0] and "larger" in found["big"].problems[0]


@pytest.mark.parametrize("text", ['say "no" \\ or', "two\nlines", "<b>ź</b>", "'''", "\x00"])
def test_the_lines_of_a_step_are_read_back(text):
    step = Step("Train", {"seed": ["7"], "dim": ["3", "4"]}, ("dim",), ("seed",), {"en": text}, {})
    found = read(lessons.lines(step)).steps[0]
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    assert tomllib.loads(lessons.lines(step))
    wanted = Step("Train", step.values, ("dim",), ("seed",), {"en": kept}, {})
    assert found == wanted
