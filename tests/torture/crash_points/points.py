"""The named points at which a process of the rig can be made to die, as by kill -9.

A point is put in by replacing a named method of the production code in the child process. It kills
at the first event of each type only: which ones it has killed at is kept in a folder, so that who
is started again comes past it.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.messaging.bus import Delivery
from shared.messaging.failures import Failures
from shared.messaging.inbox import Inbox
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.outbox_rows import SqlOutboxRows
from shared.messaging.receiver import Receiver

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Die = Callable[[Iterable[str]], None]
_WRITTEN, _SETTLED = "torture_written", "torture_settled"


@dataclass(frozen=True, slots=True)
class Point:
    """`install` is given what kills the process if it has not died there of one of these types."""

    name: str
    what: str
    install: Callable[[Die], None]


def crash_at(place: str) -> None:
    """Arm `POINT@FOLDER` in this process; `all@FOLDER` arms every point."""
    name, _, folder = place.partition("@")
    chosen = POINTS if name == "all" else {name: POINTS[name]}
    for point in chosen.values():
        point.install(partial(_die_once, Path(folder), point.name))


def died_of(folder: Path, point: str) -> frozenset[str]:
    """The types of events at which processes have died at `point`."""
    return frozenset(path.suffix.removeprefix(".") for path in folder.glob(f"{point}.*"))


def _die_once(folder: Path, point: str, types: Iterable[str]) -> None:
    for kind in types:
        try:
            os.close(os.open(folder / f"{point}.{kind}", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


def _around(
    owner: Any,
    method: str,
    *,
    before: Callable[..., None] | None = None,
    after: Callable[..., None] | None = None,
) -> None:
    """Call `before` with the arguments, or `after` with the answer and the arguments."""
    plain: Callable[..., Awaitable[Any]] = getattr(owner, method)

    @wraps(plain)
    async def armed(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            before(*arguments, **named)
        answer = await plain(*arguments, **named)
        if after is not None:
            after(answer, *arguments, **named)
        return answer

    setattr(owner, method, armed)


def _note_written(_: object, rows: Any, written: Any) -> None:
    rows._session.info.setdefault(_WRITTEN, []).append(type(written.event).__name__)


def _before_commit(die: Die) -> None:
    _around(SqlOutboxRows, "append", after=_note_written)
    sa.event.listen(Session, "before_commit", lambda s: die(s.info.get(_WRITTEN, ())))


def _after_commit(die: Die) -> None:
    _around(SqlOutboxRows, "append", after=_note_written)
    sa.event.listen(Session, "after_commit", lambda s: die(s.info.get(_WRITTEN, ())))


def _published(die: Die) -> None:
    published: dict[tuple[str, int], str] = {}

    def remember(found: Sequence[Any], rows: Any, *_: object) -> None:
        published.update({(_database(rows), row.seq): row.envelope.type for row in found})

    def mark(rows: Any, numbers: Sequence[int]) -> None:
        die([published[_database(rows), number] for number in numbers])

    _around(SqlOutboxRows, "unpublished", after=remember)
    _around(SqlOutboxRows, "mark", before=mark)


def _database(rows: Any) -> str:
    return str(rows._session.info["database"].name)


def _inside_batch(die: Die) -> None:
    _around(Inbox, "_handle", after=lambda _, __, ___, envelope: die([envelope.type]))
    _around(Inbox, "_tell", after=lambda _, __, ___, envelopes: die([e.type for e in envelopes]))


def _applied(die: Die) -> None:
    from shared.messaging.rabbitmq.transport import RabbitMQ
    from shared.messaging.redis_streams import RedisStreams

    def acknowledge(_: object, __: str, deliveries: Sequence[Delivery]) -> None:
        die([kind for delivery in deliveries if (kind := _type_in(delivery.body))])

    for transport in (RedisStreams, RabbitMQ):
        _around(transport, "acknowledge", before=acknowledge)


def _type_in(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["type"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""


def _resent(die: Die) -> None:
    resent: dict[tuple[str, str], list[str]] = {}

    def deliver(
        receiver: Receiver, producer: str, bodies: Sequence[bytes], earlier: int = 0
    ) -> None:
        resent[receiver.consumer.name, producer] = [_type_in(body) for body in bodies]

    def move(rows: Any, producer: str, *_: object) -> None:
        die(resent.pop((rows._consumer, producer), ()))

    _around(Receiver, "deliver_bodies", before=deliver)
    _around(SqlInboxRows, "move_watermark", before=move)


def _claimed(die: Die) -> None:
    def claimed(attempt: Any, *_: object) -> None:
        if attempt is not None:
            die([_type_in(attempt.body)])

    _around(Failures, "claim", after=claimed)


def _cured(die: Die) -> None:
    _around(SqlInboxRows, "redrive", before=lambda *_: die(["redrive"]))


def _redriven(die: Die) -> None:
    def noted(_: object, rows: Any, *__: object) -> None:
        rows._session.info[_SETTLED] = True

    def committed(session: Session) -> None:
        if session.info.pop(_SETTLED, False):
            die(["redrive"])

    _around(SqlInboxRows, "redrive", after=noted)
    sa.event.listen(Session, "after_commit", committed)


def _stored(die: Die) -> None:
    from shared.storage import ObjectStorage

    def put(_: object, __: ObjectStorage, key: str, *___: object) -> None:
        die([key.rpartition("/")[2].replace(".", "_")])

    _around(ObjectStorage, "put", after=put)
    _around(ObjectStorage, "put_file", after=put)


def _priced(die: Die) -> None:
    from subgraphs.mes.orders.repository import OrderRepository

    plain = OrderRepository.add_price

    def add_price(self: OrderRepository, row: Any) -> None:
        die(["OrderPriceCalculated"])
        plain(self, row)

    OrderRepository.add_price = add_price  # type: ignore[method-assign]


def _mailed(die: Die) -> None:
    from subgraphs.notification.sending import repository

    _around(repository, "sent", before=lambda *_: die(["mail"]))


def _called(die: Die) -> None:
    from subgraphs.notification.webhooks import repository

    _around(repository, "accepted", before=lambda *_, **__: die(["webhook"]))


_ALL = (
    Point("before-commit", "all is written, nothing is committed", _before_commit),
    Point("after-commit", "committed; nobody was answered, no relay called", _after_commit),
    Point("published-before-mark", "the bus has it, the outbox does not know", _published),
    Point("inside-batch", "a handler of a batch is done, the batch is not", _inside_batch),
    Point("applied-before-acknowledged", "the inbox has it, the bus does not know", _applied),
    Point("resent-before-watermark", "the reconciler brought it, and did not note it", _resent),
    Point("claimed-before-attempt", "the attempt is counted and was not made", _claimed),
    Point("cured-before-redrive", "the cause is mended, nothing is redriven", _cured),
    Point("redriven-before-attempt", "redriven, and no attempt was made", _redriven),
    Point("stored-before-row", "storage has the object, the row does not know", _stored),
    Point("priced-before-saved", "the price is computed and nowhere yet", _priced),
    Point("mailed-before-mark", "the mail server took it, the row does not know", _mailed),
    Point("called-before-mark", "the partner's server took it, the row does not know", _called),
)
POINTS: Mapping[str, Point] = {point.name: point for point in _ALL}
