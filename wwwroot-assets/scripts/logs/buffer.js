// The lines of a log, bounded. They lie in blocks, each with the height of its rows, so that a place is found and the oldest are dropped without touching every line.
const blockLines = 500;
const blockChars = 512 * 1024;

export class LogBuffer {
  constructor(estimate, maxLines = 50_000, maxChars = 16 * 1024 * 1024) {
    Object.assign(this, { estimate, maxLines, maxChars });
    this.clear();
  }

  clear() {
    this.blocks = [];
    this.count = 0;
    this.chars = 0;
    this.dropped = 0;
    this.height = 0;
  }

  // Returns the height that was dropped for it at the top.
  push(line) {
    let block = this.blocks.at(-1);
    if (!block || block.lines.length >= blockLines || block.chars >= blockChars) this.blocks.push(block = { lines: [], height: 0, chars: 0 });
    line.height = this.estimate(line);
    block.lines.push(line);
    block.height += line.height;
    block.chars += line.text.length;
    line.block = block;
    this.height += line.height;
    this.chars += line.text.length;
    this.count++;
    let gone = 0;
    while (this.blocks.length > 1 && (this.count > this.maxLines || this.chars > this.maxChars)) gone += this.#dropFirst();
    return gone;
  }

  #dropFirst() {
    const block = this.blocks.shift();
    this.count -= block.lines.length;
    this.dropped += block.lines.length;
    this.chars -= block.chars;
    this.height -= block.height;
    for (const line of block.lines) line.block = null;
    return block.height;
  }

  // A row was measured.
  resize(line, height) {
    if (!line.block) return 0;
    const more = height - line.height;
    line.height = height;
    line.block.height += more;
    this.height += more;
    return more;
  }

  // Every row's height is another, for the width or the wrapping is.
  estimateAll() {
    this.height = 0;
    for (const block of this.blocks) {
      block.height = 0;
      for (const line of block.lines) block.height += line.height = this.estimate(line);
      this.height += block.height;
    }
  }

  // The lines from a height on that fill another, with where the first one begins.
  between(top, bottom) {
    const lines = [];
    let y = 0, first = 0;
    for (const block of this.blocks) {
      if (y + block.height <= top) { y += block.height; continue; }
      for (const line of block.lines) {
        if (y + line.height > top) {
          if (lines.length === 0) first = y;
          lines.push(line);
        }
        y += line.height;
        if (y >= bottom) return { lines, top: first };
      }
    }
    return { lines, top: first };
  }

  topOf(wanted) {
    let y = 0;
    for (const block of this.blocks) {
      if (block !== wanted.block) { y += block.height; continue; }
      for (const line of block.lines) {
        if (line === wanted) return y;
        y += line.height;
      }
    }
    return 0;
  }

  *[Symbol.iterator]() {
    for (const block of this.blocks) yield* block.lines;
  }
}
