"""An attack of each kind through the sandbox: it is refused, and the next part is computed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.meshes import ModelRejected
from jobs.sandbox import Limits, Sandbox
from tests.unit.jobs import solids
from tests.unit.jobs.hostile import ENTITY_BOMB, zip_bomb


def attacks(folder: Path) -> Iterator[tuple[Path, str]]:
    """One file of each kind of attack, and the code that it is refused with."""

    def written(data: bytes) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.bin"
        path.write_bytes(data)
        return path

    binary = solids.stl(folder / "box.stl").read_bytes()
    yield written(binary[:80] + b"\xff\xff\xff\xff" + binary[84:]), "TRUNCATED"
    yield written(solids.ply("binary_little_endian").replace(b"x 8", b"x 999999999")), "TRUNCATED"
    yield written(solids.off().replace(b"8 6 12", b"999999999 6 0")), "TRUNCATED"
    yield written(solids.glb({"nodes": [{"mesh": 0, "children": [0]}]})), "BROKEN_FILE"
    yield written(solids.gltf(uri="http://127.0.0.1:1/x")), "EXTERNAL_REFERENCE"
    yield written(solids.obj().replace(b"v 0.0", b"v 1e999")), "NOT_FINITE"
    zip_bomb(folder / "bomb.3mf", declared=1 << 30)
    yield folder / "bomb.3mf", "ZIP_BOMB"
    yield solids.threemf(folder / "entities.3mf", before=ENTITY_BOMB), "XML_FORBIDDEN"
    nested = solids.object_xml(1) + "".join(
        f'<object id="{level}"><components>'
        + f'<component objectid="{level - 1}"/>' * 10
        + "</components></object>"
        for level in range(2, 12)
    )
    path = solids.threemf(folder / "nested.3mf", nested, '<item objectid="11"/>')
    yield path, "TOO_MANY_TRIANGLES"


async def test_every_attack_is_refused_in_the_sandbox_and_the_next_part_is_computed(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(["jobs.pricing.entry.analyse"])
    limits = Limits(cpu_s=2)

    async def analysed(path: Path) -> dict[str, Any]:
        payload = {"path": str(path), "profiles": ["sls-012"]}
        return await sandbox.run("jobs.pricing.entry.analyse", payload, limits=limits, reads=[path])

    good = solids.stl(tmp_path / "good.stl")
    await analysed(good)
    helper = sandbox.helper_pid
    for path, code in attacks(tmp_path):
        with pytest.raises(ModelRejected) as refusal:
            await analysed(path)
        assert refusal.value.code == code, path.name
        assert refusal.value.sentence.endswith(".")
        assert (await analysed(good))["analyses"]["sls-012"]["triangles"] == 12
    assert sandbox.helper_pid == helper
    sandbox.close()
