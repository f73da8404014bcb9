// A still chart drawn with the player's Vega: the client side of ui/player/still.py, and what ui/player/lasso.js builds on.

class Still extends Embedded {
  /** Show what Streamlit sent: a new spec is embedded, new rows only change the data. */
  receive(data) {
    this.root.style.height = `var(--presented, ${data.height}px)`; // the presenter's view fills the screen
    this.root.setAttribute("role", "img");
    this.root.setAttribute("aria-label", data.spec.description);
    if (data.large) markPicture(this.root);
    this.update(() => this.show(data));
  }

  async show({ spec, columns, name, height, vega }) {
    const fresh = columns !== this.columns;
    if (fresh) this.take(columns);
    const size = { width: this.root.clientWidth || 600, height: this.root.clientHeight || height, autosize: { type: "fit", contains: "padding" } };
    const embedded = await this.embed(spec, vega, size, { datasets: { [name]: this.rows } });
    if (fresh && !embedded) this.view.data(name, this.rows).resize(); // labels of another width need other margins
    paint(this.view, this.root);
    this.view.runAsync();
  }

  take(columns) {
    this.columns = columns;
    const names = Object.keys(columns), count = columns[names[0]].length;
    this.rows = Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((one) => [one, columns[one][i]])));
  }

  fit() {
    if (this.view && this.root.clientWidth) this.view.width(this.root.clientWidth).height(this.root.clientHeight).resize().runAsync();
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
