// One row of a log.
import { pieces, append } from "./text.js";

const cut = 4000;
const two = n => String(n).padStart(2, "0");

export function time(at, zone) {
  const ms = at.length > 20 ? at.slice(20, 23).replace("Z", "").padEnd(3, "0") : "000";
  if (zone === "utc") return `${at.slice(11, 19)}.${ms}`;
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${ms}`;
}

const date = (at, zone) => {
  if (zone === "utc") return at.slice(0, 10);
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
};

export const size = chars => chars < 10_000 ? `${chars} characters` : chars < 1_000_000 ? `${Math.round(chars / 1000)} KB` : `${(chars / 1_000_000).toFixed(1)} MB`;

export function row(line, look, onResize) {
  const node = document.createElement("div");
  node.className = `log-line${line.kind === "stderr" ? " err" : line.kind === "portal" ? " portal" : ""}${line === look.found ? " found" : ""}`;
  if (look.zone !== "off") {
    const stamp = document.createElement("time");
    stamp.dateTime = line.at;
    stamp.title = `${date(line.at, look.zone)} ${time(line.at, look.zone)} ${look.zone === "utc" ? "UTC" : "here"}`;
    stamp.textContent = time(line.at, look.zone);
    node.append(stamp, " ");
  }
  if (look.tags) {
    const tag = document.createElement("span");
    tag.className = `log-tag tag-${line.source.colour}`;
    tag.title = line.source.title;
    tag.textContent = line.source.name;
    node.append(tag, " ");
  }
  if (line.kind === "stderr") {
    const mark = document.createElement("span");
    mark.className = "log-err";
    mark.textContent = "err";
    mark.title = "It came from standard error.";
    node.append(mark, " ");
  }
  const isCut = line.text.length > cut && !line.open;
  const text = document.createElement("span");
  text.className = line.open ? "log-text whole" : "log-text";
  if (line.open) text.tabIndex = 0;
  for (const piece of pieces(isCut ? line.text.slice(0, cut) : line.text)) {
    const into = piece.look ? document.createElement("span") : text;
    into.className = piece.look || into.className;
    append(into, piece.text, look.words);
    if (into !== text) text.append(into);
  }
  if (line.text.length > cut) {
    const more = document.createElement("button");
    more.type = "button";
    more.className = "link log-more";
    more.textContent = isCut ? `Show all, ${size(line.text.length)}` : "Show less";
    more.onclick = () => { line.open = isCut; onResize(line); };
    node.append(more, " ");
  }
  node.append(text);
  return node;
}
