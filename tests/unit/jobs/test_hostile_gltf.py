"""Hostile glTF, as text and as GLB, is refused before it costs anything."""

from pathlib import Path

import pytest

from jobs.meshes import ModelRejected, ReadLimits, read
from tests.unit.jobs import solids
from tests.unit.jobs.hostile import refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"buffers": [{"byteLength": 9, "uri": "http://127.0.0.1:1/x"}]}, "EXTERNAL_REFERENCE"),
        ({"buffers": [{"byteLength": 9, "uri": "../../etc/passwd"}]}, "EXTERNAL_REFERENCE"),
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "UNSUPPORTED_FORMAT"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "BROKEN_FILE"),
        ({"nodes": [{"mesh": 5}]}, "BROKEN_FILE"),
        ({"bufferViews": [{"buffer": 0, "byteOffset": -4, "byteLength": 9}] * 2}, "BROKEN_FILE"),
    ],
)
def test_a_glb_that_reaches_outside_or_loops_is_refused(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    assert refused(tmp_path, solids.glb(change)) == code


def test_glb_nodes_that_are_multiplied_out_by_having_many_parents_are_refused(
    tmp_path: Path,
) -> None:
    levels: list[dict[str, object]] = [{"children": [level + 1] * 10} for level in range(6)]
    assert refused(tmp_path, solids.glb({"nodes": [*levels, {"mesh": 0}]})) == "BROKEN_FILE"


def test_a_glb_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    accessor = {"bufferView": 0, "componentType": 5126, "count": 20_000_000, "type": "VEC3"}
    accessors = [accessor, {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"}]
    assert refused(tmp_path, solids.glb({"accessors": accessors})) == "TRUNCATED"
    assert refused(tmp_path, solids.glb()[:-30]) == "TRUNCATED"


def test_a_chain_of_glb_nodes_deeper_than_any_part_is_refused(tmp_path: Path) -> None:
    chain: list[dict[str, object]] = [{"children": [level + 1]} for level in range(50_000)]
    assert refused(tmp_path, solids.glb({"nodes": [*chain, {"mesh": 0}]})) == "BROKEN_FILE"


def test_json_nested_without_an_end_is_refused(tmp_path: Path) -> None:
    data = b'{"asset": {"version": "2.0"}, "nodes": ' + b"[" * 1_000_000
    assert refused(tmp_path, data) == "BROKEN_FILE"


def test_primitives_that_share_an_accessor_are_counted_before_they_are_built(
    tmp_path: Path,
) -> None:
    primitive = {"attributes": {"POSITION": 0}, "indices": 1}
    data = solids.glb({"meshes": [{"primitives": [primitive] * 1000}]})
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ModelRejected) as refusal:
        read(tmp_path / "a", ReadLimits(triangles=5_999))
    assert refusal.value.code == "TOO_MANY_TRIANGLES"
    assert "6,000 triangles" in refusal.value.sentence
    assert read(tmp_path / "a", ReadLimits(triangles=12_000)).count == 12_000


def test_instances_of_a_gltf_that_would_be_lost_are_refused(tmp_path: Path) -> None:
    data = solids.glb({"extensionsUsed": ["EXT_mesh_gpu_instancing"]})
    assert refused(tmp_path, data) == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://127.0.0.1:1/x.bin", "EXTERNAL_REFERENCE"),
        ("part.bin", "EXTERNAL_REFERENCE"),
        ("file:///etc/passwd", "EXTERNAL_REFERENCE"),
        ("data:application/octet-stream;base64,AAAA", "TRUNCATED"),
        ("data:text/plain,AAAA", "BROKEN_FILE"),
        ("data:;base64,A", "BROKEN_FILE"),
    ],
)
def test_a_gltf_text_holds_its_geometry_itself_or_is_refused(
    tmp_path: Path, uri: str, code: str
) -> None:
    assert refused(tmp_path, solids.gltf(uri=uri)) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"name": "some settings"}', "NOT_A_MODEL"),
        (b'{"asset": {"version": "1.0"}}', "UNSUPPORTED_FORMAT"),
        (b'{"asset": {"version": "2.0"}}', "NO_TRIANGLES"),
        (b'{"asset": {"version": "2.0"}, "nodes": [', "BROKEN_FILE"),
    ],
)
def test_json_that_is_no_gltf_is_told_from_it(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(tmp_path, data) == code
