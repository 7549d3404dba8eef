// What a line looks like: colours that it asks for (SGR) become classes, every other control character a symbol. Nothing is obeyed, and all text is set as text.
const sgr = /\x1b\[([0-9;:]*)m/g;
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const symbol = c => {
  const code = c.codePointAt(0);
  return code < 0x20 ? `^${String.fromCodePoint(0x40 + code)}` : code === 0x7f ? "^?" : `<${code.toString(16).toUpperCase().padStart(4, "0")}>`;
};

// Control characters become pieces of their own, so that they cannot be taken for what was written.
function split(text, look, into) {
  let from = 0;
  for (const match of text.matchAll(control)) {
    if (match.index > from) into.push({ text: text.slice(from, match.index), look });
    into.push({ text: symbol(match[0]), look: "log-control" });
    from = match.index + match[0].length;
  }
  if (from < text.length) into.push({ text: text.slice(from), look });
}

// The text without colours, as it is searched.
export const plain = text => text.includes("\x1b") ? text.replace(sgr, "") : text;

// Pieces of one look each.
export function pieces(text) {
  const result = [];
  let style = {}, from = 0;
  for (const match of text.matchAll(sgr)) {
    if (match.index > from) split(text.slice(from, match.index), look(style), result);
    from = match.index + match[0].length;
    style = apply(style, match[1]);
  }
  if (from < text.length) split(text.slice(from), look(style), result);
  return result;
}

const look = s => [s.bold && "sgr-bold", s.dim && "sgr-dim", s.italic && "sgr-italic", s.under && "sgr-under", s.inverse && "sgr-inverse",
  s.fore !== undefined && `sgr-f${s.fore}`, s.back !== undefined && `sgr-b${s.back}`].filter(Boolean).join(" ");

function apply(style, codes) {
  const next = { ...style };
  const list = codes === "" ? [0] : codes.split(/[;:]/).map(Number);
  for (let i = 0; i < list.length; i++) {
    const n = list[i];
    if (n === 0) for (const key of Object.keys(next)) delete next[key];
    else if (n === 1) next.bold = true;
    else if (n === 2) next.dim = true;
    else if (n === 3) next.italic = true;
    else if (n === 4) next.under = true;
    else if (n === 7) next.inverse = true;
    else if (n === 22) next.bold = next.dim = false;
    else if (n === 23) next.italic = false;
    else if (n === 24) next.under = false;
    else if (n === 27) next.inverse = false;
    else if (n >= 30 && n <= 37) next.fore = n - 30;
    else if (n === 39) delete next.fore;
    else if (n >= 40 && n <= 47) next.back = n - 40;
    else if (n === 49) delete next.back;
    else if (n >= 90 && n <= 97) next.fore = n - 90;
    else if (n >= 100 && n <= 107) next.back = n - 100;
    else if (n === 38 || n === 48) {
      const [colour, used] = list[i + 1] === 5 ? [ofPalette(list[i + 2]), 2] : list[i + 1] === 2 ? [nearest(list[i + 2], list[i + 3], list[i + 4]), 4] : [undefined, 0];
      i += used;
      if (colour !== undefined) next[n === 38 ? "fore" : "back"] = colour;
    }
  }
  return next;
}

// Of 256 and of 16 million colours the nearest of our eight, which can be read in both themes.
function ofPalette(n) {
  if (!(n >= 0 && n <= 255)) return undefined;
  if (n < 16) return n % 8;
  if (n >= 232) return n < 244 ? 0 : 7;
  const part = v => v === 0 ? 0 : 55 + 40 * v;
  return nearest(part(Math.floor((n - 16) / 36)), part(Math.floor((n - 16) / 6) % 6), part((n - 16) % 6));
}

function nearest(r, g, b) {
  const most = Math.max(r, g, b);
  if (!(most >= 0)) return undefined;
  if (most - Math.min(r, g, b) < 32) return most < 128 ? 0 : 7;
  const half = (most + Math.min(r, g, b)) / 2;
  return (r > half ? 1 : 0) + (g > half ? 2 : 0) + (b > half ? 4 : 0);
}

// Appends text to a node with every place of a word marked.
export function append(node, text, words) {
  const lower = words.length ? text.toLowerCase() : "";
  let from = 0;
  while (words.length) {
    let at = -1, length = 0;
    for (const word of words) {
      const found = lower.indexOf(word, from);
      if (found >= 0 && (at < 0 || found < at)) { at = found; length = word.length; }
    }
    if (at < 0 || lower.length !== text.length) break;
    if (at > from) node.append(text.slice(from, at));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + length);
    node.append(mark);
    from = at + length;
  }
  if (from < text.length) node.append(text.slice(from));
}
