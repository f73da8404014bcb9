"""A teacher and students of a room, as sessions with a running server."""

from urllib.parse import parse_qsl

from streamlit.proto.BackMsg_pb2 import BackMsg

SMALL = "tokens=5000&epochs=1"
STEP = "lesson=1_was_it_the_seed&step=4"  # trains the settings of the address


def answer(session, value):
    """The message that sends a number in the box of the question, with a press of its button."""
    (box,) = [one for one in session.all("number_input") if one.label.startswith("Your prediction")]
    labels = "Predict, then go on", "Change it"
    (button,) = [one for one in session.all("button") if one.label in labels]
    message = BackMsg()
    message.rerun_script.query_string = session.query
    message.rerun_script.page_name = session.page
    states = message.rerun_script.widget_states.widgets
    state = states.add()
    state.id, state.double_value = box.id, value
    state = states.add()
    state.id, state.trigger_value = button.id, True
    return message.SerializeToString()


def open_a_room(teacher):
    """Open a room with a question; returns its code."""
    teacher.open("Class", SMALL)
    teacher.wait(lambda s: "Open a room" in s.buttons() and s.finished)
    teacher.press("Open a room")
    teacher.wait(lambda s: s.finished and "0 joined" in s.said())
    teacher.open("Class", f"{teacher.query}&{STEP}")
    teacher.wait(lambda s: s.finished and "0 of 0 have answered" in s.said())
    return dict(parse_qsl(teacher.query))["room"]


def join(session, code):
    """Join as a student, and see the question."""
    session.elements.clear()
    session.open("Class", f"room={code}&{STEP}")
    session.wait(lambda s: s.finished and "Predict, then go on" in s.buttons())


def predict(session, value):
    """Answer the question, and see what comes after it."""
    session.finished = False
    session.socket.send(answer(session, value))
    session.wait(lambda s: s.finished and any(b.startswith("Train") for b in s.buttons()))


def train(session):
    """Train the seed that the student is given; returns it."""
    (label,) = [one for one in session.buttons() if one.startswith("Train seed")]
    session.press(label)
    session.wait(lambda s: "It is in the room" in s.said())
    return int(label.rpartition(" ")[2])
