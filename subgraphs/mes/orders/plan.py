"""What to answer to a request to price an order: a pure rule over what is known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from jobs.pricing.agreement import Customer
from jobs.pricing.analysis import Analysis
from jobs.pricing.book import PriceBook
from jobs.pricing.once import PER_MATERIAL, PER_MODEL
from jobs.pricing.price import Price, offered, price
from jobs.pricing.profiles.milling import ASK_A_PERSON
from jobs.pricing.refusal import PriceRefused
from shared.messaging.events import RequestedLine
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.analyses.rough import has_exact_box, rough
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.refusal import Refusal

LARGEST_SCALE = 10_000
LARGEST_TOTAL = 2**31 - 1
"""Minor units. The graph's integers have 32 bits: a larger amount could be shown to nobody, and
would take the whole list that it stands in away from the people who work with it."""
FOR_A_PERSON = "ASK_A_PERSON"
"""The code of what has no price at once and is priced by a person."""
_ABOUT_SIZE = frozenset({"TOO_LARGE_FOR_MACHINES", "NEEDS_TURNING"})
_TOO_EXPENSIVE = Refusal(
    "TOO_EXPENSIVE",
    "This costs more than we can take in one order. Order fewer parts at a time.",
)


@dataclass(frozen=True)
class Refused:
    """There will be no price for these lines; `line_id` is the line at fault, if it is one."""

    line_id: UUID | None
    refusal: Refusal


@dataclass(frozen=True)
class Missing:
    """The price needs these analyses, and the files of these models."""

    requests: tuple[AnalysisRequest, ...]
    waiting_for: tuple[UUID, ...]


@dataclass(frozen=True)
class LinePriced:
    """A line with its price."""

    line: RequestedLine
    price: Price


@dataclass(frozen=True)
class LineAsked:
    """A line that a person prices; `refusal` says why."""

    line: RequestedLine
    refusal: Refusal


@dataclass(frozen=True)
class Asked:
    """All lines that can be computed have their prices; a person makes those of the others."""

    lines: tuple[LinePriced | LineAsked, ...]
    book_version: int

    @property
    def first(self) -> LineAsked:
        """The first line without a price; there is one."""
        return next(line for line in self.lines if isinstance(line, LineAsked))


@dataclass(frozen=True)
class Priced:
    """Every line has its price. Minor units; `total` includes `tax`."""

    lines: tuple[LinePriced, ...]

    @property
    def total(self) -> int:
        return sum(line.price.total_minor for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.price.tax_minor for line in self.lines)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why a person should look before the order is made, each reason once."""
        return tuple(dict.fromkeys(text for line in self.lines for text in line.price.review))


@dataclass(frozen=True)
class Known:
    """What mes knows: files by model, analyses and refusals by key, and for whom it prices.
    `spread` as `price` takes it."""

    files: Mapping[UUID, KnownFile | Refusal]
    analyses: Mapping[str, Analysis | Refusal]
    book: PriceBook
    customer: Customer | None = None
    spread: bool = True

    def answer(self, request: AnalysisRequest) -> Analysis | Refusal | None:
        """The analysis, the refusal of the file or of its analysis, or None: not known yet."""
        file = self.files.get(request.model_id)
        if file is None or isinstance(file, Refusal):
            return file
        return self.analyses.get(request.key(file.content_hash))

    def price(
        self, line: RequestedLine, analysis: Analysis, paid: frozenset[str] = frozenset()
    ) -> Price | Refusal:
        """The price of a line, or what could be chosen instead; `paid` as `price` takes it."""
        try:
            found = price(
                analysis,
                line.material,
                line.finish,
                line.quantity,
                self.book,
                lead_time=line.lead_time,
                customer=self.customer,
                paid=paid,
                spread=self.spread,
            )
        except PriceRefused as refused:
            return Refusal.of(refused)
        largest = max(found.total_minor, found.high_minor)
        return found if largest <= LARGEST_TOTAL else _TOO_EXPENSIVE

    def why_none(self, line: RequestedLine, refused: Refusal) -> Refusal:
        """Why a line whose analysis was refused has no price: a person is asked only when the file
        and the choice are all right."""
        if refused.code != FOR_A_PERSON:
            return refused
        file = self.files.get(line.model_id)
        if isinstance(file, Refusal):
            return file
        try:
            offered(
                line.material,
                line.finish,
                line.quantity,
                self.book,
                lead_time=line.lead_time,
                customer=self.customer,
            )
        except PriceRefused as wrong:
            return Refusal.of(wrong)
        return refused

    def certain_refusal(self, line: RequestedLine, request: AnalysisRequest) -> Refusal | None:
        """Why a line will have no price whatever its analysis says. Only its size can depend on
        the analysis, for the rough box of a part on its edge is larger than the part, and the
        amount."""
        file = self.files.get(line.model_id)
        if not isinstance(file, KnownFile):
            return None
        found = self.price(line, rough(request, file.facts))
        if not isinstance(found, Refusal) or found is _TOO_EXPENSIVE:
            return None
        return found if has_exact_box(request) or found.code not in _ABOUT_SIZE else None


