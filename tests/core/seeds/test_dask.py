"""A sweep on a real Dask cluster: a scheduler and two worker processes on loopback, one of them
killed in the middle.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.__main__ import main
from core.seeds import sweep, sweep_folder
from core.settings import TrainSettings

ROOT = Path(__file__).parents[3]
pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install -r requirements-dask.txt"
)
pytestmark = pytest.mark.peer
SWEEP = ["sweep", "polish", "--tokens", "20000", "--epochs", "6"]


def started(log, *arguments):
    """A Dask process, its output in a file."""
    with open(log, "w") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def wait_for(log, pattern, seconds=60):
    """The match of a pattern in a growing file."""
    for _ in range(10 * seconds):
        if match := re.search(pattern, log.read_text()):
            return match
        time.sleep(0.1)
    raise AssertionError(f"no {pattern!r} in {log.read_text()}")


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler, and two workers."""
    log, processes = tmp_path / "scheduler.log", []
    try:
        processes.append(
            started(log, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        )
        address = wait_for(log, r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")[1]
        for k in (1, 2):
            processes.append(
                started(
                    tmp_path / f"worker{k}.log",
                    "worker",
                    address,
                    "--nthreads",
                    "1",
                    "--no-nanny",
                    "--no-dashboard",
                    "--local-directory",
                    str(tmp_path / f"disk{k}"),
                )
            )
        for k in (1, 2):
            wait_for(tmp_path / f"worker{k}.log", "Registered to")
        yield address, processes[1:]
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()


@pytest.mark.timeout(400)
def test_a_sweep_survives_the_death_of_a_worker_and_redoes_nothing(cluster, tmp_path):
    address, (victim, _) = cluster
    out = tmp_path / "sweep"
    line = [
        sys.executable,
        "-m",
        "core",
        *SWEEP,
        "--seeds",
        "1-10",
        "--dask",
        address,
        "--out",
        str(out),
    ]
    with open(tmp_path / "sweep.log", "w") as output:
        running = subprocess.Popen(line, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(1_200):
            if len(list(out.glob("*.npz"))) >= 2:
                break
            time.sleep(0.1)
        done = {p.name: p.stat().st_mtime_ns for p in out.glob("*.npz")}
        assert 2 <= len(done) < 10, (tmp_path / "sweep.log").read_text()
        victim.send_signal(signal.SIGKILL)
        assert running.wait(200) == 0, (tmp_path / "sweep.log").read_text()
    finally:
        running.kill()
    text, _, planned = sweep_folder.read_plan(out)
    *_, found = sweep_folder.trials(out, list(planned), 0)
    assert [trial.settings.seed for trial in found] == list(range(1, 11))
    # Nothing finished was redone
    assert all((out / name).stat().st_mtime_ns == stamp for name, stamp in done.items())
    from core.texts import registry

    here = sweep.compute(registry.load(text), list(planned)[-1])
    assert found[-1].vectors.tobytes() == here.vectors.tobytes()  # the same bytes as without Dask


def test_a_scheduler_that_is_not_there_is_one_line_and_status_2(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sweep, "PATIENCE", 1)
    status = main([*SWEEP, "--seeds", "1", "--dask", "tcp://127.0.0.1:1", "--out", str(tmp_path)])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert (
        err.splitlines()[-1]
        == "python -m core: No Dask scheduler with a worker answers at tcp://127.0.0.1:1."
    )


def test_an_address_that_is_none(tmp_path, capsys):
    assert main([*SWEEP, "--seeds", "1", "--dask", "nonsense", "--out", str(tmp_path)]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_without_dask_the_option_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert (
        main([*SWEEP, "--seeds", "1", "--dask", "tcp://127.0.0.1:1", "--out", str(tmp_path)]) == 2
    )
    assert "requirements-dask.txt" in capsys.readouterr().err
    assert sweep.plan(TrainSettings(), (1,), {})
