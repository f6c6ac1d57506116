"""The explorer's page and its files."""

from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

_FOLDER = Path(__file__).parent.parent / "static" / "explorer"
_PAGE = (_FOLDER / "index.html").read_text(encoding="utf-8")
_GREETING = """# Write an operation here and run it.
# Ctrl-Space shows what there is to ask for.
# Headers, such as Authorization, go below.
{
  __typename
}
"""


def explorer_page(title: str = "GraphQL explorer", greeting: str = _GREETING) -> Response:
    """GraphiQL, as a page without inline scripts; `greeting` stands in its editor at first."""
    return HTMLResponse(_PAGE.format(title=escape(title), greeting=escape(greeting)))


def explorer_assets() -> StaticFiles:
    """The files of the page, from this package."""
    return StaticFiles(directory=_FOLDER)
