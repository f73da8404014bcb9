// Plays a Vega-Lite chart that has a param `step`: the client side of ui/player.py.
// The spec is embedded once; frames enter through view.data(), so new data keep zoom, playhead and view object.

const GLIDE = 250; // milliseconds from one picture to the next
const PATIENCE = 1500; // milliseconds that an animation waits at most for the rest of its page
const DRAWING_TIME = 300; // milliseconds for the other charts of a page whose script is done
const LINK = "[data-testid=stPageLink-NavLink]"; // to another page
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const ICONS = { // drawn, because a projector's machine may lack the glyphs
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  back: "M6 4h3v16H6zM20 4v16L9 12z",
  forward: "M15 4h3v16h-3zM4 4v16l11-8z",
  loop: "M17 2l5 4-5 4V7H7v5H5V5h12zM7 22l-5-4 5-4v3h10v-5h2v7H7z",
};
const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** One row per frame and entity: t, static facts, the frame's values, and as `<name>1` the next frame's values. */
function toRows({ frames, static: facts }) {
  const factNames = Object.keys(facts);
  return frames.flatMap((frame, t) => {
    const next = frames[t + 1] ?? frame;
    const names = Object.keys(frame);
    const count = Math.max(0, ...names.map((name) => frame[name].length));
    return Array.from({ length: count }, (_, i) => {
      const row = { t, i };
      for (const name of factNames) row[name] = facts[name][i];
      for (const name of names) {
        row[name] = frame[name][i];
        row[`${name}1`] = next[name]?.[i] ?? frame[name][i];
      }
      return row;
    });
  });
}

