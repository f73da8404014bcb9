"""From `streamlit run` to the first page, and the memory of a server whose one visitor has left:
python benchmarks/start.py [--old FOLDER].

With the folder of an older checkout both take turns, and ratios are told.
"""

import http.client
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from common import arguments, as_installed, heading, spread, table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import ROOT, Server
from sessions_for_tests import Session

REST = 4.0  # seconds until a server that nobody asks for anything has nothing left to do
ASK = 0.005  # seconds between two questions whether it answers
MEASURES = {
    "its page is there, s": 2,
    "first result, asked for at once, s": 2,
    "first result, asked for at rest, s": 2,
    "the server at rest, MB": 0,
    "its workers at rest, MB": 0,
}


class Started(Server):
    """A server whose page is asked for from the moment it is started."""

    def __enter__(self):
        # As on the disk of somebody who has started it before, whatever this machine says of it
        kept = Path(tempfile.gettempdir()) / "compiled-for-start"
        self.environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(kept)}
        self.begun = time.monotonic()
        return super().__enter__()

    def passed(self):
        """Seconds since it was started."""
        return time.monotonic() - self.begun

    def _wait_until_it_answers(self):
        while self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                asked = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
                asked.request("GET", "/")
                if asked.getresponse().read():
                    self.served = self.passed()
                    return
            time.sleep(ASK)
        raise RuntimeError(self.said())


def measured(root):
    """What MEASURES names, of a checkout."""
    with Started(root, environment=as_installed(root)) as server:
        first = _result(server)
    with Started(root, environment=as_installed(root)) as server:
        time.sleep(REST)
        asked = server.passed()
        later = _result(server) - asked
        time.sleep(REST)
        workers = sum(map(_memory, server.workers()))
        return server.served, first, later, _memory(server.process.pid), workers


def _result(server):
    """Seconds from its start until its first page is whole in a visitor's session."""
    with Session(server) as session:
        session.open("")
        session.wait(lambda session: session.finished and "Trained in" in session.said())
        return server.passed()


def _memory(process):
    """Its share of the machine's memory, MB; what processes share is divided among them."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.add_argument("--old", type=Path, help="folder of an older checkout to compare with")
    options = parser.parse_args()
    roots = {"old": options.old, "new": ROOT} if options.old else {"new": ROOT}
    for root in roots.values():
        measured(root)  # compiles, and fills the disk's cache
    turns = [[measured(root) for root in roots.values()] for _ in range(options.repeat)]
    rows = []
    for k, (name, digits) in enumerate(MEASURES.items()):
        columns = list(zip(*([found[k] for found in turn] for turn in turns), strict=True))
        ratios = [b / a for a, b in zip(columns[0], columns[-1], strict=True)]
        told = [f"{statistics.median(ratios):.2f}"] if options.old else []
        rows.append([name, *(spread(column, digits) for column in columns), *told])
    print(heading("From `streamlit run` to the first page: median (least-most)"))
    print(table(["measure", *roots, *(["new / old"] if options.old else [])], rows))


if __name__ == "__main__":
    main()
