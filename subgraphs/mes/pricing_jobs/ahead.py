"""Analyses ahead of any order, so that a price is known when it is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.book import PriceBook
from shared.ids import new_id
from shared.live import changed
from shared.service import JobQueue
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.pricing_jobs.calling import call_worker
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow


def in_every_material(wanted: AnalysisRequest, book: PriceBook) -> list[AnalysisRequest]:
    """The same model at the same size and turn on the machines of every material, led by what is
    wanted: changing the material then needs no job."""
    others = dict.fromkeys(
        material.profile
        for material in book.materials
        if not material.by_hand and material.profile != wanted.profile
    )
    return [wanted, *(replace(wanted, profile=profile) for profile in others)]


async def analyse_ahead(
    session: AsyncSession,
    queue: JobQueue,
    content_hash: str,
    requests: Sequence[AnalysisRequest],
    lane: Lane = Lane.REGULAR,
) -> PricingJobRow | None:
    """The job for these requests, all of one model and led by the one that is asked for.

    An open job of the same leading request serves as well. None when that one has just ended.
    """
    jobs = PricingJobRepository(session)
    wanted = requests[0]
    key = wanted.key(content_hash)
    job_id = new_id()
    added = await jobs.add_ahead(
        {
            "id": job_id,
            "lane": lane,
            "stage": Stage.QUEUED,
            "model_id": wanted.model_id,
            "analysis_key": key,
            "requests": [request.to_dict() for request in requests],
            "queued_at": func.clock_timestamp(),
            "hinted_at": func.clock_timestamp(),
        }
    )
    if not added:
        return await jobs.latest_for_key(key)
    job = await jobs.find(job_id)
    if job is not None:
        call_worker(session, queue, job)
        changed(session, f"quote:{wanted.model_id}")
    return job
