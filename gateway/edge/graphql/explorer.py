"""The explorer's page and its files."""

from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.edge.security_headers import CONTENT_SECURITY_POLICY

_FOLDER = Path(__file__).parent.parent / "static" / "explorer"
_PAGE = (_FOLDER / "index.html").read_text(encoding="utf-8")
# GraphiQL's style sheet carries its fonts within itself.
_POLICY = CONTENT_SECURITY_POLICY.replace("font-src 'self'", "font-src 'self' data:")


def explorer_page() -> Response:
    """GraphiQL, as a page without inline scripts."""
    return HTMLResponse(_PAGE, headers={"content-security-policy": _POLICY})


def explorer_assets() -> StaticFiles:
    """The files of the page, from this package."""
    return StaticFiles(directory=_FOLDER)
