// One step of word2vec by hand: the client side of ui/equations/hands_on.py. Every chart and number of the step is a
// part; all parts show the one step of the page, whose vectors are moved by dragging arrows and numbers.

const LARGEST = 100; // as core/equations/one_step.py
const SHOWN = 8; // rows or columns of a matrix that are written, as core/equations/formulas.py
const PER_PIXEL = 0.01; // a number dragged by a pixel
const QUIET = 400; // milliseconds without a key until Python hears of what the keys have moved
const LATE = 3000; // milliseconds in which Streamlit may still bring what was before
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const add = (a, b, times = 1) => a.map((x, k) => x + times * b[k]);

class Step {
  constructor() {
    this.parts = new Set();
    this.held = false; // a hand holds an arrow or a number
    this.picked = { v_c: null, U: null }; // cells whose arithmetic is written
  }

  /** The step that Streamlit sends; while a hand is on it, and for what it has just left, the hand is right. */
  receive(scene, send) {
    this.send = send;
    if (scene === this.message) return;
    this.message = scene;
    if (this.held || this.isEcho(scene)) return;
    const same = this.scene && facts(scene) === facts(this.scene) && vectors(scene) === vectors(this.scene);
    this.scene = { ...scene, axes: same ? this.scene.axes : scene.axes };
    this.awaited = undefined;
    document.documentElement.classList.remove("by-hand");
    this.draw();
  }

  isEcho(scene) {
    return this.awaited && performance.now() < this.until && facts(scene) === facts(this.scene) && vectors(scene) !== this.awaited;
  }

  /** Put a vector somewhere: matrix "V" or "U". */
  move(matrix, row, vector) {
    const digits = vector.length === 2 ? 100 : 1000; // as many as can be copied by hand, or keep the plane
    const rounded = vector.map((x) => clamp(Math.round(x * digits) / digits, -LARGEST, LARGEST) || 0);
    const changed = this.scene[matrix].map((old, w) => (w === row ? rounded : old));
    this.scene = { ...this.scene, [matrix]: changed };
    document.documentElement.classList.add("by-hand"); // captions are those of the last step: they fade
    this.request ??= requestAnimationFrame(() => { this.request = undefined; this.draw(); });
  }

  hold() { this.held = true; clearTimeout(this.waiting); }

  /** The hand lets go: Python takes over the vectors. */
  release() {
    this.held = false;
    this.awaited = vectors(this.scene);
    this.until = performance.now() + LATE;
    this.send({ V: this.scene.V, U: this.scene.U });
  }

  releaseSoon() {
    this.hold();
    this.waiting = setTimeout(() => this.release(), QUIET);
  }

  draw() {
    const begun = performance.now();
    this.now = look(this.scene);
    for (const part of this.parts) part.show(this.now);
    this.took = performance.now() - begun;
  }
}

const facts = ({ kind, words, center, outside, negatives, lr }) => JSON.stringify([kind, words, center, outside, negatives, lr]);
const vectors = ({ V, U }) => JSON.stringify([V, U]);

/** All that is shown of a step. */
function look(scene) {
  const after = stepOf(scene);
  return { scene, after, terms: termsOf(scene), gradient: gradientsOf(scene), before: lossOf(scene), behind: lossOf(after) };
}

// --- tables of the charts, as ui/equations/charts.py makes them

function cells(names, matrix) {
  const largest = Math.max(...matrix.flat().map(Math.abs), 1e-300);
  return matrix.flatMap((line, row) => line.map((value, column) => ({
    row, word: names[row], text: value.toFixed(3), column, entry: column + 1, value, share: value / largest, off: false })));
}

const bars = ({ scene }, values) => ({ bars: scene.labels.map((label, t) => ({ label, value: values[t] })) });
const onto = (axes, vector) => axes.map((axis) => dot(axis, vector));