def request_of(line: RequestedLine, book: PriceBook) -> AnalysisRequest | Refusal:
    """The analysis that pricing a line needs, or why it is not offered."""
    material = book.material(line.material)
    if material is None:
        names = ", ".join(known.code for known in book.materials)
        return Refusal(
            "UNKNOWN_MATERIAL", f"There is no material {line.material}. Choose one of {names}."
        )
    turned = all(math.isfinite(angle) for angle in line.rotation)
    if not (turned and 0 < line.scale <= LARGEST_SCALE):
        return Refusal(
            "SCALE_OUT_OF_RANGE",
            f"Choose a scale above 0 and up to {LARGEST_SCALE:,}, and angles in degrees.",
        )
    if material.by_hand:
        return Refusal(FOR_A_PERSON, ASK_A_PERSON)
    return AnalysisRequest(
        model_id=line.model_id,
        profile=material.profile,
        units=line.units,
        scale=line.scale,
        rotation=line.rotation,
    )


Outcome = Priced | Asked | Missing | Refused


def plan(lines: Sequence[RequestedLine], currency: str, known: Known) -> Outcome:
    """Price all lines, or say what is missing, or why there can be no price at all.

    A refusal of any line comes first: nothing is computed for an order that has no price. A
    person is asked last: when all other lines have theirs.
    """
    if currency != known.book.currency:
        sentence = f"Prices are in {known.book.currency}, not in {currency}. Order in that."
        return Refused(None, Refusal("CURRENCY_NOT_OFFERED", sentence))
    if not lines:
        return Refused(None, Refusal("NO_LINES", "There is nothing to price. Add a part."))
    priced: list[LinePriced | LineAsked] = []
    requests: list[AnalysisRequest] = []
    waiting: list[UUID] = []
    for line, paid in zip(lines, paid_before(lines), strict=True):
        outcome = price_line(line, known, paid)
        match outcome:
            case Refusal(code=code) if code == FOR_A_PERSON:
                priced.append(LineAsked(line, outcome))
            case Refusal():
                return Refused(line.line_id, outcome)
            case LinePriced():
                priced.append(outcome)
            case AnalysisRequest():
                requests.append(outcome)
                if line.model_id not in known.files:
                    waiting.append(line.model_id)
    if requests:
        return Missing(tuple(dict.fromkeys(requests)), tuple(dict.fromkeys(waiting)))
    return _answer(tuple(priced), known.book.version)


def _answer(lines: tuple[LinePriced | LineAsked, ...], version: int) -> Priced | Asked | Refused:
    computed = Priced(tuple(line for line in lines if isinstance(line, LinePriced)))
    if computed.total > LARGEST_TOTAL:
        return Refused(None, _TOO_EXPENSIVE)
    return computed if len(computed.lines) == len(lines) else Asked(lines, version)


def paid_before(lines: Sequence[RequestedLine]) -> list[frozenset[str]]:
    """For each line, what an earlier line of the order pays for it as well: preparing the same
    material, and laying out the same model for the same material."""
    seen: set[tuple[str, ...]] = set()
    paid = []
    for line in lines:
        keys = {
            PER_MATERIAL: (line.material,),
            PER_MODEL: (
                line.material,
                str(line.model_id),
                line.units,
                repr(line.scale),
                repr(line.rotation),
            ),
        }
        paid.append(frozenset(code for code, key in keys.items() if key in seen))
        seen.update(keys.values())
    return paid


def price_line(
    line: RequestedLine, known: Known, paid: frozenset[str]
) -> LinePriced | AnalysisRequest | Refusal:
    """The price of one line, the analysis that it waits for, or why it has none."""
    request = request_of(line, known.book)
    if isinstance(request, Refusal):
        return known.why_none(line, request)
    answer = known.answer(request)
    if answer is None:
        return known.certain_refusal(line, request) or request
    if isinstance(answer, Refusal):
        return answer
    found = known.price(line, answer, paid)
    return found if isinstance(found, Refusal) else LinePriced(line, found)
