// What every component that draws with Vega needs: the page's theme, its tooltip, a chart in its colors.

/** The page's colors and font, from the custom properties that Streamlit (or the offline page) sets. */
function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--st-text-color"), paper: read("--st-background-color"), accent: read("--st-primary-color"),
    grid: read("--st-border-color-light"), font: read("--st-font"),
  };
}

/** Vega puts its tooltip into document.body, outside the component: style it there. */
function styleTooltip({ ink, paper, grid, font }) {
  let sheet = document.getElementById("player-tooltip");
  if (!sheet) {
    sheet = document.head.appendChild(document.createElement("style"));
    sheet.id = "player-tooltip";
  }
  sheet.textContent = `#vg-tooltip-element.vg-tooltip.player-theme {
    color: ${ink}; background: ${paper}; border: 1px solid ${grid}; border-radius: 8px; padding: 8px 12px;
    font: 16px/1.4 ${font}; max-width: min(420px, 90vw); box-shadow: 0 2px 12px rgb(0 0 0 / 0.35); }
  #vg-tooltip-element.player-theme table tr td { padding: 1px 4px; overflow-wrap: anywhere; }
  #vg-tooltip-element.player-theme table tr td.key { color: inherit; opacity: 0.75; }`;
}

/** Set the page's colors in a chart, and in the tooltip. */
function paint(view, host) {
  const theme = readTheme(host);
  styleTooltip(theme);
  for (const name of Object.keys(theme)) view.signal(name, theme[name]);
}

/** Charts are drawn one a task: a click on a page with many of them is heard in between. */
const inTurn = () => (window.__drawing = (window.__drawing ?? Promise.resolve()).then(() => new Promise((go) => setTimeout(go))));

/** Embed a chart; size and params of its own come on top. url: where Vega is, unless the page has it already. */
async function embedVega(stage, url, spec, size, params = []) {
  const theme = readTheme(stage);
  // Vega keeps the widths of texts: measured before the font is there, they stay those of another one
  const font = document.fonts.load(`16px ${theme.font}`).catch((error) => console.warn(error));
  if (!window.vegaEmbedOffline) await import(location.origin + url);
  await font;
  await inTurn();
  const given = [...(spec.params ?? []), ...params];
  const colors = Object.entries(theme).filter(([name]) => !given.some((param) => param.name === name));
  const all = [...given, ...colors.map(([name, value]) => ({ name, value }))];
  return window.vegaEmbedOffline(stage, { ...spec, ...size, params: all }, {
    actions: false, renderer: "canvas", tooltip: { theme: "player" }, mode: "vega-lite",
    ast: true, // expressions are interpreted: the page forbids to make scripts of texts (ui/protection.py)
  });
}

/** A chart that stays when only its data change, and is fitted when its root changes its size. */
class Embedded {
  constructor(root) {
    this.root = root;
    this.work = Promise.resolve(); // embedding is asynchronous: updates run one after the other
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(root);
  }

  update(show) { this.work = this.work.then(show).catch((error) => console.error(error)); }

  /** Embed a spec, unless it is the one that is there; returns whether it was another. given: what is added to it. */
  async embed(spec, url, size, given = {}) {
    const text = JSON.stringify(spec);
    if (text === this.text) return false;
    const stage = document.createElement("div");
    stage.className = "stage";
    this.root.prepend(stage); // below what else the part has
    const result = await embedVega(stage, url, { ...spec, ...given }, size);
    this.result?.finalize();
    for (const old of this.root.querySelectorAll(".stage")) if (old !== stage) old.remove();
    [this.result, this.view, this.text] = [result, result.view, text];
    return true;
  }

  remove() {
    this.observer.disconnect();
    this.work.then(() => this.result?.finalize());
  }
}

/** The presenter's view (ui/lessons/presenter.py) fills the screen with what is marked. */
function markPicture(root) {
  root.getRootNode().host?.closest("[data-testid=stElementContainer]")?.setAttribute("data-picture", "");
}
