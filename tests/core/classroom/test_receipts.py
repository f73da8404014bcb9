import base64
import contextlib
import math
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.classroom import receipts
from core.classroom.receipts import Receipt
from core.errors import UserError
from core.seeds.trial import Trial
from core.settings import TextSettings, TrainSettings

PLAIN = Receipt(TextSettings(), TrainSettings(), 0.25, 0.5, 0.125, math.nan)


def trial(loss=0.25, gap=0.5, energy=0.125):
    one = TrainSettings(), "x", np.zeros((1, 2)), loss, loss * (1 + gap), 1.0, energy, None, 1.0
    return Trial(*one)


@given(
    seed=st.integers(0, 2**31 - 1),
    dim=st.integers(2, 300),
    lr=st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 4)),
    optimizer=st.sampled_from(["adagrad", "sgd", "exact"]),
    init=st.integers(-1, 100),
    corpus=st.sampled_from(["polish", "english"]),
    guess=st.one_of(st.just(math.nan), st.floats(width=32, allow_nan=False)),
)
def test_what_is_written_is_read(seed, dim, lr, optimizer, init, corpus, guess):
    settings = TrainSettings(seed=seed, dim=dim, lr=lr, optimizer=optimizer, init_seed=init)
    receipt = replace(PLAIN, text=TextSettings(corpus), settings=settings, prediction=guess)
    line = receipts.write(receipt)
    found = receipts.read(line[:30] + "\n " + line[30:])
    assert len(line) == 60
    assert (found.text, found.settings, found.numbers) == (receipt.text, settings, PLAIN.numbers)
    assert found.prediction == guess or math.isnan(guess)


@pytest.mark.parametrize("at", range(60))
def test_every_changed_letter_is_noticed(at):
    line = receipts.write(PLAIN)
    other = "A" if line[at] != "A" else "B"
    with pytest.raises(UserError):
        receipts.read(line[:at] + other + line[at + 1 :])


@pytest.mark.parametrize(
    "line", ["", "x" * 59, "x" * 100_000, "<img src=x>" * 6, "ż" * 60, "=" * 60, "\x00" * 60]
)
def test_what_is_no_receipt_is_refused(line):
    with pytest.raises(UserError):
        receipts.read(line)


@given(st.binary(min_size=24, max_size=24))
def test_a_right_checksum_over_anything_is_read_or_refused(rest):
    body = bytes([1]) + bytes(16) + rest
    line = base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "little") + body).decode()
    with contextlib.suppress(UserError):
        assert receipts.read(line).settings


def test_too_many_settings_and_texts_of_visitors_are_refused():
    many = TrainSettings(2**31 - 1, 300, 20, 50, lr=1.234567891, decay=0.12345678, l2=1.23456789)
    with pytest.raises(UserError, match="Too many"):
        receipts.write(replace(PLAIN, settings=many))
    with pytest.raises(UserError, match="texts of the program"):
        receipts.write(replace(PLAIN, text=TextSettings("/tmp/mine.txt")))


@pytest.mark.parametrize(
    "change, real",
    [
        ({}, True),
        ({"loss": 0.2501}, True),
        ({"loss": 0.26}, False),
        ({"gap": 0.6}, False),
        ({"energy": 0.2}, False),
        ({"loss": math.nan}, False),
    ],
)
def test_numbers_agree_within_the_tolerance(change, real):
    assert receipts.agrees(replace(PLAIN, **change), trial()) == real


def test_other_settings_are_named_and_the_seed_is_free():
    receipt = replace(PLAIN, settings=TrainSettings(seed=9, dim=3, window=2))
    assert receipts.differing(receipt, {"dim": 3}) == ["window"]
    assert receipts.differing(receipt, {"dim": 3, "window": 2}) == []
    assert receipts.differing(receipt, {"dim": 3, "window": 2, "seed": 1}) == ["seed"]
