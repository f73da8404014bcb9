// The next picture, asked for before the page has run: the client side of ui/train/ahead.py.

const LINK = "[data-testid=stPageLink-NavLink]"; // to another page

/** Hears which slider moves, asks for what it will show, and hands it to the players. */
class Ahead {
  constructor() {
    this.moves = new MutationObserver((changes) => { for (const { target } of changes) this.hear(target, !this.tapped); });
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
    this.listeners = {
      keydown: (event) => { this.tapped = !event.repeat; }, // one step, and the key will be up before it is computed
      keyup: () => { this.tapped = false; this.hear(document.activeElement, false); },
      pointerdown: () => { this.tapped = false; },
      pointerup: () => this.hear(document.activeElement, false),
      click: (event) => { if (event.target.closest?.(LINK)) this.stop(); },
    };
    for (const [kind, listener] of Object.entries(this.listeners)) document.addEventListener(kind, listener, true);
  }

  /** What the page now shows has other next pictures. */
  receive(offer) {
    this.offer = offer;
    this.shown = undefined;
    if (!this.moved().length) this.goBack();
  }

  /** Keys of the sliders that are not where they were when the page was drawn. */
  moved() {
    const value = (key) => document.querySelector(`.st-key-${key} input[type=range]`)?.value ?? this.offer.sliders[key];
    return Object.keys(this.offer.sliders).filter((key) => Number(value(key)) !== this.offer.sliders[key]);
  }

  /** A slider has moved. held: it may move on, and is worth no computation yet. */
  hear(slider, held) {
    if (slider?.type !== "range" || !Object.keys(this.offer.sliders).some((key) => slider.closest(`.st-key-${key}`))) return;
    const moved = this.moved();
    if (!moved.length) return this.goBack();
    // Only what its visitor moves has the focus; where two have moved, the page has yet to run for the first
    if (slider !== document.activeElement || moved.length > 1 || !slider.closest(`.st-key-${moved[0]}`)) return;
    const query = `${this.offer.url}?${moved[0]}=${slider.value}`;
    if (query === this.asked?.query && this.asked.held <= held) { this.next = undefined; return; }
    if (query === this.shown) return this.stop();
    this.next = { url: this.offer.url, query, held };
    if (!(held && this.asked?.held)) this.asked?.stop.abort(); // only while a slider is held, pictures on the way are shown first
    if (!this.asked) this.ask();
  }

  stop() {
    this.next = undefined;
    this.asked?.stop.abort();
  }

  /** The sliders are where they were: so is the picture. */
  goBack() {
    this.stop();
    this.shown = undefined;
    for (const player of Object.values(window.__players ?? {})) player.goBack();
  }

  /** Ask for the newest move, one at a time. */
  async ask() {
    while (this.next) {
      const { url, query, held } = this.asked = { ...this.next, stop: new AbortController() };
      this.next = undefined;
      const { signal } = this.asked.stop;
      const news = await fetch(location.origin + query + (held ? "&held" : ""), { signal })
        .then((answer) => (answer.status === 200 ? answer.json() : undefined)).catch(() => undefined);
      if (!news || url !== this.offer?.url || signal.aborted) continue; // the page has run meanwhile, or the slider has moved on
      this.shown = query;
      // A slider that is held shows where the words end up; the film is for the one that is let go
      for (const [key, part] of Object.entries(news)) window.__players?.[key]?.take({ ...part, autoplay: !held });
    }
    this.asked = undefined;
  }

  remove() {
    this.offer = undefined;
    this.stop();
    this.moves.disconnect();
    for (const [kind, listener] of Object.entries(this.listeners)) document.removeEventListener(kind, listener, true);
  }
}

export default function ({ data, parentElement }) {
  const ahead = (parentElement.ahead ??= new Ahead());
  ahead.receive(data);
  return () => {
    ahead.remove();
    delete parentElement.ahead;
  };
}
