"""Programs in JavaScript that tests compare ours with; their packages are installed on demand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

REQUIRED = "PARTLINE_REQUIRE_ORACLES"
"""Set, an oracle that is missing is a failure instead of a skipped test."""


class NodeOracle:
    """A folder with a `package.json` and a script that turns JSON into JSON.

    It is copied to the user's cache, where npm puts what it needs; nothing is installed in the
    tree.
    """

    def __init__(self, folder: Path, script: str) -> None:
        self._folder = folder
        self._script = script

    def ask(self, question: Any, *, seconds: float = 300) -> Any:
        """The script's answer. Skips the test where Node or its packages cannot be had."""
        place = self._installed()
        done = subprocess.run(
            ["node", self._script],
            cwd=place,
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return json.loads(done.stdout)

    def _installed(self) -> Path:
        if shutil.which("node") is None or shutil.which("npm") is None:
            _miss("node and npm are not installed")
        files = [self._folder / "package.json", self._folder / self._script]
        digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        place = cache / "partline" / "oracles" / f"{self._folder.name}-{digest}"
        if not place.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(dir=place.parent))
            try:
                for file in files:
                    shutil.copy(file, made)
                _install(made)
                if not place.is_dir():
                    made.rename(place)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        return place


def _install(place: Path) -> None:
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    try:
        done = subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        _miss("npm did not install the packages in time")
    if done.returncode != 0:
        _miss(f"npm could not install the packages: {done.stderr[-500:]}")


def _miss(reason: str) -> None:
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)
