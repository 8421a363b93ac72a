"""Hostile files cost one child and give one verdict; the next file is read as if nothing had been."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from labeling import errors
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.sandbox import SandboxLimits, client, prepare_in_sandbox
from tests import phantoms
from tests.domain.dicom.test_reading import inside, nested

KEY = b"k" * 32
FILE = phantoms.radiograph(rows=20, columns=30)


@pytest.fixture(autouse=True)
def a_zygote():
    """Started beforehand, so that no test's clock pays for it."""
    prepare_in_sandbox(FILE, KEY)


def test_the_sandbox_gives_what_prepare_gives():
    for content in (FILE, memoryview(phantoms.ultrasound()), *phantoms.ct_series(slices=2)):
        assert prepare_in_sandbox(content, KEY) == prepare(content, Work(Pseudonyms(KEY)))


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", errors.EmptyFile), (b"hello", errors.NotDicom), (FILE[:-10], errors.TruncatedDicom)],
)
def test_a_refusal_arrives_as_the_same_error(content, error):
    with pytest.raises(error):
        prepare_in_sandbox(content, KEY)


def test_the_nested_damage_that_hangs_pydicom_ends_in_seconds():
    start = time.monotonic()
    for depth in (5, 10, 15):
        prepare_in_sandbox(inside(nested(depth)), KEY)
    with pytest.raises(errors.DicomTooDeep):
        prepare_in_sandbox(inside(nested(3000)), KEY)
    assert time.monotonic() - start < 5


UNDECODABLE = phantoms.radiograph(change=lambda ds: setattr(ds, "BitsStored", 40))
UNFOLLOWED = phantoms.radiograph(change=lambda ds: setattr(ds, "PhotometricInterpretation", "HSV"))


def large_file():
    return phantoms.radiograph(rows=6000, columns=6000)


def test_too_long_by_the_clock_is_a_timeout():
    with pytest.raises(errors.SandboxTimeout):
        prepare_in_sandbox(large_file(), KEY, limits=SandboxLimits(wall_seconds=0.05))
    assert prepare_in_sandbox(FILE, KEY).dataset


def test_too_much_memory_is_said():
    with pytest.raises((errors.SandboxMemory, errors.SandboxCrashed)):
        prepare_in_sandbox(large_file(), KEY, limits=SandboxLimits(memory_bytes=400 << 20))
    assert prepare_in_sandbox(FILE, KEY).dataset


def test_too_much_output_is_a_crash():
    with pytest.raises(errors.SandboxCrashed):
        prepare_in_sandbox(FILE, KEY, limits=replace(SandboxLimits(), output_bytes=500))


def processes():
    return client.processes("files")


def test_a_child_that_dies_waiting_costs_no_file():
    prepare_in_sandbox(FILE, KEY, owner="batch")
    _, child = processes()
    os.kill(child, signal.SIGKILL)
    time.sleep(0.2)
    for _ in range(3):
        assert prepare_in_sandbox(FILE, KEY, owner="batch").dataset


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_dies_at_its_file_is_a_crash_and_the_next_file_is_read(deadly):
    prepare_in_sandbox(FILE, KEY, owner="batch")
    content, (_, child) = large_file(), processes()
    threading.Timer(0.2, os.kill, (child, deadly)).start()
    with pytest.raises(errors.SandboxCrashed):
        prepare_in_sandbox(content, KEY, owner="batch")
    for _ in range(3):
        assert prepare_in_sandbox(FILE, KEY, owner="batch").dataset


def test_a_killed_zygote_is_started_again():
    zygote, _ = processes()
    os.kill(zygote, signal.SIGKILL)
    assert prepare_in_sandbox(FILE, KEY).dataset
    assert processes()[0] != zygote


def test_a_zygote_that_dies_at_a_file_costs_a_second_try_and_leaves_no_child():
    prepare_in_sandbox(FILE, KEY, owner="batch")
    zygote, child = processes()
    threading.Timer(0.2, os.kill, (zygote, signal.SIGKILL)).start()
    assert prepare_in_sandbox(large_file(), KEY, owner="batch").dataset
    assert processes()[0] != zygote
    assert_gone(child)


def child_after(owner, content=FILE, **limits):
    prepare_in_sandbox(content, KEY, owner=owner, limits=SandboxLimits(**limits))
    return processes()[1]


def test_files_of_one_owner_share_a_child_and_no_others_do():
    first = child_after("batch")
    assert child_after("batch") == first
    other = child_after("another")
    assert other != first
    assert_gone(first)
    assert child_after("batch") not in (first, other)


def test_other_limits_are_another_child():
    assert child_after("batch", cpu_seconds=10) != child_after("batch", cpu_seconds=20)


def test_a_file_without_an_owner_has_a_child_of_its_own():
    assert child_after("") != child_after("")


def test_a_child_is_replaced_after_so_many_files(monkeypatch):
    monkeypatch.setattr(client, "FILES_PER_CHILD", 3)
    child_after("before")
    children = [child_after("batch") for _ in range(7)]
    assert [children.count(child) for child in dict.fromkeys(children)] == [3, 3, 1]


@pytest.mark.parametrize("content", [b"hello", FILE[:-10], b""])
def test_a_refusal_of_our_own_reader_costs_no_child(content):
    child = child_after("batch")
    with pytest.raises(errors.BadDicom):
        prepare_in_sandbox(content, KEY, owner="batch")
    assert processes()[1] == child == child_after("batch")


@pytest.mark.parametrize("content", [UNDECODABLE, UNFOLLOWED])
def test_any_other_refusal_ends_the_child_at_once(content):
    child = child_after("batch")
    with pytest.raises(errors.BadDicom):
        prepare_in_sandbox(content, KEY, owner="batch")
    assert processes()[1] is None
    assert_gone(child)
    assert child_after("batch") != child


def test_neither_process_has_our_environment_or_the_key():
    os.environ["DATABASE_URL_OF_THE_TEST"] = "postgres://secret"
    try:
        client.stop_all()
        prepare_in_sandbox(FILE, KEY, owner="batch")
        for pid in processes():
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            assert b"secret" not in environment
            assert KEY.hex().encode() not in environment + Path(f"/proc/{pid}/cmdline").read_bytes()
    finally:
        del os.environ["DATABASE_URL_OF_THE_TEST"]


def test_threads_take_turns():
    results = []
    threads = [threading.Thread(target=lambda: results.append(prepare_in_sandbox(FILE, KEY))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == results[0] for result in results)


def test_a_forked_worker_starts_a_zygote_of_its_own():
    ours = processes()[0]
    read_end, write_end = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            prepare_in_sandbox(FILE, KEY)
            os.write(write_end, str(processes()[0]).encode())
        finally:
            os._exit(0)
    os.waitpid(worker, 0)
    theirs = int(os.read(read_end, 20))
    os.close(read_end)
    os.close(write_end)
    assert theirs != ours
    assert processes()[0] == ours
    assert prepare_in_sandbox(FILE, KEY).dataset
    assert_gone(theirs)


def test_a_killed_worker_leaves_no_process():
    code = (
        "import sys, time\n"
        "from tests import phantoms\n"
        "from labeling.sandbox import client, prepare_in_sandbox\n"
        "prepare_in_sandbox(phantoms.radiograph(rows=8, columns=9), b'k' * 32)\n"
        "print(client.processes('files')[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[2]
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
    zygote = int(worker.stdout.readline())
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert_gone(zygote)


def assert_gone(pid):
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the process still runs")
