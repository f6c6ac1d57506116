"""Every kind of fault and how often it happens."""

from collections.abc import Sequence

from tests.torture.chaos.faults import messages, network, processes, servers
from tests.torture.chaos.faults.fault import Fault
from tests.torture.chaos.options import Options

ALL: Sequence[Fault] = (
    Fault("kill", 30, processes.kill),
    Fault("freeze", 4, processes.freeze),
    Fault("rolling restart", 0.7, processes.replace, lane="rolling"),
    Fault("clock", 2, processes.skew, lane="clock"),
    Fault("backends terminated", 3, servers.backends, lane="postgres"),
    Fault("postgres crash", 1.2, servers.crash_postgres, lane="postgres"),
    Fault("flushall", 2, servers.flush, lane="valkey"),
    Fault("valkey killed", 0.7, servers.kill_valkey, lane="valkey"),
    Fault("valkey set back", 1, servers.set_valkey_back, lane="valkey"),
    Fault("rabbitmq killed", 1, servers.kill_rabbitmq, lane="rabbitmq", transport="rabbitmq"),
    Fault("rabbitmq wiped", 0.7, servers.wipe_rabbitmq, lane="rabbitmq", transport="rabbitmq"),
    Fault("storage killed", 1, servers.kill_storage, lane="storage"),
    Fault("cut", 4, network.cut, lane="network"),
    Fault("blackhole", 3, network.blackhole, lane="network"),
    Fault("delay", 2, network.delay, lane="network"),
    Fault("repeated events", 4, messages.repeat),
    Fault("acknowledgements lost", 2, messages.forget_acknowledgements, transport="redis"),
    Fault("rubbish", 1.5, messages.rubbish),
    Fault("poison", 1, messages.poison),
)


def chosen(options: Options) -> Sequence[Fault]:
    """Those that this run may use. Raises SystemExit for a kind that there is not."""
    unknown = set(options.only) - {fault.kind for fault in ALL}
    if unknown:
        kinds = ", ".join(fault.kind for fault in ALL)
        raise SystemExit(f"There is no fault {', '.join(sorted(unknown))}. There are: {kinds}")
    return [
        fault
        for fault in ALL
        if fault.transport in {None, options.transport}
        and (not options.only or fault.kind in options.only)
    ]
