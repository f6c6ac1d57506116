"""Small valid files of each format, to start from: what a reader accepts is damaged best."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.unit.jobs import solids

NESTED = (
    solids.object_xml(1)
    + '<object id="2"><components><component objectid="1"/>'
    + '<component objectid="1" transform="1 0 0 0 1 0 0 0 1 20 0 0"/></components></object>'
)
PLY_WITH_MORE = b"""ply
format ascii 1.0
comment colours and an edge
element vertex 4
property double x
property double y
property double z
property uchar red
element face 2
property list uchar uint vertex_index
property uchar flags
element edge 1
property int vertex1
property int vertex2
end_header
0 0 0 255
10 0 0 255
0 10 0 255
0 0 10 255
4 0 1 2 3 7
3 0 2 1 7
0 1
"""


@cache
def corpus() -> dict[str, list[bytes]]:
    """Valid files by format."""
    return {
        "stl": [_written(solids.stl)],
        "stl_text": [solids.ascii_stl(solids.box())],
        "obj": [solids.obj(), b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3/1/1 -2/2/2 -1/3/3\n"],
        "ply": [solids.ply("binary_little_endian"), solids.ply("binary_big_endian")],
        "ply_text": [solids.ply(), PLY_WITH_MORE],
        "off": [solids.off(), solids.binary_off(), solids.binary_off(quads=True)],
        "3mf": [
            _written(solids.threemf),
            _written(lambda path: solids.threemf(path, NESTED, '<item objectid="2"/>')),
        ],
        "glb": [solids.glb(), solids.glb({"nodes": [{"children": [1]}, {"mesh": 0}]})],
        "gltf": [solids.gltf()],
    }


def _written(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part"
        write(path)
        return path.read_bytes()
