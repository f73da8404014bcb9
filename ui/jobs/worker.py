"""A process that runs tasks for the server: `python -m ui.jobs.worker`, driven through its standard
input and output.

It takes pickled orders from the server that started it, `("run", number)` with
`("module:function", arguments)` after it, and `("cancel", number)`, and answers with `(number,
kind, item)`: "news" for each item the task yields, then "done", "canceled", "refused" (a
`UserError`) or "failed". An empty answer now and then says that it lives. It imports neither
streamlit nor altair, and ends when the server does.
"""

import importlib
import os
import pickle
import queue
import struct
import sys
import threading
import traceback

from core.errors import UserError

canceled = set()
waiting = queue.SimpleQueue()
BEAT = 1.0  # seconds between two signs of life


def listen(source):
    """Take orders until the server is gone, then end at once, whatever is being computed."""
    try:
        while True:
            kind, number = pickle.load(source)
            if kind == "cancel":
                canceled.add(number)
            else:
                waiting.put((number, *pickle.load(source)))
    except (EOFError, OSError):
        os._exit(0)
    except Exception:
        traceback.print_exc()
        os._exit(1)  # deaf to orders; the server starts another


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


def perform(number, name, arguments, answer):
    """Run one task, a generator, and send what it yields."""
    module, _, function = name.partition(":")
    try:
        for item in getattr(importlib.import_module(module), function)(*arguments):
            answer(number, "news", item)
            if number in canceled:
                return answer(number, "canceled", None)
        answer(number, "done", None)
    except UserError as error:
        answer(number, "refused", str(error))
    except MemoryError:
        answer(number, "refused", "There is not enough memory for these settings.")
    except Exception:
        answer(number, "failed", traceback.format_exc())
    finally:
        canceled.discard(number)


def main():
    """Serve until the server is gone."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    # a stray print must not end up among the answers
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers = queue.SimpleQueue()

    def answer(*message):
        answers.put(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))

    threading.Thread(target=listen, args=(sys.stdin.buffer,), daemon=True).start()
    threading.Thread(target=send, args=(answers, target), daemon=True).start()
    importlib.import_module("core.tasks")  # the slow imports, before the first job
    while True:
        perform(*waiting.get(), answer)


if __name__ == "__main__":
    main()
