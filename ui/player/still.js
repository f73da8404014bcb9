// A still chart drawn with the player's Vega: the client side of ui/player/still.py, and what ui/player/lasso.js builds on.

class Still {
  constructor(root) {
    this.root = root;
    this.work = Promise.resolve(); // embedding is asynchronous: updates run one after the other
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(root);
  }

  /** Show what Streamlit sent: a new spec is embedded, new rows only change the data. */
  receive(data) {
    this.root.style.height = `var(--presented, ${data.height}px)`; // the presenter's view fills the screen
    this.root.setAttribute("role", "img");
    this.root.setAttribute("aria-label", data.spec.description);
    if (data.large) markPicture(this.root);
    this.work = this.work.then(() => this.show(data)).catch((error) => console.error(error));
  }

  async show(data) {
    const text = JSON.stringify(data.spec), fresh = data.columns !== this.columns;
    if (fresh) this.take(data.columns);
    if (text !== this.text) await this.embed(data, text);
    else if (fresh) this.view.data(data.name, this.rows).resize(); // labels of another width need other margins
    paint(this.view, this.root);
    this.view.runAsync();
  }

  async embed({ spec, name, vega, height }, text) {
    const stage = document.createElement("div");
    this.root.prepend(stage);
    const size = { width: this.root.clientWidth || 600, height: this.root.clientHeight || height, autosize: { type: "fit", contains: "padding" } };
    const result = await embedVega(stage, vega, { ...spec, datasets: { [name]: this.rows } }, size);
    this.result?.finalize();
    this.stage?.remove();
    [this.result, this.view, this.stage, this.text] = [result, result.view, stage, text];
    document.fonts.ready.then(() => this.view === result.view && this.fit());
  }

  take(columns) {
    this.columns = columns;
    const names = Object.keys(columns), count = columns[names[0]].length;
    this.rows = Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((one) => [one, columns[one][i]])));
  }

  fit() {
    if (this.view && this.root.clientWidth) this.view.width(this.root.clientWidth).height(this.root.clientHeight).resize().runAsync();
  }

  remove() {
    this.observer.disconnect();
    this.work.then(() => this.result?.finalize());
  }
}

/** What a component of such a chart exports. Kind: its class; receive: hands it a message. */
const mounting = (Kind, receive) => (message) => {
  const { parentElement } = message, root = parentElement.querySelector("[data-part=root]");
  const chart = (parentElement.chart ??= new Kind(root));
  receive(chart, message);
  return () => {
    chart.remove();
    delete parentElement.chart;
    root.replaceChildren();
  };
};
