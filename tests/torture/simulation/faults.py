"""How each kind of act befalls the world; every fault ends by itself or when all is healed."""

from collections.abc import Callable, Mapping
from uuid import UUID

import orjson

from tests.torture.simulation.bus import Faults
from tests.torture.simulation.outbox_rows import OUTBOX, envelope_of
from tests.torture.simulation.plan import IMPOSTOR, Act
from tests.torture.simulation.service import SERVICES, Replica, SimulatedService
from tests.torture.simulation.world import World

_MOST_STEPS = 120
_LONGEST_STOP = 14.0
_LONGEST_OUTAGE = 4.0
_LONGEST_TROUBLE = 6.0
_NOISE_SUBJECTS = 3


def perform(world: World, act: Act) -> None:
    """Let `act` happen now."""
    world.log(f"{act.kind} {act.which} {act.much:.3f}")
    _ACTS[act.kind](world, act)


def heal(world: World) -> None:
    """No fault from now on, and nothing that stands still."""
    world.bus.up = True
    world.bus.faults = Faults()
    for service in world.services.values():
        service.database.up = True
        service.database.lose_answers = 0
        service.database.slowest = 0.004
        for replica in service.replicas:
            replica.process.kill_in(None)
            replica.process.go_on()


def _order(world: World, _: Act) -> None:
    world.order()


def _edit(world: World, act: Act) -> None:
    world.edit(_some_order(world, act))


def _cancel(world: World, act: Act) -> None:
    world.cancel(_some_order(world, act))


def _refused(world: World, act: Act) -> None:
    world.refused(_some_order(world, act))


def _noise(world: World, act: Act) -> None:
    world.noise(UUID(int=act.which % _NOISE_SUBJECTS, version=4), act.which)


def _kill(world: World, act: Act) -> None:
    _some_replica(world, act).process.kill()


def _kill_in(world: World, act: Act) -> None:
    _some_replica(world, act).process.kill_in(int(act.much * _MOST_STEPS))


def _kill_all(world: World, act: Act) -> None:
    for replica in _some_service(world, act).replicas:
        replica.process.kill()


def _stop(world: World, act: Act) -> None:
    process = _some_replica(world, act).process
    process.stop()
    world.loop.later(act.much * _LONGEST_STOP, process.go_on)


def _database_crash(world: World, act: Act) -> None:
    database = _some_service(world, act).database
    database.crash()
    world.loop.later(act.much * _LONGEST_OUTAGE, database.restart)


def _database_cut(world: World, act: Act) -> None:
    _some_service(world, act).database.cut(act.much)


def _answers_lost(world: World, act: Act) -> None:
    _some_service(world, act).database.lose_answers = 1 + int(act.much * 4)


def _database_slow(world: World, act: Act) -> None:
    database = _some_service(world, act).database
    database.slowest = act.much * 2
    world.loop.later(_LONGEST_TROUBLE, lambda: setattr(database, "slowest", 0.004))


def _database_clock(world: World, act: Act) -> None:
    _some_service(world, act).database.skew += (act.much - 0.5) * 20


def _new_timeline(world: World, act: Act) -> None:
    _some_service(world, act).database.epoch += 1


def _bus_wiped(world: World, _: Act) -> None:
    world.bus.wipe()


def _bus_down(world: World, act: Act) -> None:
    world.bus.up = False
    world.loop.later(act.much * _LONGEST_OUTAGE, lambda: setattr(world.bus, "up", True))


def _trouble(name: str) -> Callable[[World, Act], None]:
    def begin(world: World, act: Act) -> None:
        faults = world.bus.faults
        setattr(faults, name, act.much * 0.8)
        seconds = world.loop.chance.uniform(0, _LONGEST_TROUBLE)
        world.loop.later(seconds, lambda: setattr(faults, name, 0.0))

    return begin


def _rubbish(world: World, act: Act) -> None:
    bodies = (b"", b"{}", b"\xff\x00", b'{"id": 7}', orjson.dumps({"number": act.which}))
    producer = SERVICES[act.which % len(SERVICES)]
    world.inject(producer, bodies[act.which % len(bodies)])


def _forgery(world: World, act: Act) -> None:
    """An event that says it comes from another producer than the stream that it is in."""
    service = _some_service(world, act)
    rows = list(service.database.store.table(OUTBOX).values())
    if rows:
        row = rows[act.which % len(rows)]
        another = SERVICES[(SERVICES.index(service.name) + 1) % len(SERVICES)]
        world.inject(service.name, envelope_of(another, row).encode())


def _impostor(world: World, act: Act) -> None:
    """A producer that was set back to an older state gives a version out again."""
    service = _some_service(world, act)
    envelopes = [
        envelope_of(service.name, row) for row in service.database.store.table(OUTBOX).values()
    ]
    seen = [envelope for envelope in envelopes if world.is_seen(envelope)]
    if seen:
        world.impostor(seen[act.which // len(SERVICES) % len(seen)])


def _replay(world: World, act: Act) -> None:
    world.replay(_some_service(world, act).name)


def _redrive(world: World, _: Act) -> None:
    world.redrive()


def _some_service(world: World, act: Act) -> SimulatedService:
    return world.services[SERVICES[act.which % len(SERVICES)]]


def _some_replica(world: World, act: Act) -> Replica:
    replicas = _some_service(world, act).replicas
    return replicas[act.which // len(SERVICES) % len(replicas)]


def _some_order(world: World, act: Act) -> UUID:
    orders = sorted(world.ledger.intended)
    return orders[act.which % len(orders)] if orders else world.order()


_ACTS: Mapping[str, Callable[[World, Act], None]] = {
    "order": _order,
    "edit": _edit,
    "cancel": _cancel,
    "refused": _refused,
    "noise": _noise,
    "kill": _kill,
    "kill_in": _kill_in,
    "kill_all": _kill_all,
    "stop": _stop,
    "database_crash": _database_crash,
    "database_cut": _database_cut,
    "answers_lost": _answers_lost,
    "database_slow": _database_slow,
    "database_clock": _database_clock,
    "new_timeline": _new_timeline,
    "bus_wiped": _bus_wiped,
    "bus_down": _bus_down,
    "bus_loses": _trouble("lost"),
    "bus_repeats": _trouble("repeated"),
    "bus_displaces": _trouble("displaced"),
    "bus_delays": _trouble("delayed"),
    "bus_refuses": _trouble("refused"),
    "bus_confirms_nothing": _trouble("unconfirmed"),
    "bus_forgets_acknowledgements": _trouble("acknowledgement_lost"),
    "rubbish": _rubbish,
    "forgery": _forgery,
    IMPOSTOR: _impostor,
    "replay": _replay,
    "redrive": _redrive,
}
