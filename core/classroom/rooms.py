"""Rooms of classes: who is in them, what each has sent, and what the teacher shows.

All of it is in the memory of one process, and small: nobody has a name, everything is bounded, and
a room that nobody uses is forgotten. The time is handed in (seconds of a clock that never jumps).
"""

import hashlib
import hmac
import os
import re
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.errors import UserError

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words
CODE, KEY = 4, 16  # letters of a code; bytes of the teacher's key
ROOMS, STUDENTS, SECONDS, BYTES = 20, 200, 3 * 3600, 2_000_000
QUESTIONS, MISTAKES, ADDRESS = 60, 300, 6_000  # in a room; letters of an address that is followed
KEPT = 2  # settings whose runs are kept: the present one, and the one before it
LARGEST = 1_500  # bytes of a board
EACH = 5  # mistakes kept of one student, and students of one browser
BURST, REFILL = 20.0, 0.5  # messages of a student at once, and then each second
GUESSES, WHILE = 5, 60.0  # wrong keys of one visitor in so many seconds
ME = re.compile(r"[0-9a-f]{16}")
OPEN, CLOSED, REVEALED = "open", "closed", "revealed"
GONE = (
    "There is no room {}. Rooms are forgotten three hours after their last use, and when the "
    "program is started again; the teacher can open a new one."
)


@dataclass
class Student:
    """One student, without a name."""

    number: int  # from 0, in the order of joining
    tokens: float = BURST
    at: float = 0.0  # when the tokens were counted
    answers: dict[str, float | str] = field(default_factory=dict)  # by question


@dataclass(frozen=True)
class Result:
    """What a run sends to its room."""

    seed: int
    score: float  # silhouette score of the words; nan without groups
    shown: bool | None  # the groups are there; None if these words cannot be tested
    loss: float  # nats
    points: bytes  # (n, 2) int8, the picture in 1/100
    near: bytes  # (m, k) uint16, numbers of the nearest neighbors of the m frequent words

    @property
    def size(self) -> int:
        """Bytes, about."""
        return 200 + len(self.points) + len(self.near)


@dataclass(frozen=True)
class Mistake:
    """A derivative that a student typed."""

    target: str
    expression: str
    kind: str  # "" if it is right


@dataclass(frozen=True)
class Board:
    """Words that a student has placed in a plane by hand, each with its group."""

    words: tuple[str, ...]
    groups: tuple[str, ...]
    points: bytes  # (n, 2) int8, the places in 1/100

    @property
    def size(self) -> int:
        """Bytes, about."""
        return 200 + len(self.points) + sum(map(len, self.words + self.groups))


