"""One teacher, a projector and three students in real browsers: a lesson from the door to the
receipts. Nobody but who is said to presses anything.

It takes half a minute or more, and is run by hand: pytest tests/browser/class_by_hand.py
"""

from urllib.parse import parse_qsl, urlsplit

import pytest
from browser_for_tests import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SIDEBAR = "document.querySelector('.stSidebar')"


def query(page):
    return dict(parse_qsl(urlsplit(page.url).query))


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def says(page, text):
    page.get_by_text(text).first.wait_for()


def test_a_lesson_with_a_teacher_and_three_students(visit, server):
    teacher = visit(f"{server.url}/Class")
    button(teacher, "Open a room").click()
    until(teacher, "location.search.includes('key=')")
    room = query(teacher)["room"]
    projector = visit(f"{server.url}/Class?room={room}&me=projector")
    students = [visit(f"{server.url}/Class?room={room}") for _ in range(3)]
    says(projector, "3 joined")
    assert "key" not in query(students[0])

    button(teacher, "Start").first.click()  # all come along
    for page in students:
        until(page, "location.pathname === '/' && location.search.includes('optimizer=sgd')")
    button(students[2], "Explore").first.click()  # one goes its own way
    until(students[2], "location.search.includes('explore=1')")
    button(teacher, "Next").click()
    for page in students[:2]:
        until(page, "location.pathname === '/Class' && location.search.includes('step=2')")
    assert urlsplit(students[2].url).path == "/"
    button(students[2], "Follow the teacher").click()
    until(students[2], "location.search.includes('step=2')")

    for k, page in enumerate(students):
        page.get_by_label("Your prediction", exact=False).first.fill(str(20 * k))
        button(page, "Predict, then go on").click()
        button(page, f"Train seed {k + 1}").click()
    for page in students:
        says(page, "It is in the room")
        lines = page.locator("[data-testid=stCode]").all_inner_texts()
        assert [line for line in lines if len("".join(line.split())) == 60]
    says(teacher, "3 of 3 have answered")
    button(teacher, "Reveal").click()
    says(projector, "In truth: 0%")
    button(teacher, "All runs in one picture").click()
    says(projector, "After 3 seeds")

    teacher.locator("body").press("p")
    until(teacher, f"!({SIDEBAR}) || {SIDEBAR}.getBoundingClientRect().width === 0")
    teacher.locator(".st-key-presenter").get_by_text(room).wait_for()
    teacher.locator("body").press("PageDown")
    for page in (teacher, *students):
        until(page, "location.search.includes('step=3')")
    until(teacher, "document.querySelector('[data-picture]')?.getBoundingClientRect().height > 480")
