"""Open the program to a class: `python -m ui.open_to_class` prints the address to share.

`streamlit run dashboard.py` listens to this machine alone; this listens to the room, under the
names by which students and the teacher's own browser reach the machine, and under no other.
"""

import argparse
import contextlib
import os
import re
import socket
import sys
from collections.abc import Sequence

import click
from streamlit.web import cli

from ui.jobs.broker import ROOT

LOOPBACK = ("localhost", "127.0.0.1")
NAME = re.compile(r"[a-z0-9][\w-]*(\.[\w-]+)*", re.ASCII | re.IGNORECASE)
PRIVATE = (
    "10.255.255.255"  # nothing is sent there: it tells which of its addresses the machine uses
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until this process is told to end; returns its exit status."""
    options = _options(arguments)
    names = list(dict.fromkeys((*options.name, *addresses())))
    if not names:
        sys.stderr.write("This machine is in no network; name its address: --name 192.168.1.20.\n")
        return 2
    sys.stdout.write(told(names, options.port))
    sys.stdout.flush()
    # In this process: a child would go on, open to the room, when only its parent is ended
    os.chdir(ROOT)
    command = ["run", "dashboard.py", *flags(names, options)]
    try:
        cli.main(command, "streamlit", standalone_mode=False)
    except click.Abort:  # Ctrl+C
        return 0
    except OSError as problem:
        at = f"{options.address}, port {options.port}"
        sys.stderr.write(f"Cannot listen to {at}: {problem.strerror or problem}.\n")
        return 2
    return 0


def addresses() -> list[str]:
    """The IPv4 addresses of this machine in its networks, the one in use first."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect((PRIVATE, 1))
        found.append(asked.getsockname()[0])
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return [one for one in dict.fromkeys(found) if not one.startswith(("127.", "0."))]


def told(names: Sequence[str], port: int) -> str:
    """What the teacher reads: the address to share, and how to stop."""
    others = "".join(f"\n  or, if that fails:  http://{name}:{port}" for name in names[1:])
    return (
        f"\n  Students open:      http://{names[0]}:{port}{others}"
        f"\n  On this machine:    http://localhost:{port}"
        "\n  To stop: Ctrl+C. Everybody in this network can open the address: docs/classroom.md\n"
    )


def flags(names: Sequence[str], options: argparse.Namespace) -> list[str]:
    """The options of `streamlit run`."""
    allowed = [part for name in (*LOOPBACK, *names) for part in ("--server.allowedHosts", name)]
    return [
        *("--server.address", options.address, "--server.port", str(options.port)),
        # Streamlit would ask another host for the address of this one, unless it knows it
        *("--server.headless", "true", "--browser.serverAddress", names[0]),
        *("--server.baseUrlPath", options.path),
        *allowed,
    ]


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m ui.open_to_class", description=__doc__)
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        type=_name,
        metavar="HOST",
        help="another name or address under which the machine is reached, the one to share first",
    )
    parser.add_argument("--port", type=_port, default=8501)
    parser.add_argument("--address", default="0.0.0.0", help="listen to this address alone")
    parser.add_argument("--path", default="", help="the path below which a proxy serves it")
    return parser.parse_args(arguments)


def _port(text):
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no port; choose one from 1024 to 65535")
    return int(text)


def _name(text):
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no host name; write it without http:// and port"
        )
    return text.lower()


if __name__ == "__main__":
    sys.exit(main())