class Room:
    """One class. Use it only within `Rooms.at`."""

    def __init__(self, code: str, key: str, now: float) -> None:
        self.code, self.key, self.used = code, key, now
        self.version = 0  # changes with everything that a projector may show
        self.turns = 0  # changes with what the pages of students show
        self.students: dict[str, Student] = {}
        self.results: dict[str, dict[int, Result]] = {}  # by settings, then by seed
        self.answers: dict[str, dict[int, float | str]] = {}  # question -> by student
        self.stages: dict[str, str] = {}  # question -> OPEN, CLOSED or REVEALED
        self.truths: dict[str, float | str] = {}  # told by the teacher
        self.mistakes: deque[tuple[int, Mistake]] = deque(maxlen=MISTAKES)
        self.boards: dict[int, Board] = {}  # by student
        self.shown: Mistake | None = None  # the one on the projector
        self.view = "join"  # what the projector shows
        self.asked = ""  # the question that the projector shows
        self.controls = ""  # the settings whose controls the teacher has asked for
        self.run: tuple[str, object] | None = None  # what the class trains, and a name for it
        self.lead: tuple[str, Mapping[str, list[str]]] | None = None  # the teacher's page
        self.leads = 0  # how often the teacher has gone on
        self._browsers: Counter[str] = Counter()
        self._guesses: dict[str, deque[float]] = {}

    def me(self, browser: str) -> str:
        """The id of the student in a browser, always the same one."""
        said = f"{self.key} {browser}".encode()
        return hashlib.blake2b(said, digest_size=8).hexdigest()

    def train(self, name: str, settings: object) -> None:
        """The class trains these settings, each student with another seed."""
        if self.run != (name, settings):
            self.run = name, settings
            self.turned()

    def changed(self) -> None:
        """Something is to be drawn anew."""
        self.version += 1

    def turned(self) -> None:
        """Something is to be drawn anew, on the pages of students, too."""
        self.turns += 1
        self.changed()

    def join(self, me: str, browser: str) -> Student:
        """The student with this id, who joins if it is new; UserError if the room is full."""
        if me in self.students:
            return self.students[me]
        if not ME.fullmatch(me):
            raise UserError("This link belongs to nobody: join with the code of the room.")
        if len(self.students) >= STUDENTS:
            raise UserError(f"The room {self.code} is full: {STUDENTS} students have joined.")
        if self._browsers[browser] >= EACH:
            raise UserError(f"From one browser at most {EACH} students can join a room.")
        self._browsers[browser] += 1
        self.students[me] = Student(len(self.students), at=self.used)
        self.changed()
        return self.students[me]

    def teacher(self, key: str, visitor: str) -> None:
        """UserError if this is not the key of the teacher, or the visitor has guessed too often."""
        guesses = self._guesses.get(visitor, deque())
        while guesses and self.used - guesses[0] > WHILE:
            guesses.popleft()
        if len(guesses) >= GUESSES:
            raise UserError("Too many wrong keys; wait a minute.")
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            if len(self._guesses) >= STUDENTS:
                self._guesses.clear()
            self._guesses[visitor] = deque([*guesses, self.used], GUESSES)
            raise UserError("This is not the teacher's link of this room.")

    def answer(self, me: str, question: str, value: float | str) -> None:
        """Take a student's answer, or its change; UserError if the question is closed."""
        student = self._may_send(me)
        if self.stages.get(question, OPEN) != OPEN:
            raise UserError("The question is closed; no more answers are taken.")
        if question not in self.answers and len(self.answers) >= QUESTIONS:
            raise UserError(f"The room has {QUESTIONS} questions; no more are taken.")
        student.answers[question] = value
        self.answers.setdefault(question, {})[student.number] = value
        self.stages.setdefault(question, OPEN)
        self.changed()

    def ask(self, question: str) -> None:
        """The projector shows this question from now on."""
        if question != self.asked and len(question) < 100:
            self.asked = question
            self.turned()

    def stage(self, question: str, stage: str, truth: float | str | None = None) -> None:
        """Open, close or reveal a question; truth: told by the teacher."""
        if question in self.answers or len(self.stages) < QUESTIONS:
            self.stages[question] = stage
            if truth is not None:
                self.truths[question] = truth
            self.turned()

    def result(self, me: str, run: str, result: Result) -> None:
        """Take the result of a run; each seed counts once."""
        student = self._may_send(me)
        seeds = self.results.setdefault(run, {})
        if result.seed not in seeds and len(seeds) < STUDENTS:
            seeds[result.seed] = result
            student.answers[f"run {run}"] = float(result.seed)
            while len(self.results) > KEPT:
                self.results.pop(next(one for one in self.results if one != run))
            self.changed()

    def mistake(self, me: str, mistake: Mistake) -> None:
        """Take a typed derivative; the same one of the same student counts once."""
        student = self._may_send(me)
        entry = student.number, mistake
        own = [one for one in self.mistakes if one[0] == student.number]
        if entry not in own:
            if len(own) >= EACH:
                self.mistakes.remove(own[0])
            self.mistakes.append(entry)
            self.changed()

    def place(self, me: str, board: Board) -> None:
        """Take the words that a student has placed, or placed anew."""
        student = self._may_send(me)
        if board.size > LARGEST:
            raise UserError(f"The board has more than {LARGEST} letters: place fewer words.")
        if self.boards.get(student.number) != board:
            self.boards[student.number] = board
            self.changed()

    def show(self, view: str, mistake: Mistake | None = None) -> None:
        """Choose what the projector shows."""
        self.view, self.shown = view, mistake
        self.changed()

    def judge(self, run: str) -> None:
        """The projector runs the controls of the verdict for these settings."""
        self.controls = run
        self.changed()

    def go(self, page: str, query: Mapping[str, list[str]]) -> None:
        """The teacher is on a page; students who follow come along."""
        size = sum(len(k) + sum(map(len, given)) for k, given in query.items())
        if (page, query) != self.lead and size <= ADDRESS:
            self.lead, self.leads = (page, dict(query)), self.leads + 1
            self.turned()

    @property
    def size(self) -> int:
        """Bytes, about."""
        answers = sum(len(student.answers) for student in self.students.values())
        results = sum(one.size for seeds in self.results.values() for one in seeds.values())
        mistakes = sum(200 + len(one.expression) for _, one in self.mistakes)
        boards = sum(one.size for one in self.boards.values())
        small = 2_000 + ADDRESS + 300 * len(self.students) + 150 * answers
        return small + results + mistakes + boards

    def _may_send(self, me):
        student = self.students.get(me)
        if student is None:
            raise UserError("Join the room first.")
        student.tokens = min(BURST, student.tokens + REFILL * max(self.used - student.at, 0.0))
        student.at = self.used
        if student.tokens < 1:
            raise UserError("Too much at once; wait a few seconds.")
        student.tokens -= 1
        return student


class Rooms:
    """All rooms of a server, behind one lock."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self.lock, self.random = threading.Lock(), random
        self.rooms: OrderedDict[str, Room] = OrderedDict()  # the least recently used first

    def open(self, now: float) -> tuple[str, str]:
        """Open a room; returns its code and the teacher's key."""
        with self.lock:
            self._forget(now)
            code = next(code for code in iter(self._code, None) if code not in self.rooms)
            self.rooms[code] = Room(code, self.random(KEY).hex(), now)
            self._shrink()
            return code, self.rooms[code].key

    @contextmanager
    def at(self, code: str, now: float) -> Iterator[Room]:
        """The room with a code, for nobody else meanwhile; UserError if there is none."""
        with self.lock:
            self._forget(now)
            room = self.rooms.get(code)
            if room is None:
                kept = "".join(letter for letter in code if letter.isalnum())[:8]
                raise UserError(GONE.format(kept))
            room.used = max(room.used, now)
            self.rooms.move_to_end(code)
            try:
                yield room
            finally:
                self._shrink()

    def _code(self):
        return "".join(LETTERS[byte % len(LETTERS)] for byte in self.random(CODE))

    def _forget(self, now):
        for code in [c for c, room in self.rooms.items() if now - room.used > SECONDS]:
            del self.rooms[code]

    def _shrink(self):
        while len(self.rooms) > ROOMS or (
            len(self.rooms) > 1 and sum(room.size for room in self.rooms.values()) > BYTES
        ):
            self.rooms.popitem(last=False)


def typed(code: str) -> str:
    """A code as it was typed, in capital letters."""
    return "".join(code.split()).upper()[:20]
