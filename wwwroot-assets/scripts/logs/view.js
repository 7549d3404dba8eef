// The rows of a log that are in sight. It stays at the bottom until somebody scrolls up, and again once they are back there.
import { row } from "./row.js";

const lineHeight = 18;
const spare = 300;

export class LogView {
  #rows = new Map();
  #drawn = false;
  #lastTop = 0;
  #columns = 100;
  isAtEnd = true;
  unseen = 0;

  constructor(scroller, look, makeBuffer, onChange) {
    Object.assign(this, { scroller, look, onChange });
    this.buffer = makeBuffer(line => this.#estimate(line));
    this.size = scroller.appendChild(document.createElement("div"));
    this.size.className = "log-size";
    this.body = this.size.appendChild(document.createElement("div"));
    this.body.className = "log-rows";
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.resizing = new ResizeObserver(() => { this.#measureColumns(); this.redraw(true); });
    this.resizing.observe(scroller);
    this.#measureColumns();
  }

  add(line) {
    const gone = this.buffer.push(line);
    if (!this.isAtEnd) {
      this.unseen++;
      if (gone) { this.scroller.scrollTop -= gone; this.#lastTop = this.scroller.scrollTop; }
    }
    this.draw();
  }

  clear() {
    this.buffer.clear();
    this.unseen = 0;
    this.isAtEnd = true;
    this.redraw(false);
  }

  toEnd() {
    this.isAtEnd = true;
    this.unseen = 0;
    this.draw();
  }

  pause() {
    this.isAtEnd = false;
    this.draw();
  }

  show(line) {
    this.isAtEnd = false;
    this.scroller.scrollTop = Math.max(0, this.buffer.topOf(line) - this.scroller.clientHeight / 2);
    this.#lastTop = this.scroller.scrollTop;
    this.redraw(false);
  }

  // Every row looks different now.
  redraw(heights) {
    if (heights) this.buffer.estimateAll();
    this.#rows.clear();
    this.body.replaceChildren();
    this.draw();
  }

  draw() {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => { this.#drawn = false; this.#draw(); });
  }

  end() {
    this.resizing.disconnect();
  }

  #draw() {
    this.size.style.height = `${this.buffer.height}px`;
    if (this.isAtEnd) this.scroller.scrollTop = this.buffer.height;
    this.#fill();
    // What was measured may have moved the end.
    if (this.isAtEnd) {
      this.size.style.height = `${this.buffer.height}px`;
      this.scroller.scrollTop = this.buffer.height;
    }
    this.#lastTop = this.scroller.scrollTop;
    this.onChange();
  }

  #fill() {
    const { lines, top } = this.buffer.between(this.scroller.scrollTop - spare, this.scroller.scrollTop + this.scroller.clientHeight + spare);
    const rows = new Map();
    for (const line of lines) rows.set(line, this.#rows.get(line) ?? row(line, this.look, l => this.#reopen(l)));
    const wanted = [...rows.values()];
    for (const [line, node] of this.#rows) if (!rows.has(line)) node.remove();
    wanted.forEach((node, i) => { if (this.body.children[i] !== node) this.body.insertBefore(node, this.body.children[i] ?? null); });
    this.#rows = rows;
    this.body.style.transform = `translateY(${top}px)`;
    const heights = wanted.map(node => node.getBoundingClientRect().height);
    let i = 0;
    for (const line of rows.keys()) {
      const height = heights[i++];
      if (height && height !== line.height) this.buffer.resize(line, height);
    }
  }

  #reopen(line) {
    this.isAtEnd = false;
    this.#rows.get(line)?.remove();
    this.#rows.delete(line);
    this.draw();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atBottom = scrollHeight - clientHeight - scrollTop < 4;
    if (atBottom && !this.held) { this.isAtEnd = true; this.unseen = 0; }
    else if (scrollTop < this.#lastTop - 1) this.isAtEnd = false;
    this.#lastTop = scrollTop;
    this.draw();
  }

  #measureColumns() {
    const probe = this.body.appendChild(document.createElement("span"));
    probe.textContent = "0".repeat(50);
    const width = probe.getBoundingClientRect().width / 50;
    probe.remove();
    this.#columns = Math.max(10, Math.floor((this.scroller.clientWidth - 24) / (width || 7)));
  }

  #estimate(line) {
    if (!this.look.wrap) return lineHeight;
    const prefix = (this.look.zone === "off" ? 0 : 13) + (this.look.tags ? line.source.name.length + 2 : 0) + (line.kind === "stderr" ? 5 : 0);
    return lineHeight * Math.max(1, Math.ceil((prefix + Math.min(line.text.length, 4020)) / this.#columns));
  }
}
