"""A process that runs tasks for the server: `python -m ui.jobs.worker BYTES`, driven through its
standard input and output. BYTES: memory that it may take, 0 for any.

It takes pickled orders from the server that started it, `("run", number)` with
`("module:function", arguments)` after it, then `("pause", number)`, `("resume", number)` and
`("cancel", number)`, and answers with `(number, kind)` and an item after it: "news" for each item
the task yields, then "paused", "done", "canceled", "refused" (a `UserError`) or "failed". An empty
answer now and then says that it lives. It imports neither streamlit nor altair, and ends when the
server does.
"""

import importlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from contextlib import suppress

from core.errors import UserError
from ui.jobs import memory

canceled, pausing = set(), set()  # numbers of tasks
paused = {}  # number -> the rest of its task
waiting = queue.SimpleQueue()
BEAT = 1.0  # seconds between two signs of life
# Seconds without an order in which it imports nothing: when a server starts, one worker does, and
# the processors are needed for what the first visitor waits for
PATIENCE = 3.0


def listen(source):
    """Take orders until the server is gone, then end at once, whatever is being computed."""
    try:
        while True:
            kind, number = pickle.load(source)
            if kind == "pause":
                pausing.add(number)
                continue
            if kind == "cancel":
                canceled.add(number)  # for the one that runs; the order is for one that is paused
            waiting.put((kind, number, *(pickle.load(source) if kind == "run" else ())))
    except (EOFError, OSError):
        os._exit(0)
    except Exception:
        traceback.print_exc()
        os._exit(1)  # deaf to orders; the server starts another


def orders():
    """The orders as they come. When none has come for a while, it makes the slow imports: a visitor
    who waits behind a job is not charged for them.
    """
    with suppress(queue.Empty):
        while True:
            yield waiting.get(timeout=PATIENCE)
    importlib.import_module("core.background_tasks")
    yield from iter(waiting.get, None)


def send(answers, target):
    """Pass the answers on, each after its length; a server that is slow to read must not slow down
    the task.
    """
    while True:
        try:
            content = answers.get(timeout=BEAT)
        except queue.Empty:
            content = b""
        for part in (struct.pack("<Q", len(content)), content):
            view = memoryview(part)
            while view:
                view = view[target.write(view) :]


def obey(answer, kind, number, name="", arguments=()):
    """Run, resume or forget a task, a generator function."""
    if kind == "run":
        perform(number, begun(name, arguments), answer)
    elif kind == "resume":
        perform(number, paused.pop(number), answer)
    else:
        if number in paused:
            paused.pop(number).close()
        canceled.discard(number)


def begun(name, arguments):
    """The items of a task; what goes wrong before the first goes wrong with it."""
    module, _, function = name.partition(":")
    yield from getattr(importlib.import_module(module), function)(*arguments)


def perform(number, items, answer):
    """Send what a task yields, until its end or until it is to pause."""
    try:
        for item in items:
            answer(number, "news", item)
            if number in canceled:
                items.close()
                return answer(number, "canceled", None)
            if number in pausing:
                paused[number] = items
                return answer(number, "paused", None)
        answer(number, "done", None)
    except UserError as error:
        answer(number, "refused", str(error))
    except MemoryError:
        answer(number, "refused", "There is not enough memory for these settings.")
    except Exception:
        answer(number, "failed", traceback.format_exc())
    finally:
        canceled.discard(number)
        pausing.discard(number)


def main():
    """Serve until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, whose end is heard of
    memory.limit(int(sys.argv[1]))
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    # a stray print must not end up among the answers
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers = queue.SimpleQueue()

    def answer(number, kind, item):
        # The item by itself: the server knows it again
        parts = (number, kind), item
        answers.put(b"".join(pickle.dumps(part, pickle.HIGHEST_PROTOCOL) for part in parts))

    threading.Thread(target=listen, args=(sys.stdin.buffer,), daemon=True).start()
    threading.Thread(target=send, args=(answers, target), daemon=True).start()
    for order in orders():
        obey(answer, *order)


if __name__ == "__main__":
    main()
