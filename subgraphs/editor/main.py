"""The editor as a service."""

from functools import partial

from shared.idempotency.sweeper import IdempotencySweeper
from shared.service import Runtime, Service
from subgraphs.editor.demo.seed import seed
from subgraphs.editor.models.handlers import consumer
from subgraphs.editor.models.janitor import Janitor
from subgraphs.editor.models.processing import ModelProcessing, task
from subgraphs.editor.models.service import POOL
from subgraphs.editor.models.sweeper import ModelSweeper
from subgraphs.editor.schema import schema


def create(runtime: Runtime) -> Service:
    """Models: uploads, checks, pictures and how long they are kept."""
    return Service(
        "editor",
        runtime,
        schema,
        consumers=(consumer(runtime.settings.model_retention_days),),
        tasks={POOL: (task(ModelProcessing(runtime)),)},
        background=(
            ModelSweeper(runtime).run,
            Janitor(runtime).run,
            IdempotencySweeper(runtime.database).run,
        ),
        seed=partial(seed, runtime),
    )
