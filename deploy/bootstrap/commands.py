"""Running installers, and making sense of what they say."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from failure import BootstrapError
from index import index_address, unreachable


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run an installer; what it says is shown only when it fails."""
    answer = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        explain(answer.stdout)
        last = "\n".join(answer.stdout.strip().splitlines()[-15:])
        raise BootstrapError(f"{Path(command[0]).name} could not install:\n{last}")


def explain(output: str) -> None:
    """Turn the usual troubles into a sentence. Raises BootstrapError for those."""
    lowered = output.lower()
    if "no space left on device" in lowered or "disk quota" in lowered:
        raise BootstrapError("The disk is full. Free some space and try again.")
    unreachable_signs = (
        "failed to establish a new connection",
        "temporary failure in name resolution",
        "name or service not known",
        "error sending request",
        "dns error",
        "connection refused",
        "network is unreachable",
    )
    if any(sign in lowered for sign in unreachable_signs):
        raise BootstrapError(unreachable(index_address(), "no connection"))
