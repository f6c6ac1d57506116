"""Makes `.venv` and installs Partline into it. Needs nothing but Python 3.11 and the package index.

    python3 deploy/bootstrap [--test]

Installs what `requirements.lock` names (with --test, `requirements-test.lock`), each file checked
against its hash, and the project itself as an editable install. A second run sees that nothing has
changed and ends at once. pip's own configuration (PIP_INDEX_URL, PIP_CERT, pip.conf, proxies) is
honoured: everything is fetched by pip, or by uv with the same settings.

Some systems ship Python without `ensurepip`. Then the virtual environment is made without pip, and
pip is fetched from the package index as a wheel, which Python can run as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from commands import explain, run
from environment import PYTHON, ROOT, VENV, make_environment, works
from failure import BootstrapError, say
from index import check_index, configured

FLOOR = (3, 11)
STAMP = VENV / "partline-installed"
NEEDED_MEGABYTES = 1_500


def main(arguments: list[str]) -> int:
    """Install; gives the exit status."""
    lock = "requirements-test.lock" if "--test" in arguments else "requirements.lock"
    try:
        install(ROOT / lock)
    except BootstrapError as error:
        print(f"partline: {error}", file=sys.stderr)
        return 1
    return 0


def install(lock: Path) -> None:
    """Bring `.venv` to what `lock` says."""
    if sys.version_info < FLOOR:
        raise BootstrapError(
            f"Partline needs Python {FLOOR[0]}.{FLOOR[1]} or newer; {sys.executable} is "
            f"{sys.version.split()[0]}. Name a newer one: make up PYTHON=python3.12"
        )
    wanted = fingerprint(lock)
    if is_installed(lock, wanted):
        return
    check_disk()
    check_index()
    if not works(PYTHON):
        make_environment()
    STAMP.unlink(missing_ok=True)
    say(f"installing {lock.name} into .venv")
    pip = [str(PYTHON), "-m", "pip"]
    uv = find_uv(pip)
    installer = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [*pip, "install"]
    try:
        run([*installer, "--require-hashes", "-r", str(lock)], uv_environment() if uv else None)
    except BootstrapError:
        if not uv:
            raise
        say("uv could not install it; trying pip, which takes some minutes")
        uv, installer = None, [*pip, "install"]
        run([*installer, "--require-hashes", "-r", str(lock)])
    run([*installer, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], uv_environment())
    STAMP.write_text(json.dumps({"lock": lock.name, "fingerprint": wanted}))


def fingerprint(lock: Path) -> str:
    """A digest of everything that decides what is installed."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (lock, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def is_installed(lock: Path, wanted: str) -> bool:
    """Whether `.venv` is already what `lock` says, or that and the tests' packages as well."""
    if not (STAMP.is_file() and PYTHON.exists()):
        return False
    known = json.loads(STAMP.read_text())
    if known == {"lock": lock.name, "fingerprint": wanted}:
        return True
    tests = lock.with_name("requirements-test.lock")
    return bool(known == {"lock": tests.name, "fingerprint": fingerprint(tests)})


def check_disk() -> None:
    """Complain early rather than in the middle of it."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise BootstrapError(
            f"The disk with {ROOT} is full: {free} MB are left and the installation needs "
            f"{NEEDED_MEGABYTES} MB. Free some space and try again."
        )


def find_uv(pip: list[str]) -> str | None:
    """uv in `.venv`, installed on the way; None when this machine has no uv."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        command = [*pip, "install", "--quiet", "--disable-pip-version-check", "uv"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            explain(answer.stderr)
            return None
    usable = (
        uv.exists()
        and subprocess.run([str(uv), "--version"], capture_output=True, check=False).returncode == 0
    )
    return str(uv) if usable else None


def uv_environment() -> dict[str, str]:
    """pip's settings under the names that uv knows."""
    settings = {
        "UV_INDEX_URL": configured("index-url"),
        "UV_EXTRA_INDEX_URL": configured("extra-index-url"),
        "UV_FIND_LINKS": configured("find-links"),
        "SSL_CERT_FILE": configured("cert"),
        "UV_HTTP_TIMEOUT": configured("timeout"),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip does: the lock's hashes decide
    }
    return {name: value for name, value in settings.items() if value and name not in os.environ}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
