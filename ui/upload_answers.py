"""Keeps the server's answers to uploaders.

A browser asks where to send a file before it sends it. Streamlit (1.67) drops the answer if a run
of the script begins before it is sent: the file then vanishes from the page without a word.
"""

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

KIND = "file_urls_response"
_clear = ForwardMsgQueue.clear


def keep() -> None:
    """Let the queues of all sessions keep these answers when a run of a script begins."""
    ForwardMsgQueue.clear = _keeping


def _keeping(queue, retain_lifecycle_msgs=False, fragment_ids_this_run=None):
    answers = [message for message in queue._queue if message.WhichOneof("type") == KIND]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
    if retain_lifecycle_msgs:  # else it is cleared because all of it is being sent
        kept = set(map(id, queue._queue))
        queue._queue += [message for message in answers if id(message) not in kept]
