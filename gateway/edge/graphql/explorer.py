"""The explorer's page and its files."""

from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

_FOLDER = Path(__file__).parent.parent / "static" / "explorer"
_PAGE = (_FOLDER / "index.html").read_text(encoding="utf-8")


def explorer_page() -> Response:
    """GraphiQL, as a page without inline scripts."""
    return HTMLResponse(_PAGE)


def explorer_assets() -> StaticFiles:
    """The files of the page, from this package."""
    return StaticFiles(directory=_FOLDER)
