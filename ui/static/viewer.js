// The 3D view: one part on a plate, z up, in millimetres. Plain WebGL 2, no library.
import { multiply, triangles } from "./glb.js";

const VERTEX = `#version 300 es
in vec3 place; in vec3 corner; uniform mat4 toEye; uniform mat4 toScreen;
out vec3 eye; out vec3 edge;
void main() { vec4 p = toEye * vec4(place, 1.0); eye = p.xyz; edge = corner; gl_Position = toScreen * p; }`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 eye; in vec3 edge; uniform vec3 tint; uniform float wire; uniform float flatness; out vec4 color;
void main() {
  if (flatness > 0.5) { color = vec4(tint, 1.0); return; }
  vec3 n = normalize(cross(dFdx(eye), dFdy(eye)));
  vec3 look = normalize(-eye); if (dot(n, look) < 0.0) n = -n;
  float key = max(dot(n, normalize(vec3(0.45, 0.75, 0.7))), 0.0), fill = max(dot(n, normalize(vec3(-0.8, 0.1, 0.35))), 0.0);
  float shine = pow(max(dot(reflect(-look, n), normalize(vec3(0.45, 0.75, 0.7))), 0.0), 24.0);
  vec3 lit = tint * (0.36 + 0.55 * key + 0.2 * fill) + 0.12 * shine;
  if (wire > 0.5) { vec3 w = fwidth(edge); vec3 s = smoothstep(vec3(0.0), w * 1.3, edge); lit = mix(vec3(0.09, 0.12, 0.14), lit, min(min(s.x, s.y), s.z)); }
  color = vec4(lit, 1.0);
}`;

function compile(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

// Fixed axes x, then y, then z, in degrees: the same turns that the price is computed for.
function rotation(degrees) {
  const [[cx, sx], [cy, sy], [cz, sz]] = degrees.map((d) => [Math.cos(d * Math.PI / 180), Math.sin(d * Math.PI / 180)]);
  return [cz * cy, sz * cy, -sy, 0, cz * sy * sx - sz * cx, sz * sy * sx + cz * cx, cy * sx, 0, cz * sy * cx + sz * sx, sz * sy * cx - cz * sx, cy * cx, 0, 0, 0, 0, 1];
}

function bounds(points, m) {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 3) for (let c = 0; c < 3; c++) {
    const v = m[c] * points[i] + m[4 + c] * points[i + 1] + m[8 + c] * points[i + 2];
    if (v < low[c]) low[c] = v;
    if (v > high[c]) high[c] = v;
  }
  return { low, high };
}

class View {
  constructor(figure, canvas, points) {
    this.canvas = canvas;
    this.figure = figure;
    this.points = points;
    this.gl = canvas.getContext("webgl2", { antialias: true, alpha: true });
    if (!this.gl) throw new Error("This browser cannot show 3D; the drawing stays.");
    this.wire = 0;
    this.program = compile(this.gl);
    this.uniform = Object.fromEntries(["toEye", "toScreen", "tint", "wire", "flatness"].map((n) => [n, this.gl.getUniformLocation(this.program, n)]));
    this.part = this.upload(points, true);
    this.turn((figure.dataset.rotation || "0,0,0").split(",").map(Number));
    this.listen();
  }

  upload(points, corners) {
    const gl = this.gl, array = gl.createVertexArray();
    gl.bindVertexArray(array);
    this.fill("place", points);
    if (corners) {
      const data = new Uint8Array(points.length);
      for (let i = 0; i < points.length / 3; i++) data[3 * i + (i % 3)] = 1;
      this.fill("corner", data);
    }
    return { array, count: points.length / 3 };
  }

  fill(name, data) {
    const gl = this.gl, at = gl.getAttribLocation(this.program, name);
    if (at < 0) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, 3, data instanceof Float32Array ? gl.FLOAT : gl.UNSIGNED_BYTE, false, 0, 0);
  }

  turn(degrees) {
    const turned = rotation(degrees), { low, high } = bounds(this.points, turned);
    const center = low.map((v, c) => (v + high[c]) / 2);
    turned[12] = -center[0]; turned[13] = -center[1]; turned[14] = -low[2];
    this.model = turned;
    this.height = high[2] - low[2];
    this.radius = Math.max(Math.hypot(...high.map((v, c) => v - low[c])) / 2, 1e-6);
    this.plate = this.upload(this.grid(Math.max(high[0] - low[0], high[1] - low[1])), false);
    this.reset();
  }

  grid(size) {
    const step = 10 ** Math.floor(Math.log10(size * 0.6)), half = Math.ceil(size * 0.9 / step) * step, lines = [];
    for (let v = -half; v <= half + step / 2; v += step) lines.push(v, -half, 0, v, half, 0, -half, v, 0, half, v, 0);
    return new Float32Array(lines);
  }

  reset() {
    this.around = -0.85; this.above = 0.5; this.distance = this.radius * 3.3; this.pan = [0, 0];
    this.draw();
  }

  zoom(factor) {
    this.distance = Math.min(Math.max(this.distance * factor, this.radius * 0.4), this.radius * 14);
    this.draw();
  }

  orbit(dx, dy) {
    this.around -= dx; this.above = Math.min(Math.max(this.above + dy, -1.55), 1.55);
    this.draw();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.render(); });
  }

  render() {
    const gl = this.gl, ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.round(this.canvas.clientWidth * ratio), height = Math.round(this.canvas.clientHeight * ratio);
    if (!width || !height) return;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const [ca, sa, cb, sb] = [Math.cos(this.around), Math.sin(this.around), Math.cos(this.above), Math.sin(this.above)];
    // Rows: right, up, towards the eye; the eye looks at the middle of the part.
    const look = [ca, -sa * sb, sa * cb, 0, sa, ca * sb, -ca * cb, 0, 0, cb, sb, 0, 0, 0, 0, 1];
    const eye = multiply(look, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -this.height / 2, 1]);
    eye[12] += this.pan[0]; eye[13] += this.pan[1]; eye[14] -= this.distance;
    const near = Math.max(this.distance - this.radius * 3, this.radius * 0.02), far = this.distance + this.radius * 8, f = 2.6;
    const screen = [f * height / width, 0, 0, 0, 0, f, 0, 0, 0, 0, (far + near) / (near - far), -1, 0, 0, 2 * far * near / (near - far), 0];
    if (width < height) { screen[0] = f; screen[5] = f * width / height; }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(this.uniform.toScreen, false, screen);
    this.paint(this.plate, eye, gl.LINES, [0.72, 0.76, 0.74], 1);
    this.paint(this.part, multiply(eye, this.model), gl.TRIANGLES, [0.50, 0.60, 0.72], 0);
  }

  paint({ array, count }, eye, mode, tint, flatness) {
    const gl = this.gl;
    gl.uniformMatrix4fv(this.uniform.toEye, false, eye);
    gl.uniform3fv(this.uniform.tint, tint);
    gl.uniform1f(this.uniform.wire, this.wire);
    gl.uniform1f(this.uniform.flatness, flatness);
    gl.bindVertexArray(array);
    gl.drawArrays(mode, 0, count);
  }

  listen() {
    const { canvas } = this, fingers = new Map();
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, event); canvas.focus({ preventScroll: true }); });
    canvas.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
      if (fingers.size === 2) {
        const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
        const gap = (a) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY) || 1;
        this.zoom(gap(before) / gap(event));
      } else if (event.buttons === 2 || event.shiftKey) {
        const scale = this.distance / canvas.clientHeight / 1.3;
        this.pan[0] += dx * scale; this.pan[1] -= dy * scale;
        this.draw();
      } else this.orbit(dx * 0.009, dy * 0.009);
      fingers.set(event.pointerId, event);
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => fingers.delete(event.pointerId));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => { event.preventDefault(); this.zoom(Math.exp(event.deltaY * 0.0012)); }, { passive: false });
    const keys = { ArrowLeft: () => this.orbit(-0.15, 0), ArrowRight: () => this.orbit(0.15, 0), ArrowUp: () => this.orbit(0, 0.15), ArrowDown: () => this.orbit(0, -0.15),
      "+": () => this.zoom(0.85), "=": () => this.zoom(0.85), "-": () => this.zoom(1.18), 0: () => this.reset(), w: () => this.mesh() };
    canvas.addEventListener("keydown", (event) => {
      const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action && !event.ctrlKey && !event.metaKey) { event.preventDefault(); action(); }
    });
    const buttons = { in: () => this.zoom(0.8), out: () => this.zoom(1.25), reset: () => this.reset(), wire: () => this.mesh() };
    this.figure.addEventListener("click", (event) => buttons[event.target.closest("[data-view]")?.dataset.view]?.());
    new ResizeObserver(() => this.draw()).observe(canvas);
    canvas.addEventListener("webglcontextlost", () => { canvas.hidden = true; });
    let turned = this.figure.dataset.rotation;
    document.addEventListener("partline:turn", ({ detail }) => {
      if (detail.join() !== turned) { turned = detail.join(); this.turn(detail); }
    });
  }

  mesh() {
    this.wire = 1 - this.wire;
    this.figure.querySelector("[data-view=wire]")?.setAttribute("aria-pressed", String(this.wire === 1));
    this.draw();
  }
}

export async function startViewer(figure) {
  figure.dataset.started = "yes";
  const canvas = figure.querySelector("canvas"), state = figure.querySelector("[data-viewer-state]");
  const tell = (text) => { state.textContent = text; state.hidden = !text; };
  try {
    tell("Loading the 3D view…");
    const response = await fetch(figure.dataset.src);
    if (!response.ok) throw new Error("The 3D view cannot be loaded just now; the drawing stays.");
    const points = triangles(await response.arrayBuffer());
    canvas.hidden = false;
    new View(figure, canvas, points);
    const still = figure.querySelector(".viewer-still");
    if (still) still.hidden = true;
    figure.dataset.ready = "yes";
    tell("");
  } catch (error) {
    canvas.hidden = true;
    tell(error.message);
  }
}
