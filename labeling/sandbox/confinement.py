"""The walls around a zygote and its children. Where the kernel refuses one, the others stand without it."""

import ctypes
import os
import resource
import signal
import struct

import numpy

import labeling
from labeling.sandbox.exchange import MAX_DOCUMENT
from labeling.sandbox.limits import SandboxLimits

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_CAPABILITIES = struct.pack("=Ii", 0x20080522, 0)  # version 3, of this process
_NOBODY = 65_534
_MAX_DESCRIPTORS = 64
_libc = ctypes.CDLL(None, use_errno=True)


def leave_the_machine() -> None:
    """For the zygote: a network without interfaces; root becomes nobody; then a user namespace.

    The namespace also keeps a child from tracing the worker where both are the same ordinary user.
    """
    if os.geteuid() == 0:
        _libc.unshare(_CLONE_NEWNET)
        _become_nobody()
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        _libc.unshare(_CLONE_NEWUSER)
    _libc.capset(_CAPABILITIES, bytes(24))  # a new namespace comes with all of them
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _become_nobody() -> None:
    """Unless nobody could read the program: modules are loaded when a file first needs them."""
    if not _nobody_can_read(labeling.__file__, numpy.__file__, ctypes.__file__):
        return
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _nobody_can_read(*paths: str) -> bool:
    os.setegid(_NOBODY)
    os.seteuid(_NOBODY)
    try:
        return all(os.access(path, os.R_OK, effective_ids=True) for path in paths)
    finally:
        os.seteuid(0)
        os.setegid(0)


def adopt_orphans() -> None:
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def confine(limits: SandboxLimits) -> None:
    """For a child: what holds as long as it lives. It cannot take these back."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold the file
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # no process of its own, except for root
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_DESCRIPTORS, _MAX_DESCRIPTORS))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    most = limits.output_bytes + MAX_DOCUMENT
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # deadly, as SIGXCPU is


def start_the_clocks(limits: SandboxLimits) -> None:
    """For one file: processor time counts from what the files before it used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


def stop_the_clocks() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
