// The next picture, asked for before the page has run: the client side of ui/train/ahead.py.

/** Hears which slider moves, asks for what it will show, and hands it to the players. */
class Ahead {
  constructor() {
    // A slider that its visitor moves has the focus; one that the page sets has not
    this.moves = new MutationObserver((changes) => { for (const { target } of changes) this.hear(target, !this.tapped); });
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
    this.listeners = {
      keydown: (event) => { this.tapped = !event.repeat; }, // one step, and the key will be up before it is computed
      pointerdown: () => { this.tapped = false; },
      keyup: () => this.hear(document.activeElement, false),
      pointerup: () => this.hear(document.activeElement, false),
    };
    for (const [kind, listener] of Object.entries(this.listeners)) document.addEventListener(kind, listener, true);
  }

  /** What the page now shows has other next pictures. */
  receive(offer) {
    if (offer.url === this.offer?.url) return;
    this.offer = offer;
    this.shown = this.page = this.moved = undefined;
  }

  /** A slider has moved. held: it may move on, and is worth no computation yet. */
  hear(slider, held) {
    const { offer } = this;
    if (slider?.type !== "range" || slider !== document.activeElement) return;
    const [key] = Object.keys(offer.sliders).filter((name) => slider.closest(`.st-key-${name}`));
    if (key === undefined || (this.moved ?? key) !== key) return; // the page has yet to run for another one
    if (Number(slider.value) === offer.sliders[key]) return this.goBack();
    const query = `${offer.url}?${key}=${slider.value}`;
    if (!held) this.moved = key;
    if (query === this.shown || (query === this.asked?.query && this.asked.held <= held)) return;
    this.next = { url: offer.url, query, held };
    if (!(held && this.asked?.held)) this.asked?.stop.abort(); // only while a slider is held, pictures on the way are shown first
    if (!this.asked) this.ask();
  }

  /** The slider is where it was: so is the picture. */
  goBack() {
    this.asked?.stop.abort();
    for (const [key, message] of Object.entries(this.page ?? {})) window.__players[key]?.receive(message, window.__players[key].pick);
    this.next = this.shown = this.page = this.moved = undefined;
  }

  /** Ask for the newest move, one at a time. */
  async ask() {
    while (this.next && this.next.query !== this.shown) {
      const { url, query, held } = this.asked = { ...this.next, stop: new AbortController() };
      this.next = undefined;
      const options = { signal: this.asked.stop.signal };
      const news = await fetch(location.origin + query + (held ? "&held" : ""), options)
        .then((answer) => (answer.status === 200 ? answer.json() : undefined)).catch(() => undefined);
      if (news && url === this.offer?.url && !options.signal.aborted) this.show(query, news); // the page has not run meanwhile
    }
    this.asked = this.next = undefined;
  }

  show(query, news) {
    const players = Object.keys(news).filter((key) => window.__players[key]);
    this.page ??= Object.fromEntries(players.map((key) => [key, window.__players[key].wanted]));
    this.shown = query;
    for (const key of players) window.__players[key].take(news[key]);
  }

  remove() {
    this.offer = undefined;
    this.asked?.stop.abort();
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
