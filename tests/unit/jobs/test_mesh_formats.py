import base64
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from jobs.meshes import Mesh, ModelRejected, read
from jobs.meshes.measures import measure
from tests.unit.jobs import solids


def read_bytes(tmp_path: Path, data: bytes, name: str = "upload.bin") -> Mesh:
    (tmp_path / name).write_bytes(data)
    return read(tmp_path / name)


def is_box_of_ten(mesh: Mesh) -> bool:
    found = measure(mesh.triangles)
    return mesh.count == 12 and found.closed and found.volume == pytest.approx(1000)


def test_a_binary_stl_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    assert is_box_of_ten(read(solids.stl(tmp_path / "notes.txt")))


def test_a_binary_stl_whose_header_starts_with_solid_is_still_binary(tmp_path: Path) -> None:
    data = solids.stl(tmp_path / "a").read_bytes()
    assert is_box_of_ten(read_bytes(tmp_path, b"solid facet normal".ljust(80) + data[80:]))


def test_a_binary_stl_with_bytes_after_its_triangles_is_read(tmp_path: Path) -> None:
    data = solids.stl(tmp_path / "a").read_bytes()
    assert is_box_of_ten(read_bytes(tmp_path, data + b"made with care"))


def test_an_ascii_stl_is_read(tmp_path: Path) -> None:
    mesh = read_bytes(tmp_path, solids.ascii_stl(solids.box()))
    assert is_box_of_ten(mesh)
    assert mesh.unit is None


def test_an_ascii_stl_with_windows_line_ends_and_capitals_is_read(tmp_path: Path) -> None:
    data = solids.ascii_stl(solids.box()).upper().replace(b"\n", b"\r\n")
    assert is_box_of_ten(read_bytes(tmp_path, data))


def test_an_obj_of_quads_is_cut_into_triangles(tmp_path: Path) -> None:
    mesh = read_bytes(tmp_path, solids.obj())
    assert is_box_of_ten(mesh)
    assert mesh.format == "obj"


def test_an_obj_may_count_its_vertices_backwards(tmp_path: Path) -> None:
    data = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\n"
    assert read_bytes(tmp_path, data).triangles[0, 1].tolist() == [1, 0, 0]


@pytest.mark.parametrize("kind", ["ascii", "binary_little_endian", "binary_big_endian"])
def test_a_ply_is_read(tmp_path: Path, kind: str) -> None:
    assert is_box_of_ten(read_bytes(tmp_path, solids.ply(kind)))


def test_a_3mf_is_read_with_its_unit(tmp_path: Path) -> None:
    mesh = read(solids.threemf(tmp_path / "a", unit="inch"))
    assert is_box_of_ten(mesh)
    assert mesh.unit == "inch"


def test_a_3mf_places_components_and_items_with_their_transforms(tmp_path: Path) -> None:
    resources = (
        solids.object_xml(1) + '<object id="2"><components>'
        '<component objectid="1"/><component objectid="1" transform="1 0 0 0 1 0 0 0 1 20 0 0"/>'
        "</components></object>"
    )
    build = '<item objectid="2"/><item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 100 0"/>'
    mesh = read(solids.threemf(tmp_path / "a", resources, build))
    found = measure(mesh.triangles)
    assert mesh.objects == 4
    assert found.volume == pytest.approx(2 * 1000 + 2 * 8000)
    assert found.box == pytest.approx((60, 120, 20))


def test_a_mirrored_3mf_component_keeps_its_outside_outside(tmp_path: Path) -> None:
    build = '<item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'
    found = measure(read(solids.threemf(tmp_path / "a", build=build)).triangles)
    assert not found.inverted


def test_a_glb_is_turned_to_z_up_and_declares_metres(tmp_path: Path) -> None:
    mesh = read_bytes(tmp_path, solids.glb())
    found = measure(mesh.triangles)
    assert mesh.unit == "m"
    assert found.box == pytest.approx((1, 3, 2))
    assert found.closed
    assert not found.inverted


def test_triangles_are_floats_of_32_bits_in_one_block(tmp_path: Path) -> None:
    mesh = read_bytes(tmp_path, solids.obj())
    assert mesh.triangles.dtype == np.float32
    assert mesh.triangles.flags.c_contiguous


