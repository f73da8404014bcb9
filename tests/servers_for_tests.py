"""A real server of the dashboard, on a free loopback port, for tests with browsers and
websockets.
"""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 110  # limit for the start on a busy machine


class Server:
    """`streamlit run dashboard.py` as a user starts it; a context manager.

    root: another checkout of the program; environment: variables that differ; options: settings of
    Streamlit; port: that of a server that has ended; process: what `subprocess.Popen` takes
    besides.
    """

    def __init__(self, root=ROOT, environment=None, options=(), port=0, **process):
        self.root, self.options, self.port, self.process_options = root, options, port, process
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", self.port))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command()],
            cwd=self.root,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            **self.process_options,
        )
        self._wait_until_it_answers()
        return self

    def command(self):
        """What Python runs."""
        address = "--server.port", str(self.port), "--server.address", "127.0.0.1"
        headless = "--server.headless", "true"
        return ["streamlit", "run", "dashboard.py", *address, *headless, *self.options]

    def __exit__(self, *_):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        self.log.close()

    def said(self):
        """All that the server has printed."""
        return Path(self.log.name).read_text(encoding="utf8", errors="replace")

    def health(self, timeout=10.0):
        """How many seconds the health endpoint takes to answer."""
        started = time.monotonic()
        with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=timeout) as answer:
            assert answer.read() == b"ok"
        return time.monotonic() - started

    def workers(self):
        """Process ids of the server's workers that run."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, parent = stat.read_text().rpartition(")")[2].split()[:2]
                if int(parent) == self.process.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def _wait_until_it_answers(self):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:  # another process may have taken the port meanwhile
                raise RuntimeError(
                    f"the server stopped with status {self.process.returncode}: {self.said()}"
                )
            # printed once it listens, so the answer came from this server
            if f"127.0.0.1:{self.port}" in self.said():
                with contextlib.suppress(OSError):
                    self.health(1.0)
                    return
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"the server did not start in {SECONDS} s")


def most_workers():
    """How many workers a server on this machine may have."""
    return min(4, os.cpu_count() or 2)
