// A still chart in which points are selected with a lasso: the client side of ui/player/lasso.py.

class Lasso {
  constructor(root) {
    this.root = root;
    this.line = root.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    this.path = this.line.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    this.work = Promise.resolve(); // embedding is asynchronous: updates run one after the other
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(root);
    root.onpointerdown = (event) => this.begin(event);
    root.onpointermove = (event) => this.trail && this.extend(event);
    root.onlostpointercapture = () => this.trail && this.close();
  }

  receive(data, send) {
    this.send = send;
    this.root.style.height = `var(--presented, ${data.height}px)`; // the presenter's view fills the screen
    this.root.setAttribute("role", "img");
    markPicture(this.root);
    this.root.setAttribute("aria-label", data.spec.description);
    this.work = this.work.then(() => this.show(data)).catch((error) => console.error(error));
  }

  async show(data) {
    const text = JSON.stringify(data.spec);
    if (text !== this.text) {
      const stage = document.createElement("div");
      this.root.prepend(stage);
      const size = { width: this.root.clientWidth || 600, height: this.root.clientHeight || data.height, autosize: { type: "fit", contains: "padding" } };
      const result = await embedVega(stage, data.vega, data.spec, size);
      this.result?.finalize();
      while (stage.nextSibling !== this.line) stage.nextSibling.remove();
      [this.result, this.view, this.text] = [result, result.view, text];
      document.fonts.ready.then(() => this.view === result.view && this.fit());
    }
    paint(this.view, this.root);
    if (data.columns !== this.columns) {
      this.columns = data.columns;
      const names = Object.keys(data.columns), count = data.columns.x.length;
      this.rows = Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((name) => [name, data.columns[name][i]])));
      this.view.data(data.name, this.rows);
      this.path.setAttribute("d", "");
    }
    this.view.runAsync();
  }

  fit() {
    if (this.view && this.root.clientWidth) this.view.width(this.root.clientWidth).height(this.root.clientHeight).resize().runAsync();
  }

  begin(event) {
    if (event.button !== 0 || !this.view || event.pointerType === "touch") return; // a finger scrolls the page
    this.root.setPointerCapture(event.pointerId);
    this.trail = [];
    this.extend(event);
  }

  extend({ clientX, clientY }) {
    const { left, top } = this.root.getBoundingClientRect();
    this.trail.push([clientX - left, clientY - top]);
    this.path.setAttribute("d", `M${this.trail.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`);
  }

  /** Select what is inside the line; a click beside all selects nothing. */
  close() {
    const { trail } = this, [left, top] = this.view.origin(), padding = this.view.padding();
    this.trail = undefined;
    const x = this.view.scale("x"), y = this.view.scale("y");
    const inside = this.rows.flatMap((row, i) =>
      (isInside([left + padding.left + x(row.x), top + padding.top + y(row.y)], trail) ? [i] : []));
    if (!inside.length) this.path.setAttribute("d", "");
    this.send(inside);
  }

  remove() {
    this.observer.disconnect();
    this.work.then(() => this.result?.finalize());
  }
}

/** Whether a point lies inside a closed line: a ray to the right crosses it an odd number of times. */
function isInside([x, y], line) {
  let inside = false;
  line.forEach(([x0, y0], k) => {
    const [x1, y1] = line[(k + 1) % line.length];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  });
  return inside;
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-part=root]");
  const lasso = (parentElement.lasso ??= new Lasso(root));
  lasso.receive(data, (rows) => setTriggerValue("selected", rows));
  return () => {
    lasso.remove();
    delete parentElement.lasso;
    root.replaceChildren();
  };
}
