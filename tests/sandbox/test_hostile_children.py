"""A child that a file took over has no way out, and nothing it says is believed further than it can be checked."""

import json
import socket
import time

import pytest

from labeling import errors
from labeling.sandbox import SandboxLimits, client
from labeling.sandbox.operations import PREPARE, Operation, Request
from tests.sandbox.test_sandbox import assert_gone

POOL = client.Pool("tests.sandbox.hostile_zygote")
ENVIRONMENT = {"PATH", "PYTHONPATH", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LC_CTYPE", "GDCM_RESOURCES_PATH"}
SMALL = SandboxLimits(memory_bytes=1 << 30, cpu_seconds=1, wall_seconds=3, output_bytes=4 << 20)


@pytest.fixture(scope="module", autouse=True)
def the_zygote():
    yield
    POOL.discard()


@pytest.fixture(autouse=True)
def children_that_misbehave(monkeypatch):
    monkeypatch.setitem(client._pools, "files", POOL)
    monkeypatch.setattr(client, "_GRACE_SECONDS", 1.0)


def ask(name, content=b"", *, owner="batch", limits=SMALL, result=lambda answer, parts: (answer, parts)):
    operation = Operation(name, "files", result)
    return client.ask(operation, content, Request(b"k" * 32), owner, limits)


def child():
    return client.processes("files")[1]


def assert_the_next_file_is_read_by_another(before):
    assert before != child()
    assert ask("fine", b"abc") == ({"seen": 3}, [b"one", b"two"])
    assert child() != before
    assert_gone(before)


@pytest.mark.parametrize("owner", ["batch", ""])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("burn", errors.SandboxTimeout),
        ("sleep", errors.SandboxTimeout),
        ("sleep_without_alarm", errors.SandboxTimeout),
        ("close_and_sleep", errors.SandboxCrashed),
        ("hog", errors.SandboxMemory),
        ("die", errors.SandboxCrashed),
        ("raise_anything", errors.SandboxCrashed),
        ("raise_memory_limit", errors.SandboxCrashed),
        ("say_something_short", errors.SandboxCrashed),
        ("say_something_long", errors.SandboxCrashed),
        ("nothing_of_this_name", errors.SandboxCrashed),
    ],
)
def test_misbehaviour_ends_the_child_and_not_the_work(name, error, owner):
    ask("fine")
    before = child()
    with pytest.raises(error) as caught:
        ask(name, owner=owner)
    assert "Zwetschkenbaum" not in str(caught.value)
    assert child() is None
    assert_the_next_file_is_read_by_another(before)


@pytest.mark.parametrize(
    "forged",
    [
        "0,0,",
        "0,10,",
        "0,8388609,{}",
        "18446744073709551615,18446744073709551615,{}",
        "9223372036854775807,2,{}",
        "0,2,{}",
        "0,2,[]",
        "0,4,null",
        "0,2,[[",
        "0,3,NaN",
        "4194305,2,{}",
        '5,2,{"sizes":[5]}',
        *(f"0,{len(text)},{text}" for text in map(json.dumps, (
            {"sizes": [-1, 1], "code": "done", "answer": {}, "is_last": False},
            {"sizes": [1 << 40], "code": "done", "answer": {}, "is_last": False},
            {"sizes": 7, "code": "done", "answer": {}, "is_last": False},
            {"sizes": ["x"], "code": "done", "answer": {}, "is_last": False},
            {"sizes": []},
            {"sizes": [], "code": 7},
            {"sizes": [], "code": ["done"]},
            {"sizes": [], "code": "done"},
            {"sizes": [], "code": "done", "answer": [], "is_last": False},
            {"sizes": [], "code": "done", "answer": {}, "is_last": 1},
            {"sizes": [], "code": "Zwetschkenbaum"},
        ))),
        "0,20000," + "[" * 20000,
    ],
)  # fmt: skip
def test_a_forged_answer_is_a_crash(forged):
    with pytest.raises(errors.SandboxCrashed):
        ask("forge", forged.encode())
    assert ask("fine")[1] == [b"one", b"two"]


def test_a_forged_refusal_is_one_of_ours():
    text = json.dumps({"sizes": [], "code": "truncated", "detail": "Zwetschkenbaum"})
    with pytest.raises(errors.TruncatedDicom) as caught:
        ask("forge", f"0,{len(text)},{text}".encode())
    assert "Zwetschkenbaum" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "parts"),
    [({}, []), ({"offsets": [0, 1, 2], "header": {}}, [b"a", b"bc"]), ({"offsets": 5, "header": 5}, [b"a", b"b"])],
)
def test_an_answer_of_another_kind_is_a_crash(answer, parts):
    with pytest.raises(errors.SandboxCrashed):
        ask("fine", result=lambda *_: PREPARE.result(answer, parts))
    assert ask("fine")


def test_a_second_answer_is_not_taken_for_that_of_the_next_file():
    assert ask("answer_twice")[0] == {"of": "nobody"}
    before = child()
    time.sleep(0.5)  # until it has arrived
    assert ask("fine", b"12345")[0] == {"seen": 5}
    assert child() != before


def test_an_answer_that_changes_while_it_is_read_is_taken_or_refused():
    for _ in range(5):
        try:
            assert len(ask("keep_writing", owner="")[1][0]) == 1 << 20
        except errors.SandboxCrashed:
            continue


def test_a_child_has_no_network_no_environment_and_no_descriptor_but_its_own():
    with socket.create_server(("127.0.0.1", 0)) as server:
        found, _ = ask("surroundings", str(server.getsockname()[1]).encode())
    assert set(found["environment"]) <= ENVIRONMENT
    assert set(found["descriptors"]) <= {0, 1, 2, 3, 4, 100, 101, 102}  # 3 is the mapped request, 4 lists the folder
    assert found["no_new_privs"]
    assert found["core"] == [0, 0]
    assert found["uid"] != 0
    assert not found["network"]
    assert set(found["interfaces"]) <= {"lo"}


def test_processor_time_is_counted_for_each_file_anew():
    limits = SandboxLimits(cpu_seconds=1)
    ask("some_work", limits=limits)
    before = child()
    for _ in range(4):
        ask("some_work", limits=limits)
    assert child() == before
    with pytest.raises(errors.SandboxTimeout):
        ask("burn", limits=limits)


def test_a_child_that_grew_is_replaced():
    assert ask("grow", limits=SandboxLimits())[0] == {"size": 1100 << 20}
    assert child() is None


def test_what_a_child_started_ends_with_it():
    left = ask("leave_a_process")[0]["left"]
    ask("fine", owner="another")
    if left:
        assert_gone(left)


def test_what_a_child_started_ends_with_the_zygote():
    left = ask("leave_a_process")[0]["left"]
    POOL.discard()
    if left:
        assert_gone(left)
