// A still chart in which points are selected with a lasso: the client side of ui/player/lasso.py.

class Lasso extends Still {
  constructor(root) {
    super(root);
    this.line = root.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    this.path = this.line.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    root.onpointerdown = (event) => this.begin(event);
    root.onpointermove = (event) => this.trail && this.extend(event);
    root.onlostpointercapture = () => this.trail && this.close();
  }

  take(columns) {
    super.take(columns);
    this.path.setAttribute("d", "");
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

export default mounting(Lasso, (chart, { data, setTriggerValue }) => {
  chart.send = (rows) => setTriggerValue("selected", rows);
  chart.receive(data);
});
