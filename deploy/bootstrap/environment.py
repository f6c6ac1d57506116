"""The virtual environment `.venv` with pip in it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from commands import run
from failure import BootstrapError, say
from index import download_pip

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def works(python: Path) -> bool:
    """Whether there is a virtual environment with pip, made by this very Python."""
    if not python.exists():
        return False
    asked = "import sys, pip; print(sys.version)"
    answer = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version


def make_environment() -> None:
    """A fresh `.venv` with pip in it."""
    say(f"making .venv with Python {sys.version.split()[0]}")
    try:
        import venv  # noqa: PLC0415 — Debian ships it in a package of its own
    except ImportError as error:
        raise BootstrapError(
            "Python's venv module is missing. Install it (on Debian and Ubuntu: "
            "apt install python3-venv) or name another Python: make up PYTHON=python3.12"
        ) from error
    try:
        venv.create(VENV, with_pip=False, clear=True, symlinks=True)
    except OSError as error:
        raise BootstrapError(f".venv cannot be made: {error}") from error
    answer = subprocess.run(
        [str(PYTHON), "-m", "ensurepip", "--default-pip"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        install_pip_from_index()


def install_pip_from_index() -> None:
    """Fetch pip's wheel and let it install itself: a wheel is a zip file that Python can run."""
    say("Python came without ensurepip; fetching pip from the package index")
    with tempfile.TemporaryDirectory() as folder:
        wheel = download_pip(Path(folder))
        runnable = [str(PYTHON), f"{wheel}/pip"]
        run([*runnable, "install", "--quiet", "--no-index", "--no-deps", str(wheel)])
