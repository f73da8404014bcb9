import threading

import pytest

from core.classroom import rooms
from core.classroom.rooms import CLOSED, Board, Mistake, Result, Rooms
from core.errors import UserError


def ids(n):
    return [f"{k:016x}" for k in range(n)]


@pytest.fixture
def all_rooms():
    return Rooms()


@pytest.fixture
def code(all_rooms):
    return all_rooms.open(0.0)[0]


def result(seed, size=1_000):
    return Result(seed, 0.5, True, 0.3, bytes(28), bytes(size))


def test_codes_have_four_letters_and_keys_128_bits(all_rooms):
    found = [all_rooms.open(0.0) for _ in range(10)]
    assert all(len(code) == 4 and set(code) <= set(rooms.LETTERS) for code, _ in found)
    assert len({key for _, key in found}) == 10 and all(len(key) == 32 for _, key in found)


def test_a_code_is_never_given_twice():
    same = iter([bytes(4), bytes(16), bytes(4), bytes([1, 2, 3, 4]), bytes(16)])
    some = Rooms(lambda n: next(same))
    assert some.open(0.0)[0] != some.open(0.0)[0]


@pytest.mark.parametrize("code", ["", "ABCD", "<b>", "x" * 100_000, "nan"])
def test_a_wrong_code_is_refused_in_a_short_sentence(all_rooms, code):
    with pytest.raises(UserError) as told, all_rooms.at(code, 0.0):
        pass
    assert len(str(told.value)) < 200 and "<" not in str(told.value)


def test_a_room_is_forgotten_three_hours_after_its_last_use(all_rooms, code):
    with all_rooms.at(code, rooms.SECONDS - 1.0):
        pass
    with all_rooms.at(code, 2 * rooms.SECONDS - 2.0):
        pass
    with pytest.raises(UserError), all_rooms.at(code, 4 * rooms.SECONDS):
        pass


def test_a_clock_that_jumps_back_forgets_nothing(all_rooms, code):
    with all_rooms.at(code, 9_000.0) as room:
        room.join(ids(1)[0], "a")
    with all_rooms.at(code, 5.0) as room:
        assert len(room.students) == 1 and room.used == 9_000.0


def test_the_least_recently_used_room_makes_room(all_rooms, code):
    others = [all_rooms.open(1.0)[0] for _ in range(rooms.ROOMS - 1)]
    with all_rooms.at(code, 2.0):
        pass
    all_rooms.open(3.0)
    assert len(all_rooms.rooms) == rooms.ROOMS
    assert code in all_rooms.rooms and others[0] not in all_rooms.rooms


def test_all_rooms_together_stay_below_two_megabytes(all_rooms):
    for _ in range(rooms.ROOMS):
        code, _ = all_rooms.open(0.0)
        with all_rooms.at(code, 0.0) as room:
            for k, me in enumerate(ids(rooms.STUDENTS)):
                room.join(me, str(k))
                room.result(me, "one", result(k))
                room.result(me, "two", result(k))
    sizes = [room.size for room in all_rooms.rooms.values()]
    assert sum(sizes) <= rooms.BYTES and max(sizes) < rooms.BYTES / 2 and len(sizes) > 1


def test_a_student_comes_back_as_the_same_one_and_two_tabs_are_one(all_rooms, code):
    one, two = ids(2)
    with all_rooms.at(code, 0.0) as room:
        assert room.join(one, "a").number == 0 and room.join(two, "b").number == 1
        assert room.join(one, "c").number == 0 and len(room.students) == 2


@pytest.mark.parametrize("me", ["", "x" * 16, "<b>", "0" * 100_000])
def test_an_id_that_is_none_is_refused(all_rooms, code, me):
    with all_rooms.at(code, 0.0) as room, pytest.raises(UserError):
        room.join(me, "a")


def test_a_room_is_full_at_200_and_one_browser_brings_five(all_rooms, code):
    with all_rooms.at(code, 0.0) as room:
        for me in ids(5):
            room.join(me, "one")
        with pytest.raises(UserError, match="browser"):
            room.join("f" * 16, "one")
        for k, me in enumerate(ids(rooms.STUDENTS)):
            room.join(me, str(k))
        with pytest.raises(UserError, match="full"):
            room.join("f" * 16, "other")


