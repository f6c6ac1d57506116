"""Model files, told by their content and never by their name, read into triangles.

`read(path)` returns a `Mesh` or raises `ModelRejected`. Nothing here trusts the file: every count
is checked against the bytes that are there before memory is taken for it.
"""

from jobs.meshes.limits import DEFAULT_LIMITS, ReadLimits
from jobs.meshes.mesh import Mesh, Triangles
from jobs.meshes.reader import read
from jobs.rejection import ModelRejected

__all__ = ["DEFAULT_LIMITS", "Mesh", "ModelRejected", "ReadLimits", "Triangles", "read"]
