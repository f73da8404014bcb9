// A board on which words are placed by hand: the client side of ui/seeds/board.py. Words that wait lie above the board.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const QUIET = 600; // milliseconds without a key until Python hears of what the keys have moved
const STEP = 0.05; // of an arrow key; a side of the board is 2 long
const WAITING = { columns: 4, row: 34 };

class Board {
  constructor(root) {
    this.root = root;
    this.board = root.appendChild(document.createElement("div"));
    this.board.className = "board";
    this.words = new Map(); // word -> its button
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(root);
  }

  /** The words and their places, as Streamlit sends them; while a hand is on the board, the hand is right. */
  receive(data, send) {
    this.send = send;
    if (data === this.data || this.held) return;
    this.data = data;
    this.places = { ...data.places };
    for (const [word, button] of this.words) if (!data.words.includes(word)) { button.remove(); this.words.delete(word); }
    for (const word of data.words) if (!this.words.has(word)) this.words.set(word, this.button(word));
    data.words.forEach((word, k) => {
      this.words.get(word).style.setProperty("--group", data.colors[k]);
      this.words.get(word).className = `word shape${data.shapes[k]}`;
    });
    this.draw();
  }

  button(word) {
    const button = this.root.appendChild(document.createElement("button"));
    button.textContent = word;
    button.onpointerdown = (event) => { button.setPointerCapture(event.pointerId); button.focus(); this.hold(); };
    button.onpointermove = (event) => button.hasPointerCapture(event.pointerId) && this.put(word, this.at(event));
    button.onlostpointercapture = () => this.release();
    button.onkeydown = (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const [x, y] = this.places[word] ?? [0, 1]; // a word that waits comes in from above
      this.hold();
      this.put(word, [x + by[0] * STEP, y + by[1] * STEP]);
      this.waiting = setTimeout(() => this.release(), QUIET);
    };
    return button;
  }

  get side() { return Math.min(this.data.side, this.root.clientWidth || this.data.side); }

  /** Where a pointer is on the board: from -1 to 1 along both axes. */
  at({ clientX, clientY }) {
    const { left, top } = this.board.getBoundingClientRect();
    return [(2 * (clientX - left)) / this.side - 1, 1 - (2 * (clientY - top)) / this.side];
  }

  hold() { this.held = true; clearTimeout(this.waiting); }

  put(word, place) {
    this.places[word] = place.map((x) => clamp(Math.round(x * 100) / 100, -1, 1) || 0);
    this.draw();
  }

  release() {
    this.held = false;
    this.send(this.places);
  }

  draw() {
    if (!this.data) return;
    const { side } = this, wait = this.data.words.filter((word) => !this.places[word]);
    this.board.style.width = this.board.style.height = `${side}px`;
    const above = Math.ceil(this.data.words.length / WAITING.columns) * WAITING.row; // stays free: nothing jumps
    this.board.style.top = `${above}px`;
    this.root.style.height = `${above + side}px`;
    for (const [word, button] of this.words) {
      const place = this.places[word], k = wait.indexOf(word);
      const x = place ? ((place[0] + 1) * side) / 2 : 10 + ((k % WAITING.columns) * side) / WAITING.columns;
      const y = place ? above + ((1 - place[1]) * side) / 2 : (Math.floor(k / WAITING.columns) + 0.5) * WAITING.row;
      button.style.left = `${x}px`;
      button.style.top = `${y}px`;
      button.classList.toggle("left", Boolean(place) && place[0] > 0.6); // its letters stay on the board
      const said = place ? `${place[0].toFixed(2)}, ${place[1].toFixed(2)}` : "not placed yet";
      button.setAttribute("aria-label", `${word}: ${said}. The arrow keys move it.`);
    }
  }

  remove() { this.observer.disconnect(); clearTimeout(this.waiting); }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-part=root]");
  const board = (parentElement.board ??= new Board(root));
  board.receive(data, (places) => setTriggerValue("placed", places));
  return () => {
    board.remove();
    delete parentElement.board;
    root.replaceChildren();
  };
}
