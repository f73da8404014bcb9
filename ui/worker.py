"""A process that runs tasks for the server: `python -m ui.worker`, driven through its standard input and output.

It takes pickled `("run", number, "module:function", arguments)` and `("cancel", number)` from the server that started it
and answers with `(number, kind, item)`: "news" for each item the task yields, then "done", "cancelled", "refused" (a
`UserError`) or "failed". It imports neither streamlit nor altair, and ends when the server does.
"""
import importlib
import os
import pickle
import queue
import sys
import threading
import traceback

from core.errors import UserError

cancelled = set()
waiting = queue.SimpleQueue()


def listen(source):
    """Take orders until the server is gone, then end at once, whatever is being computed."""
    try:
        while True:
            order = pickle.load(source)
            if order[0] == "cancel":
                cancelled.add(order[1])
            else:
                waiting.put(order[1:])
    except (EOFError, OSError):
        os._exit(0)


def perform(number, name, arguments, answer):
    """Run one task, a generator, and send what it yields."""
    module, _, function = name.partition(":")
    try:
        for item in getattr(importlib.import_module(module), function)(*arguments):
            answer(number, "news", item)
            if number in cancelled:
                return answer(number, "cancelled", None)
        answer(number, "done", None)
    except UserError as error:
        answer(number, "refused", str(error))
    except MemoryError:
        answer(number, "refused", "There is not enough memory for these settings.")
    except Exception:
        answer(number, "failed", traceback.format_exc())
    finally:
        cancelled.discard(number)


def main():
    """Serve until the server is gone."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())       # a stray print must not end up among the answers

    def answer(*message):
        pickle.dump(message, target, protocol=pickle.HIGHEST_PROTOCOL)
        target.flush()

    threading.Thread(target=listen, args=(sys.stdin.buffer,), daemon=True).start()
    importlib.import_module("core.tasks")                   # the slow imports, while nobody waits yet
    while True:
        perform(*waiting.get(), answer)


if __name__ == "__main__":
    main()
