"""What a format finds in a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The running text of a file, and what has to be said about it."""

    text: str
    notes: tuple[str, ...] = ()
    # Every line end of the text ends a sentence; else the lines are looked at
    lines_end: bool = False
    column: str = ""  # the column read, of a table
    columns: tuple[str, ...] = ()  # those to choose among
    lost: int = 0  # letters of rows that could not be read
