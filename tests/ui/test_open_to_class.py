"""The command that opens the program to a class."""

import re

import pytest

from ui import open_to_class
from ui.jobs.broker import ROOT


@pytest.fixture
def started(monkeypatch):
    """The commands that would be run, on a machine with two addresses."""
    commands = []
    monkeypatch.setattr(open_to_class.cli, "main", lambda c, *_, **__: commands.append(c))
    monkeypatch.setattr(open_to_class.os, "chdir", lambda folder: None)
    monkeypatch.setattr(open_to_class, "addresses", lambda: ["192.168.1.20", "10.0.0.7"])
    return commands


def test_it_prints_the_address_to_share_and_listens_under_it(started, capsys):
    assert open_to_class.main([]) == 0
    (command,), said = started, capsys.readouterr().out
    assert "Students open:      http://192.168.1.20:8501" in said
    assert "http://localhost:8501" in said and "Ctrl+C" in said
    allowed = [command[k + 1] for k, part in enumerate(command) if part == "--server.allowedHosts"]
    assert allowed == ["localhost", "127.0.0.1", "192.168.1.20", "10.0.0.7"]
    assert command[command.index("--server.address") + 1] == "0.0.0.0"
    assert command[command.index("--browser.serverAddress") + 1] == "192.168.1.20"


def test_a_name_given_comes_first(started, capsys):
    assert open_to_class.main(["--name", "Lab.School.local", "--port", "9000"]) == 0
    assert "Students open:      http://lab.school.local:9000" in capsys.readouterr().out
    assert "lab.school.local" in started[0] and "192.168.1.20" in started[0]


@pytest.mark.parametrize("name", ["http://lab", "lab:8501", "*", "", "a b", "--x", "lab/", "a..b"])
def test_what_is_no_host_name_is_refused(started, capsys, name):
    with pytest.raises(SystemExit) as stopped:
        open_to_class.main([f"--name={name}"])
    assert stopped.value.code == 2 and not started
    assert "is no host name" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["80000", "0", "-1", "http", "8_501", "", "9" * 5_000])
def test_what_is_no_port_is_refused(started, capsys, port):
    with pytest.raises(SystemExit) as stopped:
        open_to_class.main([f"--port={port}"])
    assert stopped.value.code == 2 and not started
    assert "is no port" in capsys.readouterr().err


def test_an_address_of_another_machine_is_one_sentence(started, monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(open_to_class.cli, "main", refuse)
    assert open_to_class.main(["--address", "203.0.113.7"]) == 2
    said = "Cannot listen to 203.0.113.7, port 8501: Cannot assign requested address.\n"
    assert capsys.readouterr().err == said


def test_a_machine_without_a_network_is_told_so(started, monkeypatch, capsys):
    monkeypatch.setattr(open_to_class, "addresses", lambda: [])
    assert open_to_class.main([]) == 2 and not started
    assert "--name" in capsys.readouterr().err


def test_the_addresses_of_this_machine_lead_to_it_from_outside():
    for address in open_to_class.addresses():
        assert re.fullmatch(r"\d+(\.\d+){3}", address) and not address.startswith("127.")


def test_all_that_the_container_needs_is_copied_into_it():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf8").splitlines()
    copied = {part for line in lines if line.startswith("COPY") for part in line.split()[1:-1]}
    assert all((ROOT / part).exists() for part in copied)
    assert {"core", "ui", "pages", "data", "static", ".streamlit", "dashboard.py"} <= copied
