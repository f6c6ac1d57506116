"""Every statement of the inbox. Arrays go in as one value each, however many rows they are."""

from typing import Final

from sqlalchemy import text

_AGGREGATES: Final = "unnest(cast(:producers as text[]), cast(:aggregates as uuid[]))"
_OF_THE_EVENT: Final = "consumer, event_id, type, producer, aggregate_id, version, correlation_id"

# A row that exists is locked and not written: "do update ... where false" does just that.
LOCK_POSITIONS = text(f"""
insert into inbox_position as p (consumer, producer, aggregate_id, version)
select :consumer, a.producer, a.id, 0 from {_AGGREGATES} as a (producer, id)
on conflict (consumer, producer, aggregate_id) do update set version = p.version where false
""")  # noqa: S608

KNOWN = text("""
select p.version,
    exists (select from inbox_retry r where r.consumer = :consumer and r.event_id = e.id)
    or exists (select from dead_letter d where d.consumer = :consumer and d.event_id = e.id),
    exists (
        select from inbox_parked k
        where k.consumer = :consumer and k.producer = e.producer and k.aggregate_id = e.aggregate_id
    )
from unnest(
    cast(:producers as text[]), cast(:aggregates as uuid[]), cast(:events as uuid[])
) with ordinality as e (producer, aggregate_id, id, place)
join inbox_position p
    on p.consumer = :consumer and p.producer = e.producer and p.aggregate_id = e.aggregate_id
order by e.place
""")

INSERT_INBOX = text("""
insert into inbox (consumer, event_id) select :consumer, unnest(cast(:events as uuid[]))
""")

ADVANCE = text("""
update inbox_position p set version = a.version
from unnest(
    cast(:producers as text[]), cast(:aggregates as uuid[]), cast(:versions as bigint[])
) as a (producer, id, version)
where p.consumer = :consumer and p.producer = a.producer and p.aggregate_id = a.id
""")

# An inbox row is kept for thirty days at least; of what is older nothing can be told.
STRANGERS = text("""
select e.id
from unnest(
    cast(:producers as text[]), cast(:aggregates as uuid[]), cast(:versions as bigint[]),
    cast(:events as uuid[]), cast(:occurred as timestamptz[])
) as e (producer, aggregate_id, version, id, occurred_at)
where e.occurred_at > clock_timestamp() - interval '29 days'
    and not exists (select from inbox i where i.consumer = :consumer and i.event_id = e.id)
    and not exists (select from inbox_retry r where r.consumer = :consumer and r.event_id = e.id)
    and not exists (select from dead_letter d where d.consumer = :consumer and d.event_id = e.id)
    and not exists (
        select from inbox_parked k
        where k.consumer = :consumer and k.producer = e.producer
            and k.aggregate_id = e.aggregate_id and k.version = e.version and k.event_id = e.id
    )
""")

PARK = text(f"""
insert into inbox_parked ({_OF_THE_EVENT}, body)
select :consumer, e.* from unnest(
    cast(:events as uuid[]), cast(:types as text[]), cast(:producers as text[]),
    cast(:aggregates as uuid[]), cast(:versions as bigint[]), cast(:correlations as uuid[]),
    cast(:bodies as bytea[])
) as e
on conflict do nothing
""")  # noqa: S608

RELEASE = text(f"""
with reached as (
    select p.producer, p.aggregate_id, p.version
    from {_AGGREGATES} as a (producer, id)
    join inbox_position p
        on p.consumer = :consumer and p.producer = a.producer and p.aggregate_id = a.id
), taken as (
    delete from inbox_parked k using reached r
    where k.consumer = :consumer and k.producer = r.producer
        and k.aggregate_id = r.aggregate_id and k.version <= r.version + 1
    returning k.*, k.version > r.version as is_next
), strangers as (
    insert into dead_letter ({_OF_THE_EVENT}, body, attempts, error, trace)
    select {_OF_THE_EVENT}, body, 1, :strange, '' from taken t
    where not is_next and not exists (
        select from inbox i where i.consumer = :consumer and i.event_id = t.event_id
    )
    on conflict do nothing
)
insert into inbox_retry ({_OF_THE_EVENT}, body, attempts, error, trace, due_at)
select {_OF_THE_EVENT}, body, 0, '', '', clock_timestamp() from taken where is_next
on conflict do nothing
""")  # noqa: S608

KEEP = text(f"""
insert into inbox_retry ({_OF_THE_EVENT}, body, attempts, error, trace, due_at)
values (
    :consumer, :event, :type, :producer, :aggregate, :version, :correlation, :body,
    :attempts, :error, :trace, clock_timestamp() + make_interval(secs => :delay)
)
on conflict do nothing
""")  # noqa: S608

POSTPONE = text("""
update inbox_retry set
    error = :error, trace = :trace, failed_at = clock_timestamp(),
    due_at = clock_timestamp() + make_interval(secs => :delay)
where consumer = :consumer and event_id = :event and attempts = :attempt
""")

FINISH = text("""
delete from inbox_retry where consumer = :consumer and event_id = :event and attempts = :attempt
returning event_id
""")

