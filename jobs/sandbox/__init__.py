"""Computations in killable processes of their own.

    result = await run("jobs.pricing.entry.analyse", payload, limits=Limits(), directory=folder)

A small helper process (the zygote) has the libraries loaded and forks a child for each call, so a
call costs milliseconds more than the computation. The child may use what `Limits` says and stands
in `directory`, where alone it may write; cancelling the call kills it, and so does the death of the
calling process. On Linux the kernel keeps it from all other files but libraries and those that the
call names (landlock), and from other processes and the network (seccomp).
"""

from jobs.sandbox.failure import ComputationFailed
from jobs.sandbox.limits import DEFAULT_LIMITS, Limits
from jobs.sandbox.sandbox import Sandbox, run, warm_up

__all__ = ["DEFAULT_LIMITS", "ComputationFailed", "Limits", "Sandbox", "run", "warm_up"]