def test_the_key_of_the_teacher_cannot_be_guessed(all_rooms):
    code, key = all_rooms.open(0.0)
    with all_rooms.at(code, 0.0) as room:
        room.teacher(key, "teacher")
        for guess in ["", key[:-1], "ą", "x" * 100_000, "0" * 32]:
            with pytest.raises(UserError, match="not the teacher"):
                room.teacher(guess, "student")
        with pytest.raises(UserError, match="Too many"):
            room.teacher(key, "student")  # even the right one, for a minute
        room.teacher(key, "teacher")  # another visitor is not locked out
    with all_rooms.at(code, rooms.WHILE + 1) as room:
        room.teacher(key, "student")


def test_each_seed_counts_once_and_two_settings_are_kept(all_rooms, code):
    one, two = ids(2)
    with all_rooms.at(code, 0.0) as room:
        room.join(one, "a"), room.join(two, "b")
        for run in ("x", "y", "z"):
            room.result(one, run, result(3))
            room.result(two, run, result(3))
        assert {run: list(seeds) for run, seeds in room.results.items()} == {"y": [3], "z": [3]}


def test_a_student_who_floods_is_stopped_and_others_are_not(all_rooms, code):
    one, two = ids(2)
    with all_rooms.at(code, 0.0) as room:
        room.join(one, "a"), room.join(two, "b")
        for k in range(int(rooms.BURST)):
            room.answer(one, "q", float(k))
        with pytest.raises(UserError, match="wait"):
            room.answer(one, "q", 1.0)
        room.answer(two, "q", 2.0)
        assert room.answers["q"] == {0: rooms.BURST - 1, 1: 2.0}
    with all_rooms.at(code, 2 / rooms.REFILL) as room:
        room.answer(one, "q", 5.0)


def test_answers_are_taken_until_the_question_is_closed(all_rooms, code):
    (one,) = ids(1)
    with all_rooms.at(code, 0.0) as room:
        with pytest.raises(UserError, match="Join"):
            room.answer(one, "q", 1.0)
        room.join(one, "a")
        room.answer(one, "q", 1.0)
        before = room.version
        room.answer(one, "q", 2.0)
        assert room.version > before
        room.stage("q", CLOSED)
        with pytest.raises(UserError, match="closed"):
            room.answer(one, "q", 3.0)
        assert room.answers["q"] == {0: 2.0}


def test_mistakes_of_one_student_are_few_and_count_once(all_rooms, code):
    (one,) = ids(1)
    with all_rooms.at(code, 0.0) as room:
        room.join(one, "a")
        for k in (0, 0, 1, 2, 3, 4, 5):
            room.mistake(one, Mistake("t", f"e{k}", "sign"))
        assert [m.expression for _, m in room.mistakes] == ["e1", "e2", "e3", "e4", "e5"]


def test_each_student_has_one_board_and_a_large_one_is_refused(all_rooms, code):
    (one,) = ids(1)
    small = Board(("king", "queen"), ("people",) * 2, bytes(4))
    with all_rooms.at(code, 0.0) as room:
        room.join(one, "a")
        room.place(one, small)
        before, size = room.version, room.size
        room.place(one, small)
        assert room.version == before and room.boards == {0: small}
        room.place(one, Board(small.words, small.groups, bytes(8)))
        assert room.version > before and len(room.boards) == 1 and room.size == size + 4
        with pytest.raises(UserError, match="letters"):
            room.place(one, Board(("x" * 800,) * 2, ("", ""), bytes(4)))


def test_the_teacher_leads_and_an_address_too_long_is_left(all_rooms, code):
    with all_rooms.at(code, 0.0) as room:
        room.go("Train", {"seed": ["3"]})
        room.go("Train", {"seed": ["3"]})
        assert room.leads == 1
        room.go("Train", {"words": ["x" * rooms.ADDRESS]})
        assert room.lead == ("Train", {"seed": ["3"]})


def test_many_threads_lose_nothing(all_rooms, code):
    def act(k):
        me = f"{k:016x}"
        for n in range(10):
            with all_rooms.at(code, 0.0) as room:
                room.join(me, str(k))
                room.answer(me, f"q{n}", float(k))

    threads = [threading.Thread(target=act, args=(k,)) for k in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with all_rooms.at(code, 0.0) as room:
        assert len(room.students) == 30
        assert all(len(room.answers[f"q{n}"]) == 30 for n in range(10))


def test_a_code_is_typed_in_any_way():
    assert rooms.typed(" bc df\n") == "BCDF"
