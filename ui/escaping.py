"""Makes a visitor's text fit to be shown: cut, and with nothing left that Markdown would act on."""

import re

LENGTH = 60  # letters of a word, a name or a value from the address that are shown
SENTENCES = 600  # letters of a whole message
# Some marks act although they are escaped (emoji, links without brackets, arrows): this stands
# between their letters, and has no width.
JOINER = "\u2060"
_JOINED = re.compile(r"(:(?=\S)|@|www|[<>\-](?=[\-=>]))")
_ESCAPED = re.compile(r"([\\`*_\[\]#<>$~&|]|^[+\-])")
_COUNTED = re.compile(r"^(\d+)([.)])(?=\s|$)")  # would begin a list
KEPT = "\u200c\u200d"  # invisible, but part of how words of some scripts are written


def shown(text, most=LENGTH):
    """The text as it was typed, for Markdown: one line of at most `most` letters.

    Pictures, links, formulas, colors, HTML and emoji names come out as the letters they are
    made of.
    """
    line = " ".join(str(text).split())
    if len(line) > most:
        line = line[: most - 1] + "…"
    line = "".join(letter for letter in line if letter.isprintable() or letter in KEPT)
    line = _ESCAPED.sub(r"\\\1", _JOINED.sub(rf"\1{JOINER}", line))
    return _COUNTED.sub(r"\1\\\2", line)


def sentence(text):
    """A whole message that may quote what a visitor typed."""
    return shown(text, SENTENCES)


def table(head, rows):
    """A table for Markdown; cells hold no bar and no line end: `sentence` sees to that."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("|" + "".join(f" {cell} |" if cell else " |" for cell in row) for row in lines)
