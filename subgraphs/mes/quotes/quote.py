"""What to answer to "what would this cost": a pure rule over what is known. No geometry."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.pricing.price import Price
from shared.messaging.events import RequestedLine
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.analyses.rough import rough
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.orders.plan import Known, request_of
from subgraphs.mes.refusal import Refusal


class QuoteStatus(StrEnum):
    """`COMPUTING`: an analysis is missing, so the price is rough, or there is none yet."""

    READY = "ready"
    COMPUTING = "computing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Quote:
    """`request` is the analysis that is missing, of the file with `content_hash`. Both are None
    when there is nothing to compute: the price is known, or the file is not."""

    status: QuoteStatus
    price: Price | None = None
    refusal: Refusal | None = None
    request: AnalysisRequest | None = None
    content_hash: str = ""


def quote(line: RequestedLine, known: Known) -> Quote:
    """The price of a line if its analysis is known, else a rough one, or why there is none."""
    request = request_of(line, known.book)
    if isinstance(request, Refusal):
        return _unavailable(known.why_none(line, request))
    answer = known.answer(request)
    if isinstance(answer, Refusal):
        return _unavailable(answer)
    if answer is None:
        return _computing(request, line, known)
    found = known.price(line, answer)
    return _unavailable(found) if isinstance(found, Refusal) else Quote(QuoteStatus.READY, found)


def _computing(request: AnalysisRequest, line: RequestedLine, known: Known) -> Quote:
    file = known.files.get(line.model_id)
    if not isinstance(file, KnownFile):
        return Quote(QuoteStatus.COMPUTING)
    refusal = known.certain_refusal(line, request)
    if refusal is not None:
        return _unavailable(refusal)
    guess = known.price(line, rough(request, file.facts))
    return Quote(
        QuoteStatus.COMPUTING,
        None if isinstance(guess, Refusal) else guess,
        request=request,
        content_hash=file.content_hash,
    )


def _unavailable(refusal: Refusal) -> Quote:
    return Quote(QuoteStatus.UNAVAILABLE, refusal=refusal)
