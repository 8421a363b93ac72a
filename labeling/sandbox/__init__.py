"""Reading hostile files in processes that are thrown away.

A zygote, started once per worker and kind of work with nothing of ours in its environment, has the libraries loaded
and forks a child. The child has limits on memory, processor time, clock and output, no network and no descriptors but
its own; what it says is checked like any other input.

A child serves up to 150 files of one owner (a batch), one after another, because forking for each file would cost more
than reading it. It is thrown away at once after an exception, a crash, a time-out, a want of memory, a change of owner
or limits, and after every refusal but those of our own reader before a codec for images has seen a byte (no DICOM, cut
short, not an image, no UID): a file that was refused for its pixels or its sizes never shares a process with the next
one. A file that takes its child over unseen reaches only later files of the batch that it came with, whose sender sent
it. A file that comes without an owner gets a child of its own.
"""

from labeling.sandbox.client import (
    deidentify_in_sandbox,
    find_text_in_sandbox,
    judge_overlay_in_sandbox,
    prepare_in_sandbox,
    remove_texts_in_sandbox,
)
from labeling.sandbox.limits import SandboxLimits

__all__ = [
    "SandboxLimits",
    "deidentify_in_sandbox",
    "find_text_in_sandbox",
    "judge_overlay_in_sandbox",
    "prepare_in_sandbox",
    "remove_texts_in_sandbox",
]