const TABLES = {
  "bars y": (now) => bars(now, now.terms.wanted),
  "bars p": (now) => bars(now, now.terms.predicted),
  "bars error": (now) => bars(now, now.terms.error),
  "cells v_c": ({ scene, gradient }) => ({ cells: cells([scene.words[scene.center]], [gradient.v_c]) }),
  "cells U": ({ scene, gradient }) => ({ cells: cells(scene.words, gradient.U) }),
  arrows: ({ scene, after }) => ({
    arrows: scene.arrows.map(({ matrix, row, part, name, offset }) => {
      const [x, y] = onto(scene.axes, scene[matrix][row]), [x1, y1] = onto(scene.axes, after[matrix][row]);
      const turn = 90 - (Math.atan2(y1, x1) * 180) / Math.PI;
      return { part, name, x, y, x1, y1, zero: 0, turn, label_x: x1 + offset[0], label_y: y1 + offset[1] };
    }),
  }),
  rates: ({ scene, behind }, top) => ({
    curve: scene.rates.map((lr) => ({ lr, loss: lossOf(stepOf(scene, lr)) })).filter(({ loss }) => Number.isFinite(loss)),
    chosen: [{ lr: scene.lr, loss: Math.min(behind, top) }],
  }),
};

// --- parts

class Chart extends Embedded {
  receive(data) {
    this.data = data;
    this.root.style.height = `${this.height}px`;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", data.spec.description);
    this.update(() => this.draw(data));
  }

  get height() { return this.data.height; }

  get size() {
    return { width: this.root.clientWidth || 300, height: this.height, autosize: { type: "fit", contains: "padding" } };
  }

  async draw(data) {
    if (await this.embed(data.spec, data.vega, this.size)) this.view.addEventListener("click", (event, item) => this.clicked(item?.datum));
    paint(this.view, this.root);
    this.filled = false;
    this.show(step.now);
  }

  show(now) {
    if (!this.view || !now) return;
    const tables = TABLES[this.data.reads](now, this.data.top);
    for (const [name, rows] of Object.entries(tables)) this.view.data(name, rows);
    this.view.runAsync();
    if (this.filled) return;
    this.filled = true;
    this.fit(); // the words along the axes take their room once they are there
  }

  clicked(cell) {
    if (this.data.reads.startsWith("cells") && cell?.row !== undefined) {
      step.picked[this.data.reads.slice(6)] = [cell.row, cell.column];
      step.draw();
    }
  }

  fit() {
    if (!this.view || !this.root.clientWidth) return;
    this.root.style.height = `${this.height}px`;
    this.view.width(this.size.width).height(this.size.height).resize().runAsync();
    this.show(step.now);
  }
}

/** The arrows: a ring at the head of each vector before the step can be dragged, or moved by the arrow keys. */
class Picture extends Chart {
  rings = [];

  get side() { return Math.min(this.data.side, (this.root.clientWidth || 400) - 60); }
  get height() { return this.side + 40; }

  get size() { // the picture itself is square: a unit is as long along both axes
    return { width: this.side, height: this.side, autosize: { type: "pad", contains: "content" } };
  }

  show(now) {
    super.show(now);
    if (!this.view || !now) return;
    const { scene } = now;
    while (this.rings.length > scene.arrows.length) this.rings.pop().remove();
    if (!scene.movable) return this.rings.splice(0).forEach((ring) => ring.remove());
    scene.arrows.forEach((arrow, k) => this.place(this.rings[k] ??= this.ring(), arrow, scene));
  }

  place(ring, arrow, scene) {
    const [x, y] = onto(scene.axes, scene[arrow.matrix][arrow.row]);
    const { left, top } = this.corner;
    ring.arrow = arrow;
    ring.style.left = `${left + this.view.scale("x")(x)}px`;
    ring.style.top = `${top + this.view.scale("y")(y)}px`;
    ring.style.setProperty("--part", this.data.colors[arrow.part]);
    ring.setAttribute("aria-label", `Head of ${arrow.name}: ${x.toFixed(2)}, ${y.toFixed(2)}. The arrow keys move it.`);
  }

  /** Where the plot begins, in pixels of the part. */
  get corner() {
    const [left, top] = this.view.origin(), { left: more, top: above } = this.view.padding();
    return { left: left + more, top: top + above };
  }

  ring() {
    const ring = this.root.appendChild(document.createElement("button"));
    ring.className = "ring";
    ring.onpointerdown = (event) => { ring.setPointerCapture(event.pointerId); ring.focus(); step.hold(); };
    ring.onpointermove = (event) => ring.hasPointerCapture(event.pointerId) && this.drag(ring.arrow, event);
    ring.onlostpointercapture = () => step.release();
    ring.onkeydown = (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const { scene } = step, now = onto(scene.axes, scene[ring.arrow.matrix][ring.arrow.row]);
      this.lead(ring.arrow, add(now, by, event.shiftKey ? 0.01 : 0.05));
      step.releaseSoon();
    };
    return ring;
  }