# By statement_timestamp: no index is asked for what lies before the volatile clock_timestamp.
CLAIM = text("""
with due as (
    select event_id, error from inbox_retry
    where consumer = :consumer and due_at <= statement_timestamp()
    order by due_at limit 1 for update skip locked
)
update inbox_retry r set
    attempts = attempts + 1, error = :error, trace = :trace,
    due_at = clock_timestamp() + make_interval(secs => :lease)
from due where r.consumer = :consumer and r.event_id = due.event_id
returning r.event_id, r.correlation_id, r.body, r.attempts, due.error
""")

BURY = text(f"""
with given_up as (
    delete from inbox_retry
    where consumer = :consumer and event_id = :event and attempts = :attempt returning *
)
insert into dead_letter ({_OF_THE_EVENT}, body, attempts, error, trace)
select {_OF_THE_EVENT}, body, attempts, :error, :trace from given_up
on conflict do nothing
""")  # noqa: S608

BURY_STRANGERS = text(f"""
insert into dead_letter ({_OF_THE_EVENT}, body, attempts, error, trace)
select :consumer, e.*, 1, :strange, '' from unnest(
    cast(:events as uuid[]), cast(:types as text[]), cast(:producers as text[]),
    cast(:aggregates as uuid[]), cast(:versions as bigint[]), cast(:correlations as uuid[]),
    cast(:bodies as bytea[])
) as e
on conflict do nothing
""")  # noqa: S608

BURY_BODY = text("""
insert into dead_letter (consumer, event_id, type, producer, body, attempts, error, trace)
values (:consumer, :event, :type, :producer, :body, 1, :error, :trace)
on conflict do nothing
""")

REDRIVE = text(f"""
with chosen as (
    select event_id from dead_letter
    where consumer = :consumer and event_id = any(cast(:events as uuid[]))
        and discarded_at is null and aggregate_id is not null
    order by event_id for update
), revived as (
    delete from dead_letter d using chosen c
    where d.consumer = :consumer and d.event_id = c.event_id returning d.*
), waiting as (
    insert into inbox_retry ({_OF_THE_EVENT}, body, attempts, error, trace, due_at)
    select {_OF_THE_EVENT}, body, 0, error, trace, clock_timestamp() from revived
), audited as (
    insert into delivery_act (id, act, actor, consumer, event_id)
    select gen_random_uuid(), 'redrive', :actor, consumer, event_id from revived
)
select event_id from revived
""")  # noqa: S608

# Positions first, in the order of LOCK_POSITIONS, and only then the letters.
LOCK_POSITIONS_OF_LETTERS = text("""
select from inbox_position p
where p.consumer = :consumer and (p.producer, p.aggregate_id) in (
    select d.producer, d.aggregate_id from dead_letter d
    where d.consumer = :consumer and d.event_id = any(cast(:events as uuid[]))
)
order by p.producer collate "C", p.aggregate_id for update
""")

DISCARD = text("""
with chosen as (
    select event_id from dead_letter
    where consumer = :consumer and event_id = any(cast(:events as uuid[]))
        and discarded_at is null
    order by event_id for update
), closed as (
    update dead_letter d set
        discarded_at = clock_timestamp(), discarded_by = :actor, discard_reason = :reason
    from chosen c where d.consumer = :consumer and d.event_id = c.event_id returning d.*
), passed as (
    update inbox_position p set version = c.version from closed c
    where p.consumer = :consumer and p.producer = c.producer
        and p.aggregate_id = c.aggregate_id and p.version = c.version - 1
), audited as (
    insert into delivery_act (id, act, actor, consumer, event_id, reason)
    select gen_random_uuid(), 'discard', :actor, consumer, event_id, :reason from closed
)
select event_id, producer, aggregate_id from closed
""")

UNKNOWN = text("""
select e.id
from unnest(
    cast(:events as uuid[]), cast(:aggregates as uuid[]), cast(:versions as bigint[])
) with ordinality as e (id, aggregate_id, version, place)
left join inbox_position p
    on p.consumer = :consumer and p.producer = :producer and p.aggregate_id = e.aggregate_id
where e.version > coalesce(p.version, 0)
    and not exists (
        select from inbox_parked k
        where k.consumer = :consumer and k.producer = :producer
            and k.aggregate_id = e.aggregate_id and k.version = e.version
    )
    and not exists (select from inbox_retry r where r.consumer = :consumer and r.event_id = e.id)
    and not exists (select from dead_letter d where d.consumer = :consumer and d.event_id = e.id)
order by e.place
""")

WATERMARK = text("""
select epoch, cast(cast(tx as text) as bigint), seq from inbox_watermark
where consumer = :consumer and producer = :producer and epoch <> ''
""")

BEGIN_RESENDING = text("""
insert into inbox_watermark as w (consumer, producer, epoch, tx, seq, tries)
values (:consumer, :producer, '', '0', 0, 1)
on conflict (consumer, producer) do update set tries = w.tries + 1
returning w.tries - 1
""")

MOVE_WATERMARK = text("""
insert into inbox_watermark (consumer, producer, epoch, tx, seq)
values (:consumer, :producer, :epoch, cast(cast(:tx as text) as xid8), :seq)
on conflict (consumer, producer) do update set
    epoch = excluded.epoch, tx = excluded.tx, seq = excluded.seq, tries = 0,
    checked_at = clock_timestamp()
""")
