"""The configuration files of the embedded PostgreSQL, written anew before every start."""

from collections.abc import Mapping

from partline.embedded.ports import HOST

HOST_BASED_ACCESS = f"""\
# Written by Partline. Everyone signs in with a password, on the loopback address only.
host all all {HOST}/32 scram-sha-256
"""

_SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    # No socket file: its path may not pass 107 bytes, which a deep checkout would.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "autovacuum_max_workers": "2",
    "max_worker_processes": "4",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "TimeZone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%d ",
    "lc_messages": "C",
}


def postgresql_conf(port: int, *, durable: bool = True, host_based_access: str) -> str:
    """The text of `postgresql.conf`. Only tests may switch durability off."""
    settings = dict(_SETTINGS, port=str(port), hba_file=host_based_access)
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(["# Written by Partline before every start.", *lines, ""])


def _quoted(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
