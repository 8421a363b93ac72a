"""Nothing outlives the process that started it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.local.running import ROOT, wait

GUARDIAN = ROOT / "annotation_site/local/guardian.py"
# A process that starts another one in a session of its own, both deaf to TERM.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
open(sys.argv[1] + "/" + str(os.getpid()), "w")
time.sleep(600)
"""


def arguments(parent, grace, *command):
    return [
        sys.executable, "-I", "-S", str(GUARDIAN), str(parent), str(int(signal.SIGTERM)), str(grace), "-", "-", *command
    ]  # fmt: skip


def started(folder):
    return [psutil.Process(int(path.name)) for path in folder.iterdir()]


def all_gone(processes):
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


@pytest.fixture
def pids(tmp_path):
    folder = tmp_path / "pids"
    folder.mkdir()
    return folder


def test_the_exit_code_is_passed_on():
    ended = subprocess.run(arguments(os.getpid(), 5, "sh", "-c", "exit 7"), check=False)
    assert ended.returncode == 7


def test_a_command_that_does_not_exist_is_named():
    ended = subprocess.run(arguments(os.getpid(), 5, "no-such-program"), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (127, "no-such-program cannot be run: No such file or directory\n")


def test_what_does_not_end_in_time_is_killed_with_all_it_started(pids):
    guardian = subprocess.Popen(arguments(os.getpid(), 0.5, sys.executable, "-c", STUBBORN, str(pids)))
    assert wait(lambda: len(list(pids.iterdir())) == 2, 60)
    family = started(pids)
    guardian.send_signal(signal.SIGTERM)
    assert guardian.wait(60) == 128 + signal.SIGKILL
    assert wait(lambda: all_gone(family), 5)


def test_quit_ends_it_at_once(pids):
    guardian = subprocess.Popen(arguments(os.getpid(), 600, sys.executable, "-c", STUBBORN, str(pids)))
    assert wait(lambda: len(list(pids.iterdir())) == 2, 60)
    begun = time.monotonic()
    guardian.send_signal(signal.SIGQUIT)
    guardian.wait(60)
    assert time.monotonic() - begun < 10


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_when_its_parent_is_killed_everything_goes(pids):
    parent_program = (
        f"import os, subprocess; subprocess.Popen({arguments('PID', 600, sys.executable, '-c', STUBBORN, str(pids))!r}"
    )
    parent_program = parent_program.replace("'PID'", "str(os.getpid())") + ").wait()"
    parent = subprocess.Popen([sys.executable, "-c", parent_program])
    assert wait(lambda: len(list(pids.iterdir())) == 2, 60)
    family = started(pids)
    parent.kill()
    parent.wait()
    assert wait(lambda: all_gone(family), 10)
