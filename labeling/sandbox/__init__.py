"""Reading hostile files in a process that is thrown away.

A zygote, started once per worker with nothing of ours in its environment, has the libraries loaded and forks a
child per file. The child has limits on memory, processor time, clock and output; what it says is checked like any
other input.
"""

from labeling.sandbox.client import prepare_in_sandbox
from labeling.sandbox.limits import SandboxLimits

__all__ = ["SandboxLimits", "prepare_in_sandbox"]
