"""A zygote whose children can be asked to misbehave, as a file that took its child over would."""

import os
import resource
import signal
import socket
import struct
import time
from pathlib import Path

import numpy as np

from labeling.sandbox import exchange, zygote

SOCKET, ANSWERS = 100, 102  # as the zygote numbers them


def fine(content, request, limits):
    return {"seen": len(content)}, [b"one", b"two"]


def burn(content, request, limits):
    while True:
        pass


def some_work(content, request, limits):
    """Half a second of processor time."""
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
    return {}, []


def sleep(content, request, limits):
    time.sleep(600)


def sleep_without_alarm(content, request, limits):
    signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(600)


def close_and_sleep(content, request, limits):
    """Looks dead to the client, and is not."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.close(SOCKET)
    time.sleep(600)


def hog(content, request, limits):
    kept = []
    while True:
        kept.append(np.empty(64 << 20, np.uint8))


def die(content, request, limits):
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_anything(content, request, limits):
    raise RuntimeError("Zwetschkenbaum")


def grow(content, request, limits):
    """Large for a moment."""
    return {"size": len(bytearray(1100 << 20))}, []


def surroundings(content, request, limits):
    found = {"environment": dict(os.environ), "uid": os.getuid(), "groups": os.getgroups()}
    found["descriptors"] = sorted(int(path.name) for path in Path("/proc/self/fd").iterdir())
    found["core"] = resource.getrlimit(resource.RLIMIT_CORE)
    found["no_new_privs"] = "NoNewPrivs:\t1" in Path("/proc/self/status").read_text()
    found["interfaces"] = [name for _, name in socket.if_nameindex()]
    try:
        socket.create_connection(("127.0.0.1", int(bytes(content) or b"9")), timeout=1)
        found["network"] = True
    except OSError:
        found["network"] = False
    return found, []


def raise_memory_limit(content, request, limits):
    resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))
    return {}, []


def say(message, document=b""):
    os.ftruncate(ANSWERS, 0)
    os.pwrite(ANSWERS, document, 0)
    socket.socket(fileno=os.dup(SOCKET)).send(message)
    time.sleep(0.3)
    os._exit(0)


def forge(content, request, limits):
    """The content says what: "payload length, document length, document"."""
    payload, length, document = bytes(content).split(b",", 2)
    say(struct.pack("<QQ", int(payload), int(length)), document)


def say_something_short(content, request, limits):
    say(b"x")


def say_something_long(content, request, limits):
    say(bytes(1000))


def answer_twice(content, request, limits):
    """The second answer waits for the next file."""
    lengths = exchange.put(ANSWERS, [], {"code": "done", "answer": {"of": "nobody"}, "is_last": False})
    socket.socket(fileno=os.dup(SOCKET)).send(lengths)
    os.ftruncate(ANSWERS, 0)
    return {"of": "nobody"}, []


def leave_a_process(content, request, limits):
    """Another process of its own, which outlives it. Not everywhere can it have one."""
    try:
        left = os.fork()
    except BlockingIOError:
        return {"left": 0}, []
    if left == 0:
        os.setsid()
        time.sleep(600)
        os._exit(0)
    return {"left": left}, []


def keep_writing(content, request, limits):
    """The answer changes while it is read."""
    try:
        writer = os.fork()
    except BlockingIOError:
        return {}, [bytes(1 << 20)]
    if writer == 0:
        for _ in range(20_000):
            os.pwrite(ANSWERS, b"\xff" * 4096, 0)
        os._exit(0)
    return {}, [bytes(1 << 20)]


RUNS = (
    fine,
    burn,
    some_work,
    sleep,
    sleep_without_alarm,
    close_and_sleep,
    hog,
    die,
    raise_anything,
    grow,
    surroundings,
)
RUNS += (
    raise_memory_limit,
    forge,
    say_something_short,
    say_something_long,
    answer_twice,
    keep_writing,
    leave_a_process,
)

if __name__ == "__main__":
    zygote.main(zygote.warm_up, {run.__name__: run for run in RUNS})
