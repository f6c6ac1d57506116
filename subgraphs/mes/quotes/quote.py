"""What to answer to "what would this cost": a pure rule over what is known. No geometry."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.pricing.analysis import Analysis
from jobs.pricing.price import Price, price
from jobs.pricing.refusal import PriceRefused
from shared.messaging.events import RequestedLine
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.orders.plan import Known, request_of
from subgraphs.mes.quotes.rough import rough
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
        return _unavailable(request)
    answer = known.answer(request)
    if isinstance(answer, Refusal):
        return _unavailable(answer)
    try:
        if answer is not None:
            return Quote(QuoteStatus.READY, _price(answer, line, known))
        return _computing(request, line, known)
    except PriceRefused as refused:
        return _unavailable(Refusal(refused.code, refused.sentence))


def _computing(request: AnalysisRequest, line: RequestedLine, known: Known) -> Quote:
    file = known.files.get(line.model_id)
    if not isinstance(file, KnownFile):
        return Quote(QuoteStatus.COMPUTING)
    guess = _price(rough(request, file.facts), line, known)
    return Quote(QuoteStatus.COMPUTING, guess, request=request, content_hash=file.content_hash)


def _price(analysis: Analysis, line: RequestedLine, known: Known) -> Price:
    return price(analysis, line.material, line.finish, line.quantity, known.book)


def _unavailable(refusal: Refusal) -> Quote:
    return Quote(QuoteStatus.UNAVAILABLE, refusal=refusal)