@pytest.mark.parametrize(
    "data",
    [
        solids.off(),
        solids.binary_off(),
        solids.binary_off(quads=True),
        solids.off().replace(b"OFF # a box\n", b"OFF"),
        solids.off().replace(b"\n", b"\r\n"),
        solids.off().replace(b" 255 0 0", b""),
        b"\xef\xbb\xbf" + solids.off(),
    ],
    ids=["text", "binary", "binary quads", "joined", "windows", "plain", "byte order mark"],
)
def test_an_off_is_read(tmp_path: Path, data: bytes) -> None:
    mesh = read_bytes(tmp_path, data)
    assert is_box_of_ten(mesh)
    assert mesh.format == "off"


def test_an_off_may_colour_its_vertices(tmp_path: Path) -> None:
    lines = solids.off().decode().splitlines()
    lines[3:11] = [line + " 0.1 0.2 0.3 1" for line in lines[3:11]]
    lines[0] = "COFF"
    assert is_box_of_ten(read_bytes(tmp_path, "\n".join(lines).encode()))


def test_a_gltf_text_that_holds_its_geometry_is_read_as_the_glb(tmp_path: Path) -> None:
    mesh = read_bytes(tmp_path, solids.gltf())
    assert (mesh.format, mesh.unit) == ("gltf", "m")
    assert mesh.triangles.tolist() == read_bytes(tmp_path, solids.glb()).triangles.tolist()


