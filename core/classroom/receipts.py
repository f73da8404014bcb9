"""Receipts: a line of 60 characters that a student hands in, with the settings of a run, three of
its numbers and a prediction. Whoever has the line can train the run again and compare.

45 bytes in the URL-safe alphabet of base64: a version, a checksum, three numbers and the prediction
as float32, and as many settings that differ from their defaults as fit into the rest. The checksum
finds slips of copying; only training again finds a number that was made up.
"""

import base64
import binascii
import math
import struct
import zlib
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

import numpy as np

from core.errors import UserError
from core.seeds.trial import Trial
from core.settings import TextSettings, TrainSettings, check, knobs
from core.texts import registry
from core.word2vec import training

LETTERS, BYTES, VERSION = 60, 45, 1
NUMBERS = struct.Struct("<4f")  # loss, cost of shuffling, share in the strongest direction, guess
HEAD = 1 + 4 + NUMBERS.size
KNOBS = {**knobs(TextSettings), **knobs(TrainSettings)}  # their order is that of the numbers
# Relative: another processor or BLAS adds up in another order, and training magnifies it; a
# thousand times what benchmarks/machines.py finds
TOLERANCE = 0.005
END = 255


@dataclass(frozen=True)
class Receipt:
    """What a line says."""

    text: TextSettings
    settings: TrainSettings
    loss: float  # nats for each pair
    gap: float  # share of the loss that shuffling the center words costs
    energy: float  # share of the vectors' sum of squares that lies in one direction
    prediction: float  # nan without one

    @property
    def numbers(self) -> tuple[float, float, float]:
        """The three numbers that training gives again."""
        return self.loss, self.gap, self.energy


def of_trial(text: TextSettings, trial: Trial, prediction: float = math.nan) -> Receipt:
    """The receipt of a run."""
    return Receipt(text, trial.settings, trial.loss, trial.gap, trial.energy, prediction)


def write(receipt: Receipt) -> str:
    """The line; UserError if too many settings differ, or the text is not one of the program's."""
    rest = b"".join(
        bytes([number]) + _packed(name, value)
        for number, (name, value) in enumerate(_values(receipt).items())
        if value != KNOBS[name].default
    )
    if len(rest) > BYTES - HEAD:
        raise UserError("Too many settings differ from their defaults for a receipt.")
    body = bytes([VERSION]) + NUMBERS.pack(*receipt.numbers, receipt.prediction)
    body += rest.ljust(BYTES - HEAD, bytes([END]))
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "little") + body).decode()


def read(line: str) -> Receipt:
    """What a line says; UserError if it is not as it was written."""
    line = "".join(line.split())
    if len(line) != LETTERS:
        raise UserError(f"A receipt has {LETTERS} characters, this has {len(line)}.")
    try:
        content = base64.b64decode(line, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise UserError("A receipt has letters, digits, - and _ alone.") from None
    body = content[4:]
    if zlib.crc32(body) != int.from_bytes(content[:4], "little"):
        raise UserError("The line was changed: its checksum is another.")
    if body[0] != VERSION:
        raise UserError(f"This receipt is of version {body[0]}; this program reads {VERSION}.")
    values = {name: knob.default for name, knob in KNOBS.items()} | _unpacked(body[HEAD - 4 :])
    text = check(TextSettings(**{f.name: values[f.name] for f in fields(TextSettings)}))
    settings = check(TrainSettings(**{f.name: values[f.name] for f in fields(TrainSettings)}))
    if settings.optimizer not in training.TRAINERS:
        raise UserError("There is no such optimizer.")
    loss, gap, energy, prediction = NUMBERS.unpack(body[1 : HEAD - 4])
    return Receipt(text, settings, loss, gap, energy, prediction)


def agrees(receipt: Receipt, trial: Trial) -> bool:
    """Whether training again gives the three numbers, within TOLERANCE of each."""
    found = trial.loss, trial.gap, trial.energy
    given = np.array(receipt.numbers)
    return bool(np.all(np.abs(given - found) <= TOLERANCE * np.maximum(np.abs(found), 0.01)))


def differing(receipt: Receipt, wanted: dict[str, Any]) -> list[str]:
    """Names of the settings that are not the wanted ones; the seed may be any, unless it is one of
    them, and what is not wanted has its default.
    """
    values = {k: v for k, v in _values(receipt).items() if k != "seed" or k in wanted}
    return [k for k, v in values.items() if v != wanted.get(k, KNOBS[k].default)]


def _values(receipt):
    return {**asdict(receipt.text), **asdict(receipt.settings)}


def _choices(name):
    if name == "optimizer":
        return tuple(training.TRAINERS)
    return KNOBS[name].metadata["choices"]


def _packed(name, value):
    """A setting in few bytes: a whole number as a varint, another number as its decimal digits and
    their exponent, a choice as its place, the name of a text as its checksum.
    """
    if name == "corpus":
        if value not in registry.registry():
            raise UserError("A receipt can be written for the texts of the program alone.")
        return _checksum(value)
    if _choices(name):
        return bytes([_choices(name).index(value)])
    if KNOBS[name].type is int:
        return _varint(value + 1)  # -1 stands for "as the seed"
    if KNOBS[name].type is float:
        _, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
        return _varint(int("".join(map(str, digits)))) + bytes([int(exponent) + 128])
    raise UserError("A receipt has no room for the name of a column.")


def _unpacked(rest):
    names, found, at = list(KNOBS), {}, 0
    try:
        while at < len(rest) and rest[at] != END:
            name = names[rest[at]]
            found[name], at = _value(name, rest, at + 1)
    except (IndexError, StopIteration, OverflowError):
        raise UserError("The line names a setting that this program does not have.") from None
    return found


def _value(name, rest, at):
    if name == "corpus":
        named = rest[at : at + 4]
        return next(one for one in registry.registry() if _checksum(one) == named), at + 4
    if _choices(name):
        return _choices(name)[rest[at]], at + 1
    number, at = _read_varint(rest, at)
    if KNOBS[name].type is int:
        return number - 1, at
    return float(f"{number}e{rest[at] - 128}"), at + 1


def _checksum(name):
    return zlib.crc32(name.encode()).to_bytes(4, "little")


def _varint(number):
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while number > 127:
        found.append(number % 128 + 128)
        number //= 128
    return bytes([*found, number])


def _read_varint(rest, at):
    number = shift = 0
    while True:
        number += (rest[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if rest[at - 1] < 128:
            return number, at
