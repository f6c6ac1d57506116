"""The gateways from npm, installed into a cache folder outside the repository."""

import os
import shutil
import subprocess
from pathlib import Path

import orjson

_PACKAGES = {
    "@apollo/gateway": "2.14.4",
    "@apollo/server": "5.5.1",
    "@graphql-hive/gateway": "2.15.1",
    "@graphql-hive/router-runtime": "1.4.23",
    "graphql": "16.15.0",
}
# Not every mirror of npm has the newest of what these depend on.
_OVERRIDES = {"@graphql-tools/batch-execute": "10.2.0"}


def installed() -> Path:
    """The folder whose node_modules has the gateways; installs them when they are not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "partline" / "benchmarks" / "gateway"
    wanted = orjson.dumps(
        {
            "private": True,
            "type": "module",
            "dependencies": _PACKAGES,
            "overrides": _OVERRIDES,
        }
    )
    done = folder / "installed.json"
    if not done.exists() or done.read_bytes() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(wanted)
        print("installing the Node gateways ...", flush=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True)
        done.write_bytes(wanted)
    for script in Path(__file__).parent.glob("*.mjs"):
        # Node looks for packages beside the script.
        shutil.copy(script, folder)
    return folder
