"""What reading a file in one of the formats returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The running text of a file, and notes on how it was read."""

    text: str
    notes: tuple[str, ...] = ()
    # True: each line break ends a sentence; False: this is decided by how the lines look
    lines_end: bool = False
    column: str = ""  # of a table: the column that was read
    columns: tuple[str, ...] = ()  # of a table: the columns to choose from
    lost: int = 0  # letters of rows that could not be read
    samples: tuple[str, ...] = ()  # the beginning of a cell of each of the columns
