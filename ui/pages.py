"""A page and its fragments come from one template.

A request without ``HX-Request`` gets the whole document. One with it names in ``HX-Target`` the
element that it will replace: ``main`` gets the page's main part with the navigation beside it, and
the id of a block gets that block alone.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ui import formats, states
from ui.flash import Flash, forget, remembered
from ui.frame import Frame
from ui.repetition import form_key

FOLDER = Path(__file__).parent
CONSOLES = ("shop", "editor", "crm", "operator")
MACROS = (
    "icon",
    "clock",
    "badge",
    "fields",
    "listing",
    "part",
    "price",
    "timeline",
    "dialogs",
    "delivery",
    "live",
)


@cache
def environment() -> Environment:
    """The templates, compiled once for a process."""
    loaders = {name: FileSystemLoader(FOLDER / name / "templates") for name in CONSOLES}
    loaders["components"] = FileSystemLoader(FOLDER / "components")
    jinja = Environment(
        loader=PrefixLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.filters.update(formats.FILTERS)
    jinja.globals.update(states.GLOBALS)
    jinja.globals["form_key"] = form_key
    for name in MACROS:
        jinja.globals[name] = jinja.get_template(f"components/{name}.html").module
    return jinja


def target(request: Request) -> str | None:
    """The id of the element that htmx will replace, or None for a whole document."""
    headers = request.headers
    if headers.get("hx-request") != "true" or headers.get("hx-history-restore-request") == "true":
        return None
    return headers.get("hx-target")


class Pages:
    """Renders templates with what the layout needs: who is here, theme, messages."""

    def __init__(self, jinja: Environment) -> None:
        self._jinja = jinja

    def render(
        self,
        request: Request,
        template: str,
        frame: Frame,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        flash: Flash | None = None,
    ) -> HTMLResponse:
        wanted = target(request)
        page = self._jinja.get_template(template)
        block = wanted if wanted in page.blocks and wanted != "main" else None
        layout = "fragment" if wanted == "main" else "document"
        values = self._values(request, frame, flash) | {
            "layout": f"components/{layout}.html",
            "alone": block or "",
            **context,
        }
        if block is None:
            html = page.render(values)
        else:
            html = "".join(page.blocks[block](page.new_context(values))) + self._beside(values)
        response = self._response(request, html, status, values)
        if wanted == "main" and not is_live(request) and _moves(request):
            response.headers["HX-Push-Url"] = _here(request)
            if _turns(request):
                response.headers["HX-Reswap"] = "innerHTML show:window:top"
        return response

    def fragment(
        self,
        request: Request,
        template: str,
        frame: Frame,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        flash: Flash | None = None,
    ) -> HTMLResponse:
        """A partial template alone, such as one row of a list, with what goes along with it."""
        values = {**self._values(request, frame, flash), **context}
        html = self._jinja.get_template(template).render(values) + self._beside(values)
        return self._response(request, html, status, values)

    def _values(self, request: Request, frame: Frame, flash: Flash | None) -> dict[str, Any]:
        # A live refetch leaves the remembered message to the page that it was meant for.
        kept = None if is_live(request) else remembered(request)
        return {
            "frame": frame,
            "theme": request.cookies.get("partline_theme", ""),
            "here": _here(request),
            "path": request.url.path,
            "query": dict(request.query_params),
            "flashes": [message for message in (flash, kept) if message is not None],
            "forget": kept is not None,
        }

    def _beside(self, values: Mapping[str, Any]) -> str:
        return self._jinja.get_template("components/beside.html").render(values)

    @staticmethod
    def _response(
        request: Request, html: str, status: int, values: Mapping[str, Any]
    ) -> HTMLResponse:
        headers = {"Vary": "HX-Request, HX-Target, Cookie", "Cache-Control": "no-store"}
        response = HTMLResponse(html, status, headers=headers)
        if values["forget"]:
            forget(response)
        return response


def is_live(request: Request) -> bool:
    """True when a live part refetches itself, rather than a person asking."""
    return request.headers.get("x-live") == "1"


def _moves(request: Request) -> bool:
    current = request.headers.get("hx-current-url", "")
    return request.method == "GET" and not current.endswith(_here(request))


def _turns(request: Request) -> bool:
    """Whether other things are read from now on, from the top: another page, or older entries."""
    before = urlsplit(request.headers.get("hx-current-url", ""))
    after = parse_qs(before.query).get("after", [None])[0]
    return (before.path, after) != (request.url.path, request.query_params.get("after"))


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
