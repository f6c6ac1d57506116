"""What a change of material, finish, quantity or lead time costs beside an analysis.

    python -m tests.benchmarks.pricing.at_once [--part gear]

CPU time of the rule that answers a quote from what is known (no database, no network), over every
choice that the price book offers, and of the analyses behind it, which are not repeated.
"""

import argparse
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from jobs.meshes import read
from jobs.models.samples import sample_names, write_sample
from jobs.pricing.analyse import analyse_placed, placed
from jobs.pricing.profiles import profile
from jobs.pricing.seed import default_price_book
from shared.ids import new_id
from shared.messaging.events import ModelFacts, RequestedLine
from subgraphs.mes.analyses.repository import Answer
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.orders.plan import Known
from subgraphs.mes.pricing_jobs.ahead import in_every_material
from subgraphs.mes.quotes.quote import QuoteStatus, quote

QUANTITIES = (1, 7, 50, 1_000)
HASH = "0" * 64


def analysed(part: str, wanted: AnalysisRequest) -> tuple[dict[str, Answer], ModelFacts, float]:
    """The analyses for every material by key, what is known of the part, and their CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_sample(part, Path(folder) / "part.stl")
        began = time.process_time()
        mesh = placed(read(file))
        found: dict[str, Answer] = {
            request.key(HASH): analyse_placed(mesh, profile(request.profile), detail=True)
            for request in in_every_material(wanted, default_price_book())
        }
        seconds = time.process_time() - began
    measures = mesh.measures
    facts = ModelFacts(
        units="MM",
        units_certain=True,
        box_mm=measures.box,
        volume_mm3=measures.volume,
        area_mm2=measures.area,
        triangles=len(mesh.triangles),
        bodies=measures.bodies,
        watertight=measures.closed,
    )
    return found, facts, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=sample_names(), default="gear")
    part = parser.parse_args().part
    book, model = default_price_book(), new_id()
    wanted = AnalysisRequest(model, book.materials[0].profile)
    answers, facts, analysis_s = analysed(part, wanted)
    file = KnownFile("part.stl", 1, HASH, facts)
    known = Known({model: file}, answers, book)
    plain = RequestedLine(
        line_id=uuid4(), model_id=model, material="", finish="", quantity=1, scale=1.0, units="MM"
    )
    choices = [
        plain.model_copy(
            update={
                "material": material.code,
                "finish": finish,
                "quantity": quantity,
                "lead_time": lead_time.code,
            }
        )
        for material in book.materials
        if material.technology != "cnc"
        for finish in material.finishes
        for lead_time in book.lead_times
        for quantity in QUANTITIES
    ]
    began = time.process_time()
    quotes = [quote(choice, known) for choice in choices]
    each = (time.process_time() - began) / len(choices)
    ready = sum(one.status is QuoteStatus.READY for one in quotes)
    asking = sum(one.request is not None for one in quotes)
    print(f"{part}, {len(answers)} profiles analysed: {analysis_s * 1000:,.0f} ms of CPU")
    print(f"{len(choices)} choices: {ready} priced, {asking} ask for an analysis")
    print(f"a change of the choices: {each * 1000:.2f} ms, 1/{analysis_s / each:,.0f} of it")


if __name__ == "__main__":
    main()
