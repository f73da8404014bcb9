"""What a browser asks before it sends a file is answered, whatever runs meanwhile."""

import pytest
from sessions_for_tests import Session
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from ui import upload_answers


def test_an_answer_outlives_the_start_of_a_run_and_is_sent_once(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    upload_answers.keep()
    answer, started, shown = ForwardMsg(), ForwardMsg(), ForwardMsg()
    answer.file_urls_response.response_id = "uploader"
    started.new_session.name = "page"
    shown.delta.new_element.text.body = "of the run before"
    queue = ForwardMsgQueue()
    for message in (started, shown, answer):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["a fragment"])
    assert queue.flush() == [started, answer]
    assert queue.is_empty()


@pytest.mark.load
def test_a_visitor_who_brings_a_file_while_the_page_changes_gets_an_answer(server):
    question = BackMsg()
    question.file_urls_request.file_names.append("a.txt")
    with Session(server) as session:
        session.open("Glossary")
        session.wait(lambda s: s.finished)
        for _ in range(5):  # without our part, Streamlit drops nearly all of them
            session.urls = None
            session.socket.send(question.SerializeToString())
            session.open("Glossary")
            session.wait(lambda s: s.finished and s.urls is not None)
