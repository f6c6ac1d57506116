"""Installing from a bare Python: what is said when it cannot work, and pip without ensurepip."""

import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOWHERE = "http://127.0.0.1:9/simple"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the bootstrap looks at, with nothing to install."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "deploy" / "bootstrap", folder / "deploy" / "bootstrap")
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    (folder / "requirements.lock").write_text("")
    return folder


def _settings(**changes: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0", **changes}


def _run(checkout: Path, settings: Mapping[str, str], *before: str) -> tuple[int, str]:
    command = [sys.executable, *before, str(checkout / "deploy" / "bootstrap")]
    finished = subprocess.run(
        command, check=False, env=dict(settings), capture_output=True, text=True, timeout=120
    )
    return finished.returncode, finished.stdout + finished.stderr


def test_an_index_that_cannot_be_reached_gets_a_sentence(checkout: Path) -> None:
    exit_status, said = _run(checkout, _settings(PIP_INDEX_URL=NOWHERE))
    assert exit_status == 1
    assert f"The package index cannot be reached ({NOWHERE}" in said
    assert "PIP_INDEX_URL" in said
    assert "Traceback" not in said


def test_a_password_in_the_index_address_is_not_shown(checkout: Path) -> None:
    address = NOWHERE.replace("//", "//me:hunter2@")
    _, said = _run(checkout, _settings(PIP_INDEX_URL=address))
    assert "cannot be reached" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("import sys; sys.version_info = (3, 10, 1)", "Partline needs Python 3.11 or newer"),
        (
            "import shutil; shutil.disk_usage = "
            "lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6)",
            "is full: 1 MB are left and the installation needs",
        ),
    ],
    ids=["old python", "full disk"],
)
def test_a_machine_that_lacks_something_is_told_what(
    checkout: Path, change: str, sentence: str
) -> None:
    main = checkout / "deploy" / "bootstrap" / "__main__.py"
    text = main.read_text()
    future = "from __future__ import annotations\n"
    main.write_text(text.replace(future, f"{future}\n{change}\n", 1))
    exit_status, said = _run(checkout, _settings(PIP_INDEX_URL=NOWHERE))
    assert exit_status == 1
    assert sentence in said
    assert "Traceback" not in said


@pytest.fixture
def index(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A package index with one wheel of pip, which only says that it was run."""
    files = tmp_path / "index"
    (files / "simple" / "pip").mkdir(parents=True)
    wheel = files / "simple" / "pip" / "pip-99.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pip/__init__.py", "")
        archive.writestr("pip/__main__.py", "import sys; sys.exit('PIP RAN ' + sys.argv[-1])")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    page = files / "simple" / "pip" / "index.html"
    page.write_text(
        f'<a href="pip-9.0-py3-none-any.whl">old</a><a href="{wheel.name}#sha256={digest}">new</a>'
        '<a data-yanked="" href="pip-999.0-py3-none-any.whl">taken back</a><a href="pip.zip">z</a>'
    )

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(files))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple", page
        server.shutdown()
        thread.join()


def test_a_python_without_venv_gets_a_sentence(checkout: Path, index: tuple[str, Path]) -> None:
    file = checkout / "deploy" / "bootstrap" / "environment.py"
    file.write_text(file.read_text().replace("import venv ", "import no_venv_here "))
    exit_status, said = _run(checkout, _settings(PIP_INDEX_URL=index[0]))
    assert exit_status == 1
    assert "Python's venv module is missing" in said
    assert "Traceback" not in said


def _without_ensurepip(checkout: Path) -> None:
    file = checkout / "deploy" / "bootstrap" / "environment.py"
    file.write_text(file.read_text().replace('"ensurepip"', '"no_ensurepip_here"'))


def test_without_ensurepip_the_newest_pip_of_the_index_is_run(
    checkout: Path, index: tuple[str, Path]
) -> None:
    _without_ensurepip(checkout)
    exit_status, said = _run(checkout, _settings(PIP_INDEX_URL=index[0]))
    assert exit_status == 1
    assert "fetching pip from the package index" in said
    assert "PIP RAN" in said
    assert "pip-99.0-py3-none-any.whl" in said


def test_a_pip_that_is_not_what_the_index_says_is_not_run(
    checkout: Path, index: tuple[str, Path]
) -> None:
    address, page = index
    page.write_text(page.read_text().replace("#sha256=", "#sha256=0"))
    _without_ensurepip(checkout)
    exit_status, said = _run(checkout, _settings(PIP_INDEX_URL=address))
    assert exit_status == 1
    assert "is not what the package index says" in said
    assert "PIP RAN" not in said