  drag(arrow, event) {
    const place = this.root.getBoundingClientRect(), { left, top } = this.corner;
    const x = this.view.scale("x"), y = this.view.scale("y"), [, right] = x.range(), [bottom] = y.range();
    this.lead(arrow, [x.invert(clamp(event.clientX - place.left - left, 0, right)),
                      y.invert(clamp(event.clientY - place.top - top, 0, bottom))]);
  }

  /** Move a vector within the plane of the picture, until its head is at a point. */
  lead({ matrix, row }, [x, y]) {
    const { scene } = step, vector = scene[matrix][row], [x0, y0] = onto(scene.axes, vector);
    step.move(matrix, row, add(add(vector, scene.axes[0], x - x0), scene.axes[1], y - y0));
  }
}

class Losses {
  constructor(root) { this.root = root; root.className = "losses"; }

  receive() { this.show(step.now); }

  show(now) {
    if (!now) return;
    const { before, behind } = now, change = behind - before;
    const better = change < 0 ? "down" : change > 0 ? "up" : "";
    this.root.innerHTML = `<div><span>Loss before (nats)</span><b>${before.toFixed(4)}</b></div>
      <div><span>Loss after (nats)</span><b>${behind.toFixed(4)}</b>
      <i class="${better}">${better && (change < 0 ? "↓" : "↑")} ${signed(change)}</i></div>`;
  }

  remove() {}
}

const written = (x, digits) => (Math.abs(x) >= 1e4 ? x.toExponential(digits - 1) : x.toFixed(digits)).replace("-", "−");
const signed = (x) => (x < 0 ? "" : "+") + written(x, 4);

/** A formula with its numbers: built once for its shape; then only the numbers change. */
class Formula {
  constructor(root) {
    this.root = root;
    root.className = "formula";
    this.numbers = []; // [element, what it shows of a step]
  }

  receive(data) { this.data = data; this.show(step.now); }

  show(now) {
    if (!now) return;
    const { scene } = now, cell = this.data.reads.startsWith("cell") && step.picked[this.data.reads.slice(5)];
    const shape = JSON.stringify([facts(scene), scene.V[0].length, scene.movable, cell]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.numbers = [];
      this.root.replaceChildren(...FORMULAS[this.data.reads](this, now, cell));
    }
    for (const [element, read] of this.numbers) read(step.now, element);
  }

  /** A number that only shows a value. */
  value(read, digits = 3) {
    const element = make("span", "value");
    this.numbers.push([element, (now) => { element.textContent = written(read(now), digits); }]);
    return element;
  }

  /** A number of a vector, which is dragged sideways or moved by the arrow keys. */
  entry(matrix, row, column) {
    const read = ({ scene }) => scene[matrix][row][column];
    if (!step.scene.movable) return this.value(read, 2);
    const element = make("span", "entry");
    const put = (x) => step.move(matrix, row, step.scene[matrix][row].map((old, k) => (k === column ? x : old)));
    Object.assign(element, { tabIndex: 0, role: "spinbutton" });
    element.setAttribute("aria-label", `${matrix === "V" ? "v" : "u"} ${step.scene.words[row]}, entry ${column + 1}`);
    element.onpointerdown = (event) => {
      element.setPointerCapture(event.pointerId);
      element.from = [event.clientX, read(step)];
      step.hold();
    };
    element.onpointermove = (event) => {
      if (element.hasPointerCapture(event.pointerId)) put(element.from[1] + PER_PIXEL * (event.clientX - element.from[0]));
    };
    element.onlostpointercapture = () => step.release();
    element.onkeydown = (event) => {
      const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      put(read(step) + by * (event.shiftKey ? 0.01 : 0.05));
      step.releaseSoon();
    };
    this.numbers.push([element, (now) => {
      element.textContent = written(read(now), 2);
      element.setAttribute("aria-valuenow", read(now));
      element.setAttribute("aria-valuetext", element.textContent);
    }]);
    return element;
  }

