"""Log lines: for people in a terminal, as JSON for machines; each with its request's id."""

import logging
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import structlog
from structlog.typing import Processor

_QUOTED = frozenset(" \t=\r\n\"'")
_OF_SEVERAL_LINES = frozenset({"exception", "stack"})

if TYPE_CHECKING:
    from shared.settings import Settings


def _visible(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What would move the cursor of a terminal or colour it, written out: paths and names that
    strangers send stand in the log."""
    for name, value in line.items():
        if not isinstance(value, str) or name in _OF_SEVERAL_LINES or value.isprintable():
            continue
        # structlog itself quotes values with these characters, but not what happened.
        if name == "event" or _QUOTED.isdisjoint(value):
            line[name] = repr(value)[1:-1]
    return line


def configure_logs(settings: "Settings") -> None:
    """As `write_logs`, in the form and from the level that the settings say."""
    write_logs(settings.log_format, settings.log_level)


def write_logs(form: str, level: str) -> None:
    """Send structlog and the standard library's logging to standard error in one form.

    `form` is `json` or anything else for people, `level` the least that is written. Whatever is
    bound with `structlog.contextvars` (request_id, correlation_id) is on every line written while
    it is bound.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            _visible,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,  # rich's shows local values
            ),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "httpx", "botocore", "boto3", "urllib3", "alembic", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