def test_gltf_coordinates_may_be_shares_of_one(tmp_path: Path) -> None:
    corners = (solids.CORNERS * 32767).astype("<i2").tobytes()
    order = solids.FACES.astype("<u2").tobytes()
    body = base64.b64encode(corners + order).decode()
    accessors = [
        {"bufferView": 0, "componentType": 5122, "count": 8, "type": "VEC3", "normalized": True},
        {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
    ]
    views = [
        {"buffer": 0, "byteLength": len(corners)},
        {"buffer": 0, "byteOffset": len(corners), "byteLength": len(order)},
    ]
    change: dict[str, object] = {"accessors": accessors, "bufferViews": views}
    mesh = read_bytes(tmp_path, solids.gltf(change, "data:;base64," + body))
    assert measure(mesh.triangles).box == pytest.approx((1, 3, 2))


def test_a_gltf_without_scenes_shows_the_nodes_that_nobody_holds(tmp_path: Path) -> None:
    nodes = [{"mesh": 0}, {"children": [0], "translation": [5, 0, 0]}]
    mesh = read_bytes(tmp_path, solids.gltf({"nodes": nodes, "scenes": []}))
    assert mesh.count == 12
    assert measure(mesh.triangles).low[0] == pytest.approx(5)


@pytest.mark.parametrize("kind", ["stl", "obj"])
def test_a_text_may_start_with_a_byte_order_mark(tmp_path: Path, kind: str) -> None:
    data = solids.obj() if kind == "obj" else solids.ascii_stl(solids.box())
    assert is_box_of_ten(read_bytes(tmp_path, b"\xef\xbb\xbf" + data))


def ply_of(kind: str, rows: list[list[int]], before: str = "", after: str = "") -> bytes:
    """A PLY of the box's corners and of faces with more lists around their corners."""
    more = [f"property list uchar float {name}\n" if name else "" for name in (before, after)]
    header = (
        f"ply\nformat {kind} 1.0\nelement vertex 8\nproperty double x\nproperty double y\n"
        f"property double z\nproperty uchar red\nelement face {len(rows)}\n{more[0]}"
        f"property list uchar uint vertex_index\n{more[1]}end_header\n"
    ).encode()
    if kind == "ascii":
        lines = [" ".join(str(v * 10) for v in corner) + " 7" for corner in solids.CORNERS]
        extra = ["2 .5 .5 " if name else "" for name in (before, after)]
        lines += [extra[0] + " ".join(map(str, [len(row), *row])) + " " + extra[1] for row in rows]
        return header + "\n".join(lines).encode()
    order = "<" if "little" in kind else ">"
    body = b"".join(struct.pack(order + "3dB", *corner, 7) for corner in solids.CORNERS * 10)
    lists = [struct.pack(order + "B2f", 2, 0.5, 0.5) if name else b"" for name in (before, after)]
    for row in rows:
        body += lists[0] + struct.pack(f"{order}B{len(row)}i", len(row), *row) + lists[1]
    return header + body


@pytest.mark.parametrize("kind", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("more", [("", ""), ("texcoord", ""), ("", "texcoord")])
@pytest.mark.parametrize("faces", ["triangles", "quads", "both"])
def test_a_ply_may_have_other_lists_and_faces_of_any_size(
    tmp_path: Path, kind: str, more: tuple[str, str], faces: str
) -> None:
    quads = [list(quad) for quad in solids.QUADS]
    rows = {
        "triangles": solids.FACES.tolist(),
        "quads": quads,
        "both": [*quads[1:], quads[0][:3], [quads[0][0], *quads[0][2:]]],
    }[faces]
    assert is_box_of_ten(read_bytes(tmp_path, ply_of(kind, rows, *more)))


@pytest.mark.parametrize("kind", ["ascii", "binary_little_endian"])
def test_a_ply_may_hold_strips_of_triangles(tmp_path: Path, kind: str) -> None:
    strips = [4, 5, 6, 7, 2, 3, 0, 1, -1, 6, 2, 4, 0, 5, 1, 7, 3]
    data = ply_of(kind, [strips]).replace(b"element face", b"element tristrips")
    found = measure(read_bytes(tmp_path, data.replace(b"uchar uint", b"uchar int")).triangles)
    assert found.area == pytest.approx(600)
    assert found.closed
    assert not found.inverted


def test_a_ply_of_no_faces_holds_no_triangles(tmp_path: Path) -> None:
    with pytest.raises(ModelRejected) as refused:
        read_bytes(tmp_path, ply_of("binary_little_endian", []))
    assert refused.value.code == "NO_TRIANGLES"


def test_what_a_slicer_keeps_beside_the_plate_is_not_counted(tmp_path: Path) -> None:
    build = (
        '<item objectid="1"/><item objectid="1" printable="0" transform="1 0 0 0 1 0 0 0 1 9 0 0"/>'
    )
    assert is_box_of_ten(read(solids.threemf(tmp_path / "a", build=build)))


def production_3mf(path: Path, unit: str = "millimeter") -> Path:
    """A part whose mesh is kept in a model file of its own."""
    namespace = 'xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06"'
    resources = (
        f'<object id="2" {namespace}><components>'
        '<component p:path="/3D/Objects/part.model" objectid="1"/>'
        '<component p:path="/3D/Objects/part.model" objectid="1" '
        'transform="1 0 0 0 1 0 0 0 1 20 0 0"/></components></object>'
    )
    solids.threemf(path, resources, '<item objectid="2"/>')
    inside = solids.MODEL.format(before="", unit=unit, resources=solids.object_xml(1), build="")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("3D/Objects/part.model", inside)
    return path


def test_a_3mf_may_keep_its_parts_in_several_model_files(tmp_path: Path) -> None:
    mesh = read(production_3mf(tmp_path / "a"))
    assert (mesh.count, mesh.objects) == (24, 2)


def test_a_3mf_whose_parts_are_in_different_units_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(ModelRejected) as refused:
        read(production_3mf(tmp_path / "a", "inch"))
    assert refused.value.code == "BROKEN_FILE"


def test_a_3mf_may_name_its_elements_with_a_prefix(tmp_path: Path) -> None:
    path = solids.threemf(tmp_path / "a")
    with zipfile.ZipFile(path) as archive:
        model = archive.read("3D/3dmodel.model").decode()
        relationships = archive.read("_rels/.rels")
    model = re.sub(r"<(/?)([a-z])", r"<\1m:\2", model).replace("xmlns=", "xmlns:m=")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", relationships)
        archive.writestr("3D/3dmodel.model", model)
    assert is_box_of_ten(read(path))


def test_an_ascii_stl_may_space_its_words_widely(tmp_path: Path) -> None:
    data = solids.ascii_stl(solids.box())
    data = data.replace(b"facet normal", b"facet  normal").replace(b"outer loop", b"outer\tloop")
    assert is_box_of_ten(read_bytes(tmp_path, data))


def test_a_line_of_an_obj_may_go_on_in_the_next(tmp_path: Path) -> None:
    for end in (b"\n", b"\r\n"):
        data = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 \\\n2 3\n".replace(b"\n", end)
        assert read_bytes(tmp_path, data).count == 1
