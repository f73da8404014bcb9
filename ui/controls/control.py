"""What a control is: one row of the table of controls, and how its value stands in the address."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.escaping import shown

YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control: its key, which is its name in the address, and all that its widget says."""

    key: str
    label: str
    pages: tuple[str, ...]  # titles of the pages it is on
    default: object = None  # of an optional number None: the box is empty
    help: str | None = None
    group: str = ""  # under More settings
    old: tuple[str, ...] = ()  # names of the same control in older links

    def read(self, given: list[str], options=None, default=None) -> tuple[object, str]:
        """The value that the address gives, and a sentence if it had to be changed."""
        standard = self.default if default is None else default
        value, sentence = self._read(given[-1] if given else "", options, standard)
        if len(given) > 1 and not sentence:
            shown_value = self.told(value)
            sentence = f"{self.label} is in the address {len(given)} times; {shown_value} is used."
        return value, sentence

    def write(self, value) -> list[str]:
        """The value as it stands in the address."""
        return [_text(value)]

    def told(self, value) -> str:
        """The value in a sentence."""
        return "nothing" if value in (None, "", []) else shown(_text(value), 40)

    def about(self) -> str:
        """What its value may be, for the documentation."""
        return "text"


@dataclass(frozen=True, kw_only=True)
class Number(Control):
    """A number in a range; whole if the lower end of the range is an int."""

    low: float
    high: float
    step: float | None = None
    format: str | None = None
    unit: str = ""
    # What an empty box says, and what stands for "empty" in core and in older links
    placeholder: str | None = None
    empty: float | None = None

    def _read(self, given, options, standard):
        try:
            number = float(given)
        except ValueError:
            number = math.nan
        if self.default is None and (not given.strip() or number == self.empty):
            return None, ""
        if math.isnan(number):
            return standard, (
                f"{self.label}: “{shown(given, 20)}” is not a number between {self.low:,} and "
                f"{self.high:,}; {self.told(standard)} is used."
            )
        value = min(max(number, self.low), self.high)
        value = int(value) if isinstance(self.low, int) else float(value)
        if value == number:
            return value, ""
        wrong = f"between {self.low:,} and {self.high:,}"
        if self.low <= number <= self.high:
            wrong = "a whole number"
        return value, f"{self.label}: {shown(given, 20)} is not {wrong}; {value:,} is used."

    def told(self, value):  # noqa: D102
        return "nothing" if value is None else f"{value:,}"

    def about(self):  # noqa: D102
        whole = "whole number" if isinstance(self.low, int) else "number"
        empty = f", or empty: {self.placeholder}" if self.default is None else ""
        return f"{whole} from {self.low:,} to {self.high:,}{empty}"


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of several options; `options` is None where they are known only while a page is drawn."""

    options: Mapping | None = None  # option -> how it is shown
    missing: str = ""  # why an option may not be there
    said_before: Mapping = field(default_factory=dict)  # in older links -> option

    def _read(self, given, options, standard):
        at_hand = self.options if options is None else options
        if standard not in at_hand:
            standard = next(iter(at_hand))
        found = find(self.said_before.get(given, given), at_hand)
        if found is not None:
            return found, ""
        return standard, (
            f"{self.label}: there is no “{shown(given, 40)}” here; {self.told(standard)} is used."
            + self.missing
        )

    def told(self, value):  # noqa: D102
        return shown((self.options or {}).get(value, _text(value)), 40)

    def about(self):  # noqa: D102
        if self.options is None:
            return "one of those that the page shows"
        return "one of " + ", ".join(f"`{_text(option)}`" for option in self.options)


@dataclass(frozen=True, kw_only=True)
class Several(Choice):
    """Any number of options; in the address once for each."""

    def read(self, given, options=None, default=None):  # noqa: D102
        at_hand = self.options if options is None else options
        found = [find(one, at_hand) for one in given if one.strip()]
        unknown = [one for one in given if one.strip() and find(one, at_hand) is None]
        chosen = [option for option in at_hand if option in found]
        if not unknown:
            return chosen, ""
        standard = chosen or list(self.default)
        return standard, (
            f"{self.label}: there is no “{shown(unknown[0], 40)}” here; "
            f"{', '.join(shown(one, 40) for one in standard)} is used."
        )

    def write(self, value):  # noqa: D102
        return [_text(one) for one in value] or [""]

    def about(self):  # noqa: D102
        return "any of " + ", ".join(f"`{_text(option)}`" for option in self.options)


@dataclass(frozen=True, kw_only=True)
class Text(Control):
    """A line or lines of text."""

    default: str = ""
    most: int = 400  # letters
    placeholder: str | None = None
    lines: int = 1

    def _read(self, given, options, standard):
        if len(given) <= self.most:
            return given, ""
        return given[: self.most], (
            f"{self.label}: “{shown(given, 20)}” is too long; its first {self.most} letters are "
            "used."
        )

    def about(self):  # noqa: D102
        return f"text of at most {self.most:,} letters"


@dataclass(frozen=True, kw_only=True)
class Switch(Control):
    """On or off."""

    default: bool = field(default=False)

    def _read(self, given, options, standard):
        if given.strip().lower() in YES + NO:
            return given.strip().lower() in YES, ""
        return standard, (
            f"{self.label}: “{shown(given, 20)}” is neither true nor false; "
            f"{_text(standard)} is used."
        )

    def about(self):  # noqa: D102
        return "`true` or `false`"


def find(given, options):
    """The option that a text from the address names: as it is written, or as it is shown."""
    titles = options if isinstance(options, Mapping) else {}
    wanted = " ".join(given.split()).casefold()
    for option in options:
        if wanted in (_text(option).casefold(), str(titles.get(option, option)).casefold()):
            return option
    return next((o for o in options if _same_number(given, o)), None)


def _same_number(given, option):
    try:
        return isinstance(option, (int, float)) and math.isclose(float(given), option, rel_tol=1e-9)
    except ValueError:
        return False


def _text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)
