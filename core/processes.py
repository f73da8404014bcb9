"""Work in the processes of one machine, which Ctrl-C ends."""

import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from joblib import Parallel, delayed, effective_n_jobs, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from core.threads import ALONE

Result = TypeVar("Result")


def as_they_end(
    task: Callable[..., Result], arguments: Iterable[tuple], jobs: int | None = None
) -> Iterator[Result]:
    """Yield task(*these) for these arguments and those, in any order, each computed in one thread.

    jobs: how many processes (None: one per core; 1: this one, with its threads).
    TerminatedWorkerError if a process dies; KeyboardInterrupt on Ctrl-C, when all have been ended.
    """
    processes = {"inner_max_num_threads": 1, "initializer": _ignore_interrupts}
    with parallel_config("loky", n_jobs=jobs or -1, **processes):
        if effective_n_jobs(None) == 1:
            yield from (task(*these) for these in arguments)
            return
        with _interrupts_end_processes() as interrupted:
            wanted = (these for these in arguments if not interrupted)
            try:
                with closing(unordered(alone, ((task, *these) for these in wanted))) as results:
                    # Pressed before there was a process to end: closing ends them
                    for result in () if interrupted else results:
                        if interrupted:
                            break
                        yield result
            except TerminatedWorkerError:
                if not interrupted:
                    raise
        if interrupted:
            raise KeyboardInterrupt


def unordered(task: Callable[..., Result], arguments: Iterable[tuple]) -> Any:
    """Yield task(*these) in any order, computed where `parallel_config` says."""
    return Parallel(return_as="generator_unordered", batch_size=1)(
        delayed(task)(*these) for these in arguments
    )


def alone(task: Callable[..., Result], *arguments: Any) -> Result:
    """Return task(*arguments), computed in one thread: each core has a process already."""
    os.environ[ALONE] = "1"
    return task(*arguments)


def _ignore_interrupts():
    """Ignore Ctrl-C, which a terminal sends to all processes: the one that started this handles
    it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupts_end_processes():
    """A context in which Ctrl-C ends the processes of this one; yields what is filled by it.

    An error raised in the middle of joblib can leave a process that nobody ends and this one waits
    for; the death of a process joblib expects at any time.
    """
    interrupted: list[bool] = []
    before = signal.getsignal(signal.SIGINT)
    if (
        before in (None, signal.SIG_IGN)
        or threading.current_thread() is not threading.main_thread()
    ):
        yield interrupted
        return

    def end_processes(*_):
        interrupted.append(True)
        for process in multiprocessing.active_children():
            process.terminate()
        # Ctrl-C has ended joblib's helpers, too
        warnings.filterwarnings("ignore", module="joblib")

    signal.signal(signal.SIGINT, end_processes)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
