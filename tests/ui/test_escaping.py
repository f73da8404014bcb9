"""A visitor's text is shown as text."""

import re

import pytest

from ui.escaping import JOINER, sentence, shown, table


@pytest.mark.parametrize(
    "typed, safe",
    [
        ("![i](http://host/a.png)", f"!\\[i\\](http:{JOINER}//host/a.png)"),
        ("www.host.pl", f"www{JOINER}.host.pl"),
        ("a@host.pl", f"a@{JOINER}host.pl"),
        (":red[x] :smile:", f":{JOINER}red\\[x\\] :{JOINER}smile:"),
        ("$x_1$", "\\$x\\_1\\$"),
        ("<b>&amp;", "\\<b\\>\\&amp;"),
        ("a -> b", f"a -{JOINER}\\> b"),
        ("# a\n- b", "\\# a - b"),
        ("- a", "\\- a"),
        ("12. a", "12\\. a"),
        ("0.5: a plain sentence, as it is.", "0.5: a plain sentence, as it is."),
        ("\u202ea\u0000b", "ab"),
        ("می\u200cخواند", "می\u200cخواند"),
    ],
)
def test_nothing_is_left_that_markdown_acts_on(typed, safe):
    assert shown(typed) == safe


def test_a_long_text_is_cut():
    assert shown("x" * 5_000) == "x" * 59 + "…"
    assert len(sentence("x" * 5_000)) == 600


def test_a_table_has_a_row_for_each_line_whatever_its_words_are():
    rows = ("a|b", 3), ("<b>x</b>\n| y |", "![p](http://x.y)")
    said = table(("word", "times"), [map(sentence, row) for row in rows])
    lines = said.splitlines()
    assert lines[:2] == ["| word | times |", "| --- | --- |"] and len(lines) == 4
    assert all(len(re.split(r"(?<!\\)\|", line)) == 4 for line in lines)
    assert "<b>" not in said and "![" not in said
