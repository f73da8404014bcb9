"""How much memory a worker may take: less than the machine has, so that a computation that needs
too much ends with a sentence, and not with whatever the system chooses to kill. And how the server
keeps its own small.
"""

import contextlib
import ctypes
import os
from pathlib import Path

LEFT = 0.25  # of the machine's memory, for the server and everything else
LEAST = 1_500_000_000  # bytes: the largest text is read in that
# Parameters of mallopt in glibc: how many heaps there are, the size from which what is asked for is
# given back to the system when it is no longer needed, and the free end of a heap that is kept
ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1
CONTAINER = Path("/sys/fs/cgroup/memory.max")


def bound(workers: int) -> int:
    """Bytes for each of so many workers; 0 for no bound, where the system does not tell."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    with contextlib.suppress(OSError, ValueError):
        machine = min(machine, int(CONTAINER.read_text()))
    return max(LEAST, int((1 - LEFT) * machine / workers))


def limit(size: int) -> None:
    """Let this process have no more memory than that, 0 for any; where the system can do it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        if size:
            # What it writes to: the files of its libraries do not count
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def keep_small() -> None:
    """Let this process give back what it no longer needs, where its C library is glibc: each run of
    a page is a thread of its own, and by default threads get up to eight heaps a processor, in
    which what is free lies between what is kept.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another library
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018
        library.mallopt(ARENA_MAX, 2)
        library.mallopt(MMAP_THRESHOLD, 65_536)
        library.mallopt(TRIM_THRESHOLD, 131_072)
