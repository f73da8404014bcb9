from ui.jobs.shares import QUANTUM, REMEMBERED, Shares


def test_a_new_visitor_comes_first_and_absence_saves_up_nothing():
    shares = Shares()
    shares.enter("a", set())
    shares.charge(["a"], 50.0)
    shares.enter("b", {"a"})
    assert shares.of(["a"]) - shares.of(["b"]) == QUANTUM
    shares.charge(["a"], 100.0)
    shares.enter("b", {"a"})  # b had no job meanwhile
    assert shares.of(["a"]) - shares.of(["b"]) == QUANTUM


def test_a_visitor_who_used_much_gains_nothing_by_asking_again():
    shares = Shares()
    for visitor in "ab":
        shares.enter(visitor, set("ab") & set(shares.used))
    shares.charge(["a"], 10.0)
    before = shares.of(["a"])
    shares.enter("a", {"b"})
    assert shares.of(["a"]) == before


def test_a_shared_job_is_charged_to_all_its_visitors_and_served_like_the_first_of_them():
    shares = Shares()
    shares.enter("a", set())
    shares.enter("b", set())
    shares.charge(["a"], 4.0)
    shares.charge(["a", "b"], 6.0)
    assert shares.of(["a"]) - shares.of(["b"]) == 4.0
    assert shares.of(["a", "b"]) == shares.of(["b"])
    assert shares.of([]) == float("inf")


def test_visitors_who_left_are_removed():
    shares = Shares()
    for k in range(2 * REMEMBERED):
        shares.enter(k, {k - 1} if k else set())
    assert len(shares.used) <= REMEMBERED + 2


def test_of_a_class_that_comes_at_once_nobody_stands_before_the_others():
    shares = Shares()
    shares.enter("long here", set())
    shares.charge(["long here"], 20.0)
    for k in range(30):
        shares.enter(k, {"long here", *range(k)})
    assert {shares.of([k]) for k in range(30)} == {shares.of(["long here"]) - QUANTUM}
