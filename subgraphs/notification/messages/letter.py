"""What a message says: pure, from the facts of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from subgraphs.notification.messages.kinds import Kind

_FOLDER = Path(__file__).parent / "templates"

_TEXT = Environment(
    loader=FileSystemLoader(_FOLDER),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - plain text; the HTML part has an environment of its own
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HTML = Environment(
    loader=FileSystemLoader(_FOLDER),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """`link` is the address of the order's page, `their_reference` a partner's own number."""

    reference: str
    link: str
    name: str
    from_partner: bool
    their_reference: str | None


def compose(kind: Kind, order: OrderFacts, details: Mapping[str, str]) -> Letter:
    """The letter for `kind`. `details` by kind: priced `total`, `valid_until`, `how`; confirmed
    `total`; rejected and declined `reason`; shipped `carrier`, `tracking`. A missing detail raises
    UndefinedError."""
    facts = {"order": order, **details}
    subject = _TEXT.get_template(f"{kind.value}.subject").render(facts)
    return Letter(
        subject=" ".join(subject.split()),
        text=_TEXT.get_template(f"{kind.value}.txt").render(facts),
        html=_HTML.get_template(f"{kind.value}.html").render(facts),
    )