  /** A matrix in brackets with its symbol below; rows, columns: how many; of many, dots replace those before the last. */
  matrix(rows, columns, entry, symbol) {
    const box = make("span", "matrix"), all = make("span", "named", box, symbol && make("small", "", ...math(symbol)));
    const across = shown(columns);
    box.style.gridTemplateColumns = `repeat(${across.length}, auto)`;
    for (const i of shown(rows))
      for (const j of across) box.append(i < 0 || j < 0 ? "⋯" : entry(i, j));
    return all;
  }

  remove() {}
}

const shown = (n) => Array.from({ length: n }, (_, i) => i).filter((i) => n <= SHOWN || i < SHOWN - 2 || i === n - 1)
  .map((i) => (n > SHOWN && i === SHOWN - 3 ? -1 : i));

function make(tag, name, ...inside) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...inside.filter((one) => one !== undefined && one !== null));
  return element;
}

/** Letters that stand alone are set as symbols, what follows a _ as a subscript; words stay upright. */
function math(text) {
  return text.match(/[\p{Ll}\p{Lu}]{2,}|[\p{Ll}\p{Lu}]|_\w|[^\p{Ll}\p{Lu}_]+/gu).map((part) =>
    part.startsWith("_") ? make("sub", "", part.slice(1)) : /^\p{L}$/u.test(part) ? make("i", "", part) : part);
}

const FORMULAS = {
  center: (f, { scene, terms }) => {
    const soft = scene.kind === "softmax", d = scene.V[0].length, T = terms.rows.length;
    return [
      f.matrix(d, 1, (k) => f.value((now) => now.gradient.v_c[k]), "∂J/∂v_c"), " = ",
      f.matrix(d, T, (k, t) => f.entry("U", terms.rows[t], k), soft ? "Uᵀ" : "u_o, u_1 … u_K"), make("span", "big", "("),
      f.matrix(T, 1, (t) => f.value((now) => now.terms.predicted[t]), soft ? "ŷ" : "σ(uᵀv_c)"), " − ",
      f.matrix(T, 1, (t) => f.value((now) => now.terms.wanted[t], 0), "y"), make("span", "big", ")"),
    ];
  },
  outside: (f, { scene, terms }) => {
    const soft = scene.kind === "softmax", d = scene.V[0].length, T = terms.rows.length, { center } = scene;
    return [
      f.matrix(T, d, (t, k) => f.value((now) => now.terms.error[t] * now.scene.V[center][k]), soft ? "∂J/∂U" : "rows for u_o, u_1 … u_K"), " = ",
      f.matrix(T, 1, (t) => f.value((now) => now.terms.error[t]), soft ? "ŷ − y" : "σ(uᵀv_c) − y"), " ",
      f.matrix(1, d, (_, k) => f.entry("V", center, k), "v_cᵀ"),
    ];
  },
  "cell v_c": (f, { terms }, cell) => {
    const k = cell?.[1] ?? 0;
    return sum(f, `(∂J/∂v_c) entry ${k + 1}`, terms.rows.map((_, t) => t), (t) => f.entry("U", terms.rows[t], k), (now) => now.gradient.v_c[k]);
  },
  "cell U": (f, { scene, terms }, cell) => {
    const [w, k] = cell ?? [scene.outside, 0];
    const which = terms.rows.flatMap((row, t) => (row === w ? [t] : []));
    return sum(f, `(∂J/∂u ${scene.words[w]}) entry ${k + 1}`, which, () => f.entry("V", scene.center, k), (now) => now.gradient.U[w][k]);
  },
};

/** The arithmetic of an entry of a gradient: errors times factors. */
function sum(f, name, which, factor, result) {
  const parts = which.flatMap((t, n) => [make("span", "term", n ? "+ (" : "(", f.value((now) => now.terms.predicted[t]), " − ",
    f.value((now) => now.terms.wanted[t], 0), ") · ", factor(t))]);
  const none = ["neither outside word nor negative"];
  return [make("span", "term", ...math(`${name} = `)), ...(parts.length ? parts : none), make("span", "term", " = ", f.value(result, 4))];
}

const PARTS = { chart: Chart, picture: Picture, losses: Losses, formula: Formula };
const step = (window.__oneStep ??= new Step());

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-part=root]");
  const part = (parentElement.part ??= new PARTS[data.part](root));
  step.parts.add(part);
  if (data.scene) step.receive(data.scene, (value) => setTriggerValue("moved", value));
  part.receive(data);
  return () => {
    part.remove();
    step.parts.delete(part);
    delete parentElement.part;
  };
}
