// Reads the triangles out of a binary glTF 2.0 file: positions in the scene's frame, no more.

const SIZES = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
const WIDTH = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };
const READ = { 5120: "getInt8", 5121: "getUint8", 5122: "getInt16", 5123: "getUint16", 5125: "getUint32", 5126: "getFloat32" };
const MOST_NEGATIVE = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 };
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

export function multiply(a, b) {
  const out = new Array(16);
  for (let c = 0; c < 4; c++) for (let r = 0; r < 4; r++) {
    out[4 * c + r] = a[r] * b[4 * c] + a[4 + r] * b[4 * c + 1] + a[8 + r] * b[4 * c + 2] + a[12 + r] * b[4 * c + 3];
  }
  return out;
}

function placed(node) {
  if (node.matrix) return node.matrix;
  const [x, y, z, w] = node.rotation ?? [0, 0, 0, 1], [sx, sy, sz] = node.scale ?? [1, 1, 1], [tx, ty, tz] = node.translation ?? [0, 0, 0];
  return [
    (1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0,
    2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0,
    2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0, tx, ty, tz, 1,
  ];
}

/** Returns the corners of the triangles, nine numbers each. Throws an Error that says what is wrong. */
export function triangles(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 20 || view.getUint32(0, true) !== 0x46546c67) throw new Error("The 3D view's file is damaged.");
  const jsonLength = view.getUint32(12, true);
  const gltf = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 20, jsonLength)));
  const binary = 20 + jsonLength + 8;

  function accessor(index) {
    const { bufferView, byteOffset = 0, componentType: type, count, type: shape, normalized } = gltf.accessors[index];
    const { byteOffset: start = 0, byteStride } = gltf.bufferViews[bufferView];
    const width = WIDTH[shape], size = SIZES[type], stride = byteStride || width * size, base = binary + start + byteOffset;
    if (type === 5126 && stride === 4 * width && base % 4 === 0) return new Float32Array(buffer, base, count * width);
    const out = type === 5125 ? new Uint32Array(count * width) : new Float32Array(count * width), read = READ[type];
    const divide = normalized ? MOST_NEGATIVE[type] : 1;
    for (let i = 0; i < count; i++) for (let c = 0; c < width; c++) out[i * width + c] = view[read](base + i * stride + c * size, true) / divide;
    return out;
  }

  const parts = [];
  function visit(index, parent) {
    const node = gltf.nodes[index], m = multiply(parent, placed(node));
    for (const primitive of node.mesh === undefined ? [] : gltf.meshes[node.mesh].primitives) {
      if ((primitive.mode ?? 4) !== 4) continue;
      const points = accessor(primitive.attributes.POSITION);
      const order = primitive.indices === undefined ? null : accessor(primitive.indices);
      const count = order ? order.length : points.length / 3, out = new Float32Array(count * 3);
      for (let i = 0; i < count; i++) {
        const p = 3 * (order ? order[i] : i), x = points[p], y = points[p + 1], z = points[p + 2];
        for (let c = 0; c < 3; c++) out[3 * i + c] = m[c] * x + m[4 + c] * y + m[8 + c] * z + m[12 + c];
      }
      parts.push(out);
    }
    (node.children ?? []).forEach((child) => visit(child, m));
  }
  const scene = gltf.scenes?.[gltf.scene ?? 0];
  (scene ? scene.nodes : (gltf.nodes ?? []).map((_, index) => index)).forEach((index) => visit(index, IDENTITY));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (!total) throw new Error("There is nothing to show in this file.");
  const out = new Float32Array(total);
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}
