// Looks now and then whether a room has changed: the client side of ui/classroom/seat.py.

const EVERY = 500; // milliseconds between two looks
const AGAIN = 5000; // until the same change is told once more, if the page was not drawn anew

class Watch {
  receive(data, send) {
    [this.data, this.send] = [data, send];
    this.timer ??= setTimeout(() => this.look(), EVERY);
  }

  async look() {
    const found = await this.ask();
    const old = this.told === found && performance.now() - this.at < AGAIN;
    if (found !== undefined && found !== this.data.drawn && !old && !this.ended) {
      [this.told, this.at] = [found, performance.now()];
      this.send(found);
    }
    if (!this.ended) this.timer = setTimeout(() => this.look(), EVERY);
  }

  /** The number that is watched, or nothing while the server does not answer. */
  async ask() {
    try {
      const answer = await fetch(this.data.url, { cache: "no-store" });
      return answer.ok ? (await answer.json())[this.data.what] : undefined;
    } catch {
      return undefined;
    }
  }

  remove() { this.ended = true; clearTimeout(this.timer); }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const watch = (parentElement.watch ??= new Watch());
  watch.receive(data, (found) => setTriggerValue("changed", found));
  return () => {
    watch.remove();
    delete parentElement.watch;
  };
}