class Player {
  constructor(root) {
    this.root = root;
    this.animation = { run: null, frames: [], static: {} }; // what is on screen
    this.step = 0;
    this.speed = 1;
    this.looping = false;
    this.touched = false; // somebody has moved the playhead away from the end
    this.playing = false;
    this.drawn = []; // times of the frames drawn in the last second
    this.work = Promise.resolve(); // updates run one after the other: embedding is asynchronous
    const find = (name) => root.querySelector(`[data-part=${name}]`);
    this.parts = Object.fromEntries(
      ["frame", "chart", "play", "back", "forward", "seek", "label", "speed", "loop"].map((name) => [name, find(name)]));
    this.buildControls();
    this.lit = [];
    // ui/charts/word_highlight.py; the offline page has neither
    [this.shared, this.hovered] = ["lit", "hovered"].map((id) => document.getElementById(id));
    this.hear = () => this.lightUp((this.hovered.value || this.shared.value).split("|").filter(Boolean));
    for (const input of [this.shared, this.hovered]) input?.addEventListener("input", this.hear);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.parts.chart);
    // Whoever leaves watches it no more, and its frames would hold up the next page
    this.leave = (event) => { if (event.target.closest?.(LINK)) this.pause(); };
    document.addEventListener("click", this.leave);
  }

  get frames() { return this.animation.frames.length; }
  get leader() { return window.__players?.[this.wanted?.follows]; }
  get followers() { return Object.values(window.__players ?? {}).filter((other) => other.wanted?.follows === this.wanted?.key); }
  get last() { return Math.max(0, this.frames - 1); }
  get calm() { return matchMedia("(prefers-reduced-motion: reduce)").matches; }
  get fps() { return this.drawn.filter((time) => time > performance.now() - 1000).length; }

  buildControls() {
    const { frame, play, back, forward, seek, speed, loop } = this.parts;
    for (const name of ["back", "forward", "loop"]) this.parts[name].innerHTML = icon(name);
    speed.replaceChildren(...SPEEDS.map((value) => new Option(`${value}×`, value, value === 1, value === 1)));
    play.onclick = () => this.toggle();
    back.onclick = () => this.stepBy(-1);
    forward.onclick = () => this.stepBy(1);
    seek.oninput = () => this.jump(Number(seek.value));
    speed.onchange = () => { this.speed = Number(speed.value); };
    loop.onclick = () => {
      this.looping = !this.looping;
      loop.setAttribute("aria-pressed", this.looping);
    };
    frame.onkeydown = (event) => {
      const on = this.leader ?? this;
      const actions = { ArrowLeft: () => on.stepBy(-1), ArrowRight: () => on.stepBy(1), " ": () => on.toggle(),
                        Home: () => on.jump(0), End: () => on.jump(on.last) };
      const native = event.target === speed || (event.key === " " && event.target.tagName === "BUTTON");
      if (native || event.ctrlKey || event.altKey || event.metaKey || !actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
    };
    this.refresh();
  }

  /** Show what Streamlit sent: a new spec is embedded, new frames only change the data. */
  receive(message, pick) {
    this.wanted = message;
    this.parts.chart.setAttribute("aria-label", message.alt);
    if (message.height) this.parts.frame.style.setProperty("--height", `${message.height}px`);
    this.parts.frame.classList.toggle("follower", Boolean(message.follows));
    markPicture(this.root);
    this.pick = pick;
    this.work = this.work.then(() => this.show(message)).catch((error) => this.fail(error));
  }

  /** Show news of another run in the same chart, until the page sends something else. */
  take(news) { this.receive({ ...this.wanted, ...news }, this.pick); }

  /** Show what the page has sent last. */
  goBack() {
    if (this.wanted === this.sent) return;
    this.played = this.sent.run;
    this.receive(this.sent, this.pick);
  }

  async show(message) {
    const text = JSON.stringify(message.spec);
    if (text !== this.specText) await this.embed(message.spec, text);
    this.applyTheme();
    if (message === this.shown) return; // Streamlit calls again with the same object on a theme switch
    this.shown = message;
    this.setParams(message.params);
    if (message.frames.length || !this.frames) this.setAnimation(message);
    else this.draw(); // a run that has just begun: keep the last picture until its first frame arrives
    this.feed(window.__playerFeeds?.[message.key]);
  }

  setAnimation(message) {
    const fresh = message.run !== this.animation.run, before = this.places();
    const stays = this.playing || this.touched; // the playhead is where somebody wants it
    this.animation = message;
    if (fresh && this.waiting) this.pause();
    if (this.leader) return this.glideTo(before, this.leader.step);
    const plays = message.autoplay && this.played !== message.run && this.last > 0 && !this.touched && !this.calm;
    if (plays) { this.played = message.run; this.pause(); }
    const step = plays ? 0 : stays && !(fresh && this.playing) ? Math.min(this.step, this.last) : this.last;
    this.glideTo(before, step, plays ? () => this.startAtRest() : undefined);
  }

  setParams(params) { for (const [name, value] of Object.entries(params ?? {})) this.view.signal(name, value); }

  /** Where each word is on the screen, by its name: columns of numbers. */
  places() {
    const words = this.animation.static.word, t = Math.floor(this.step), frame = this.animation.frames[t];
    if (!words || !frame) return undefined;
    const next = this.animation.frames[t + 1] ?? frame, part = this.step - t;
    return new Map(words.map((word, i) => [word, Object.fromEntries(
      Object.keys(frame).map((name) => [name, frame[name][i] + (next[name][i] - frame[name][i]) * part]))]));
  }

  /** Show the new rows at a step; words that were on the screen glide there. */
  glideTo(before, step, then = () => {}) {
    const { frames, static: facts } = this.animation;
    const settle = () => { this.interim = true; this.seek(step); then(); };
    if (!before || this.calm || !facts.word || step >= frames.length) return settle();
    this.step = step;
    this.refresh();
    const to = frames[Math.floor(step)];
    const from = Object.fromEntries(Object.keys(to).map((name) =>
      [name, facts.word.map((word, i) => before.get(word)?.[name] ?? to[name][i])]));
    cancelAnimationFrame(this.gliding);
    this.view.data("frames", toRows({ frames: [from, to], static: facts }));
    this.interim = true;
    const begun = performance.now();
    const glide = (now) => {
      const part = (now - begun) / GLIDE;
      if (part >= 1) return settle();
      this.view.signal("step", clamp(part, 0, 0.999)); // the camera waits for the words where they go
      this.point(step).runAsync();
      this.gliding = requestAnimationFrame(glide);
    };
    glide(begun);
    for (const other of this.followers) other.seek(step);
  }

  /** Frames from a training that is still going on: show the newest. News that come late do not cut a finished animation short. */
  feed(message) {
    const late = this.wanted.frames.length || message?.run !== this.wanted.run;
    if (!this.view || !message || late || message === this.fed) return;
    this.fed = message;
    const frames = message.run === this.animation.run ? this.animation.frames.slice(0, message.at) : [];
    while (frames.length < message.at) frames.push(message.frames[0]); // Streamlit skips updates when it is busy
    frames.push(...message.frames);
    this.pause();
    const before = this.places();
    this.animation = { ...this.wanted, frames, labels: message.labels };
    this.setParams(message.params);
    this.glideTo(before, this.last);
  }

  /** Replace the chart; animation and playhead stay. */
  async embed(spec, text) {
    const shown = { name: "shown", expr: "floor(step)" }; // filters on it work once a frame of the animation, not of the screen
    const stage = this.parts.chart.appendChild(document.createElement("div"));
    const { clientWidth, clientHeight } = this.parts.chart; // both 0 in a hidden tab of the page: fit() follows
    const size = { width: clientWidth || 600, height: clientHeight || 400, autosize: { type: "fit", contains: "padding" } };
    const result = await embedVega(stage, this.wanted.vega, spec, size, [shown]);
    this.result?.finalize();
    while (stage.previousSibling) stage.previousSibling.remove(); // the old chart stays visible until here
    this.result = result;
    this.view = result.view;
    this.specText = text;
    this.setParams(this.wanted.params);
    this.lightUp(this.lit);
    this.view.data("frames", toRows(this.animation));
    this.view.addEventListener("click", (event, item) => this.clicked(event, item));
    this.view.addEventListener("pointerover", (event, item) => this.hover(item?.datum));
    this.view.addEventListener("pointerout", () => this.hover());
  }

  clicked(event, item) {
    this.light(item?.datum);
    if (!this.pick) return;
    const corner = this.parts.chart.getBoundingClientRect(), origin = this.view.origin(), padding = this.view.padding();
    const invert = (scale, pixel) => {
      try { return this.view.scale(scale).invert?.(pixel); } catch { return undefined; } // a chart without that scale
    };
    const x = invert("x", event.clientX - corner.left - padding.left - origin[0]);
    const y = invert("y", event.clientY - corner.top - padding.top - origin[1]);
    const plain = Object.entries(item?.datum ?? {}).filter(([, value]) => typeof value !== "object");
    this.pick({ datum: Object.fromEntries(plain), x, y, step: this.step });
  }

  /** A click on a word lights it and the nearest of the words shown, in all pictures; a second one, or one beside, all. */
  light(datum) {
    const before = this.shared ? this.shared.value.split("|")[0] : this.lit[0];
    const lit = datum?.word && datum.word !== before ? [datum.word, ...datum.near] : [];
    if (this.shared) this.tell(this.shared, lit); else this.lightUp(lit);
  }

  tell(input, words) {
    if (input.value === words.join("|")) return;
    input.value = words.join("|");
    input.dispatchEvent(new Event("input"));
  }

  /** A word under the pointer is lit in all pictures that share a playhead. */
  hover(datum) {
    if (this.hovered && this.wanted.follows) this.tell(this.hovered, datum?.word ? [datum.word, ...datum.near] : []);
  }

  /** Lights words in this picture; none: all. */
  lightUp(lit) {
    this.lit = lit;
    if (this.wanted?.spec.params.some((param) => param.name === "lit")) this.view?.signal("lit", lit).runAsync();
  }

  applyTheme() {
    paint(this.view, this.parts.frame);
    this.view.runAsync();
  }

  fit() {
    const { clientWidth, clientHeight } = this.parts.chart;
    if (this.view && clientWidth) this.view.width(clientWidth).height(clientHeight).runAsync();
  }

  toggle() {
    if (this.playing) { this.pause(); this.touched = true; } else { this.touched = false; this.start(); }
  }

  start() {
    this.waiting = clearTimeout(this.waiting);
    if (!this.last) return;
    if (this.step >= this.last) this.step = 0;
    this.seek(this.step);
    this.playing = true;
    this.clock = undefined;
    this.refresh();
    cancelAnimationFrame(this.request);
    this.request = requestAnimationFrame((now) => this.tick(now));
  }

  /** Start when the page is complete and its charts have had time to be drawn: frames drawn before would hold up its other parts. */
  startAtRest(since = performance.now(), rested = false) {
    const app = document.querySelector("[data-testid=stApp]");
    const waits = app?.dataset.testScriptState === "running" && performance.now() - since < PATIENCE;
    if (rested && !waits) return this.start();
    this.playing = true;
    this.refresh();
    this.waiting = setTimeout(() => this.startAtRest(since, !waits), waits ? 50 : DRAWING_TIME);
  }

  pause() {
    this.playing = false;
    this.waiting = clearTimeout(this.waiting);
    cancelAnimationFrame(this.request);
    this.refresh();
  }

  tick(now) {
    const elapsed = Math.min(now - (this.clock ?? now), 100); // a hidden tab gets no ticks: go on where it stopped
    this.clock = now;
    let step = this.stepAt(this.timeOf(this.step) + (elapsed / 1000) * this.speed);
    if (step >= this.last && this.looping && this.step >= this.last) step = 0;
    this.seek(step);
    this.drawn = [...this.drawn.filter((time) => time > now - 1000), now];
    if (this.step >= this.last && !this.looping) this.pause();
    else this.request = requestAnimationFrame((time) => this.tick(time));
  }

  /** Seconds at which a step is due. */
  timeOf(step) {
    const { seconds } = this.animation, k = Math.min(Math.floor(step), this.last - 1);
    return seconds.length ? seconds[k] + (seconds[k + 1] - seconds[k]) * (step - k) : (seconds * step) / this.last;
  }

  stepAt(time) {
    const { seconds } = this.animation;
    if (!seconds.length) return (time * this.last) / seconds;
    const k = seconds.findLastIndex((due, at) => due <= time && at < this.last);
    return clamp(k + (time - seconds[k]) / (seconds[k + 1] - seconds[k]), 0, this.last);
  }

  stepBy(by) { this.jump(by > 0 ? Math.floor(this.step) + 1 : Math.ceil(this.step) - 1); }

  jump(step) { this.pause(); this.seek(step); this.touched = this.step < this.last; }

  seek(step) {
    cancelAnimationFrame(this.gliding);
    if (this.interim) this.view.data("frames", toRows(this.animation)); // a glide has rows of its own
    this.interim = false;
    this.step = clamp(step, 0, this.last);
    this.refresh();
    this.draw();
    for (const other of this.followers) other.seek(this.step);
  }

  draw() { this.view?.signal("step", this.step) && this.point(this.step).runAsync(); }

  /** A chart with a param `camera` has bounds of its own for each frame. */
  point(step) {
    const has = this.wanted.spec.params.some((param) => param.name === "camera");
    return has ? this.view.signal("camera", step) : this.view;
  }

  refresh() {
    const { play, back, forward, seek, label } = this.parts;
    const shown = Math.floor(this.step + 1e-6);
    const { labels } = this.animation;
    const text = !this.frames ? "" : typeof labels === "string" ? `${labels} ${shown + 1} of ${this.frames}` : labels[shown] ?? "";
    if (label.textContent !== text) label.textContent = text;
    if (play.dataset.icon !== String(this.playing)) {
      play.dataset.icon = this.playing;
      play.innerHTML = icon(this.playing ? "pause" : "play");
      play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    }
    for (const part of [play, seek]) part.disabled = !this.last;
    back.setAttribute("aria-disabled", this.step <= 0); // `disabled` would drop the keyboard focus
    forward.setAttribute("aria-disabled", this.step >= this.last);
    seek.max = this.last;
    seek.value = this.step;
    seek.setAttribute("aria-valuetext", text);
    seek.style.setProperty("--done", `${this.last ? (100 * this.step) / this.last : 0}%`);
  }

  fail(error) {
    this.parts.label.textContent = `The animation cannot be shown: ${error.message}`;
    console.error(error);
  }

  remove() {
    this.pause();
    document.removeEventListener("click", this.leave);
    this.observer.disconnect();
    for (const input of [this.shared, this.hovered]) input?.removeEventListener("input", this.hear);
    this.work.then(() => this.result?.finalize());
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const players = (window.__players ??= {});
  const player = (parentElement.player ??= new Player(parentElement));
  players[data.key] = player;
  player.sent = data;
  player.receive(data, data.picks && ((value) => setTriggerValue("pick", value)));
  return () => {
    player.remove();
    delete parentElement.player;
    if (players[data.key] === player) delete players[data.key];
    delete window.__playerFeeds?.[data.key];
  };
}
