"""What the files of a first visit cost the server: python benchmarks/files.py [--old FOLDER].

One connection asks for scripts of Streamlit one after the other, as each of a browser's six does.
"""

import http.client
import os
import statistics
import sys
import time
from pathlib import Path

import streamlit as st
from common import arguments, as_installed, heading, table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import ROOT, Server

FILES = 150
SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"


def processor(process):
    """Seconds of the processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(root, repeat):
    """Milliseconds a file: until it is there, and of the server's processor; medians."""
    names = sorted(path.name for path in SCRIPTS.glob("*.js"))[:FILES]
    found = []
    with Server(root, environment=as_installed(root) | {"WORD2VEC_LAB_FORESIGHT": "off"}) as server:
        time.sleep(3)  # the first page is being computed
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(repeat):
            begun, used = time.monotonic(), processor(server.process.pid)
            for name in names:
                connection.request("GET", f"/static/js/{name}")
                connection.getresponse().read()
            passed = time.monotonic() - begun
            found.append((passed, processor(server.process.pid) - used))
        connection.close()
    return [1000 * statistics.median(values) / len(names) for values in zip(*found, strict=True)]


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.add_argument("--old", type=Path, help="folder of an older checkout to compare with")
    options = parser.parse_args()
    roots = {"old": options.old, "new": ROOT} if options.old else {"new": ROOT}
    print(heading("Milliseconds a file of a first visit: medians"))
    rows = [
        [name, *(f"{value:.2f}" for value in measured(root, options.repeat))]
        for name, root in roots.items()
    ]
    print(table(["program", "until it is there", "the server's processor"], rows))


if __name__ == "__main__":
    main()
