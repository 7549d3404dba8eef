// Reads a log straight from the API, and goes on where it was after every break, without a line twice.
const silence = 15_000;
const longestPause = 15_000;

// As text that sorts: the API leaves trailing zeros out.
const exact = at => at.length === 28 ? at : (at.includes(".") ? at.slice(0, -1) : at.slice(0, -1) + ".").padEnd(27, "0") + "Z";

export class LogStream {
  #ends = new AbortController();
  #reading = null;
  #last = new Map();
  #skip = new Map();
  #markers = new Set();
  #heardAt = 0;

  constructor(url, follow, onLine, onState) {
    Object.assign(this, { url, follow, onLine, onState });
    this.#run();
    this.timer = setInterval(() => this.#check(), 2000);
  }

  end() {
    clearInterval(this.timer);
    this.#ends.abort();
    this.#reading?.abort();
  }

  #check() {
    if (this.follow && this.#heardAt && performance.now() - this.#heardAt > silence) this.#reading?.abort();
  }

  async #run() {
    let failures = 0;
    while (!this.#ends.signal.aborted) {
      this.onState("connecting");
      const lines = await this.#readOnce().catch(e => this.#ends.signal.aborted ? null : e);
      if (this.#ends.signal.aborted) return;
      this.#heardAt = 0;
      if (lines?.refused) { this.onState("refused", lines.refused); return; }
      if (lines === true && !this.follow) { this.onState("over"); return; }
      failures = lines?.began ? 1 : failures + 1;
      this.onState("stale");
      await new Promise(resolve => setTimeout(resolve, Math.min(longestPause, 500 * 2 ** Math.min(failures, 6))));
    }
  }

  async #readOnce() {
    this.#reading = new AbortController();
    this.#heardAt = performance.now();
    const response = await fetch(this.#address(), { signal: this.#reading.signal, headers: { Accept: "application/x-ndjson", "X-Requested-With": "portal" } });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      if (response.status === 401) return { refused: "You were signed out. Sign in again to go on." };
      return [400, 403, 404].includes(response.status) ? { refused: problem.detail ?? `The answer was ${response.status}.` } : { began: false };
    }
    this.onState("live");
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return this.follow ? { began: true } : true;
        this.#heardAt = performance.now();
        rest = await this.#take(rest + decoder.decode(value, { stream: true }));
      }
    } catch {
      return { began: true };
    }
  }

  // Gives whole lines on, a slice of time at once, so that the page stays alive; meanwhile nothing more is read, and the server waits.
  async #take(text) {
    let from = 0, began = performance.now();
    for (let end; (end = text.indexOf("\n", from)) >= 0; from = end + 1) {
      if (end === from) continue;
      const line = JSON.parse(text.slice(from, end));
      if (this.#isNew(line)) this.onLine(line);
      if (performance.now() - began > 10) {
        await breathe();
        if (this.#reading.signal.aborted) throw new Error("ended");
        began = performance.now();
      }
    }
    return text.slice(from);
  }

  #isNew(line) {
    if (line.stream === "portal") {
      const key = line.instance + line.at + line.text;
      return !this.#markers.has(key) && (this.#markers.size < 1000 || this.#markers.clear(), this.#markers.add(key), true);
    }
    const key = line.instance + line.container;
    const skip = this.#skip.get(key);
    if (skip) {
      const at = exact(line.at);
      if (at < skip.at || (at === skip.at && skip.count-- > 0)) return false;
      if (at > skip.at) this.#skip.delete(key);
    }
    const last = this.#last.get(key);
    if (last?.at === line.at) last.count++;
    else this.#last.set(key, { at: line.at, count: 1, heardAt: performance.now() });
    return true;
  }

  // From the earliest last line on, of those who spoke lately: clocks of hosts differ.
  #address() {
    if (this.#last.size === 0) return this.url;
    const url = new URL(this.url, location.href);
    this.#skip = new Map([...this.#last].map(([key, last]) => [key, { at: exact(last.at), count: last.count }]));
    const newest = Math.max(...[...this.#last.values()].map(l => l.heardAt));
    const lately = [...this.#last.values()].filter(l => newest - l.heardAt < 120_000).map(l => exact(l.at)).sort();
    url.searchParams.delete("tail");
    url.searchParams.set("since", lately[0]);
    return url.href;
  }
}

const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();
const breathe = () => new Promise(resolve => { waiting.push(resolve); channel.port2.postMessage(0); });
