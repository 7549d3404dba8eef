// A log in the page: what is read is shown, found, paused and taken along. Lines never pass through the page's circuit.
import { LogBuffer } from "../logs/buffer.js";
import { LogStream } from "../logs/stream.js";
import { LogView } from "../logs/view.js";
import { plain } from "../logs/text.js";
import { time } from "../logs/row.js";

const colours = 10;

export function create(host, options, page) {
  return new Log(host, options, page);
}

class Log {
  constructor(host, options, page) {
    Object.assign(this, { host, page, options: {}, sources: new Map() });
    this.look = { wrap: options.wrap, zone: options.zone, tags: options.tags, words: [], found: null };
    this.#build(options.label);
    this.view = new LogView(this.scroller, this.look, estimate => new LogBuffer(estimate), () => this.#changed());
    this.set(options);
  }

  set(options) {
    const same = options.url === this.options.url;
    this.options = options;
    this.download.href = options.download;
    this.download.download = options.file;
    this.look.tags = options.tags;
    if (same) return;
    this.stream?.end();
    this.view.clear();
    this.sources.clear();
    this.#mark();
    this.stream = new LogStream(options.url, options.follow, line => this.#add(line), (state, why) => this.#say(state, why));
  }

  destroy() {
    this.stream.end();
    this.view.end();
    this.host.replaceChildren();
  }

  #add(line) {
    this.view.add({ at: line.at, kind: line.stream, text: line.text, source: this.#sourceOf(line) });
  }

  #sourceOf(line) {
    const key = line.instance + line.container;
    let source = this.sources.get(key);
    if (!source) {
      const part = line.container === "main" ? "" : `/${line.container}`;
      source = { colour: this.sources.size % colours, name: `${this.options.app}.${line.slot}${part}`, title: `Replica ${line.slot}, its container no. ${line.epoch}, on ${line.host}` };
      this.sources.set(key, source);
    }
    return source;
  }

  #build(label) {
    const make = (tag, attributes, ...children) => {
      const node = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      node.append(...children);
      return node;
    };
    const button = (text, title, click, kind = "button compact") => {
      const node = make("button", { type: "button", class: kind, title }, text);
      node.addEventListener("click", click);
      return node;
    };
    this.state = make("span", { class: "log-state", role: "status" });
    this.find = make("input", { class: "input", type: "search", placeholder: "Find in these lines", "aria-label": "Find in these lines" });
    this.find.addEventListener("input", () => { clearTimeout(this.finding); this.finding = setTimeout(() => this.#mark(), 200); });
    this.find.addEventListener("keydown", e => { if (e.key === "Enter") { e.preventDefault(); this.#go(e.shiftKey ? -1 : 1); } });
    this.hits = make("span", { class: "muted small log-hits", role: "status" });
    this.follow = button("Pause", "Stay where you are while lines come", () => this.#toggle());
    this.wrap = button("Wrap", "Break long lines", () => { this.look.wrap = !this.look.wrap; this.#restyle(); }, "chip");
    this.zone = make("select", { class: "input log-zone", "aria-label": "Times" },
      ...[["local", "Local times"], ["utc", "UTC"], ["off", "No times"]].map(([value, text]) => make("option", { value }, text)));
    this.zone.value = this.look.zone;
    this.zone.addEventListener("change", () => { this.look.zone = this.zone.value; this.#restyle(); });
    this.download = make("a", { class: "button compact", title: "These lines and all before them, as text" }, "Download");
    this.scroller = make("div", { class: "log-scroll", tabindex: "0", role: "log", "aria-live": "off", "aria-label": label });
    this.more = button("", "Go to the newest line", () => this.view.toEnd(), "button primary compact log-new");
    this.more.hidden = true;
    this.note = make("p", { class: "hint log-note" });
    this.host.append(
      make("div", { class: "log-bar" }, this.state,
        make("span", { class: "log-find" }, this.find, button("↑", "Find the one before", () => this.#go(-1)), button("↓", "Find the next", () => this.#go(1)), this.hits),
        make("span", { class: "log-tools" }, this.follow, this.wrap, this.zone, button("Clear", "Empty this view; nothing is deleted", () => { this.view.clear(); this.#mark(); }), this.download)),
      make("div", { class: "log-frame" }, this.scroller, this.more), this.note);
    this.host.classList.toggle("wrapped", this.look.wrap);
    this.wrap.setAttribute("aria-pressed", this.look.wrap);
  }

  #restyle() {
    this.host.classList.toggle("wrapped", this.look.wrap);
    this.wrap.setAttribute("aria-pressed", this.look.wrap);
    this.view.redraw(true);
    this.page?.invokeMethodAsync("OnLook", this.look.wrap, this.look.zone);
  }

  #toggle() {
    if (this.view.isAtEnd) this.view.pause();
    else this.view.toEnd();
    // A pause asked for at the bottom holds there too.
    this.view.held = !this.view.isAtEnd;
  }

  #say(state, why) {
    if (state !== "live" && state !== "connecting") this.since ??= new Date();
    if (state === "connecting" && this.since) return;
    if (state === "live") this.since = null;
    this.told = state;
    const at = this.since && time(this.since.toISOString(), "local").slice(0, 8);
    this.state.dataset.tone = { live: "good", stale: "warn", refused: "bad" }[state] ?? "idle";
    this.state.textContent = { connecting: "Connecting…", live: this.options.follow ? "Live" : "Reading…", stale: `Stale since ${at}, connecting again…`, over: "Read to the end", refused: why }[state];
    this.view.draw();
  }

  #changed() {
    const { buffer, unseen, isAtEnd } = this.view;
    if (isAtEnd) this.view.held = false;
    this.more.hidden = isAtEnd || unseen === 0;
    this.more.textContent = `${unseen.toLocaleString()} new ${unseen === 1 ? "line" : "lines"} ↓`;
    this.follow.textContent = isAtEnd ? "Pause" : "Follow";
    this.follow.title = isAtEnd ? "Stay where you are while lines come" : "Go to the newest line and stay there";
    const count = `${buffer.count.toLocaleString()} ${buffer.count === 1 ? "line" : "lines"}`;
    this.note.textContent = buffer.count === 0 ? (this.told === "over" ? "It said nothing that is sought here." : this.told === "live" ? "Waiting for the first line…" : "")
      : buffer.dropped ? `${count} here; ${buffer.dropped.toLocaleString()} older ones were dropped here. The download has all that their host still keeps.` : `${count}.`;
  }

  // What is sought in all lines of the server and what is found in these are both marked.
  #mark() {
    const word = this.find.value.trim().toLowerCase();
    this.word = word;
    this.look.words = [...new Set([word, (this.options.text ?? "").toLowerCase()])].filter(Boolean);
    this.look.found = null;
    this.matches = () => [...this.view.buffer].filter(l => plain(l.text).toLowerCase().includes(word));
    this.hits.textContent = word ? `${this.matches().length.toLocaleString()} lines` : "";
    this.view.redraw(false);
  }

  #go(step) {
    clearTimeout(this.finding);
    if (this.find.value.trim().toLowerCase() !== (this.word ?? "")) this.#mark();
    if (!this.word) { this.find.focus(); return; }
    const found = this.matches();
    if (found.length === 0) { this.hits.textContent = "none"; return; }
    const at = found.indexOf(this.look.found);
    const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
    this.look.found = found[next];
    this.hits.textContent = `${(next + 1).toLocaleString()} of ${found.length.toLocaleString()}`;
    this.view.held = true;
    this.view.show(found[next]);
  }
}
