"""Small factories for what pricing knows."""

from uuid import UUID, uuid4

from jobs.pricing.analysis import Analysis
from jobs.pricing.profiles import profile
from jobs.pricing.rough import rough_analysis
from jobs.pricing.seed import default_price_book
from shared.messaging.events import ModelFacts, RequestedLine
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.orders.plan import Known, request_of
from subgraphs.mes.refusal import Refusal

MODEL = uuid4()
BOOK = default_price_book()
FILE = KnownFile(
    object_key="models/1/original",
    size=1000,
    content_hash="hash",
    facts=ModelFacts(
        units="MM",
        units_certain=True,
        box_mm=(40, 30, 20),
        volume_mm3=8000,
        area_mm2=5000,
        triangles=500,
        bodies=1,
        watertight=True,
    ),
)


def analysis(code: str = "fdm-020", **change: object) -> Analysis:
    found = rough_analysis(profile(code), (40, 30, 20), 8000, 5000)
    fields = {**found.__dict__, "rough": False, **change}
    return Analysis(**fields)


def line(model_id: UUID = MODEL, **change: object) -> RequestedLine:
    fields = {"material": "PLA", "finish": "raw", "quantity": 10} | change
    return RequestedLine(line_id=uuid4(), model_id=model_id, **fields)  # type: ignore[arg-type]


def known(
    analyses: dict[str, Analysis | Refusal] | None = None,
    files: dict[UUID, KnownFile | Refusal] | None = None,
) -> Known:
    return Known({MODEL: FILE} if files is None else files, analyses or {}, BOOK)


def key(wanted: RequestedLine, code: str = "fdm-020") -> str:
    request = request_of(wanted, BOOK)
    assert not isinstance(request, Refusal)
    assert request.profile == code
    return request.key(FILE.content_hash)
