import { join, tell } from "./cursors.js";
import { moment } from "./units.js";

// What is so near to the cursor, as a share of the range, happened under it.
const nearShare = 0.005;
const leastDrag = 5;

// A shared cursor, and drags that choose a range, over lanes that the server has drawn. `host` holds one .lanes-over per time axis.
export function attachLanes(host, options, owner) {
  const over = host.querySelector(".lanes-over");
  const line = document.createElement("div");
  line.className = "lanes-cursor";
  line.hidden = true;
  const area = document.createElement("div");
  area.className = "lanes-select";
  area.hidden = true;
  over.append(area, line);
  const words = host.querySelector("[data-cursor-time]");
  let { from, to } = options.range;
  let start = null;
  let frame = 0;

  const show = seconds => {
    line.hidden = seconds === null || seconds < from || seconds > to;
    if (!line.hidden) line.style.left = `${(seconds - from) / (to - from) * 100}%`;
    words.textContent = line.hidden ? "" : moment(seconds);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => mark(line.hidden ? null : seconds));
  };

  // Entries of the list that are under the cursor are marked, and each scrolling part shows its nearest one.
  function mark(seconds) {
    const near = new Map();
    for (const entry of document.getElementById(options.list)?.querySelectorAll("[data-at]") ?? []) {
      const away = seconds === null ? Infinity : Math.abs(Number(entry.dataset.at) - seconds);
      entry.toggleAttribute("data-near", away <= (to - from) * nearShare);
      const part = entry.parentElement;
      if (seconds !== null && away < (near.get(part)?.away ?? Infinity)) near.set(part, { entry, away });
    }
    for (const [part, { entry }] of near) {
      if (!part.matches(":hover")) part.scrollTop = entry.offsetTop - part.offsetTop - part.clientHeight / 2;
    }
  }

  const group = join(options.syncKey, show);
  const box = () => over.getBoundingClientRect();
  const timeAt = (event, edges) => from + Math.max(0, Math.min(1, (event.clientX - edges.left) / edges.width)) * (to - from);

  function move(event) {
    const edges = box();
    const inside = event.clientX >= edges.left && event.clientX <= edges.right;
    if (start === null && !inside) return leave();
    const at = timeAt(event, edges);
    show(at);
    group.tell(at);
    if (start !== null) {
      const left = Math.min(start, event.clientX) - edges.left;
      area.hidden = Math.abs(event.clientX - start) < leastDrag;
      area.style.left = `${Math.max(0, left)}px`;
      area.style.width = `${Math.min(edges.width, Math.abs(event.clientX - start))}px`;
    }
  }

  function leave() {
    if (line.hidden) return;
    show(null);
    group.tell(null);
  }

  function down(event) {
    if (event.button === 0 && event.pointerType === "mouse" && event.clientX >= box().left) start = event.clientX;
  }

  function up(event) {
    if (start === null) return;
    const edges = box();
    const chosen = [start, event.clientX].sort((a, b) => a - b).map(x => timeAt({ clientX: x }, edges));
    const dragged = Math.abs(event.clientX - start) >= leastDrag;
    start = null;
    area.hidden = true;
    if (dragged) tell(owner, "OnRangeSelected", chosen[0], chosen[1]);
  }

  host.addEventListener("pointermove", move);
  host.addEventListener("pointerleave", leave);
  host.addEventListener("pointerdown", down);
  window.addEventListener("pointerup", up);
  return {
    range(next) { ({ from, to } = next); },
    destroy() {
      cancelAnimationFrame(frame);
      group.leave();
      window.removeEventListener("pointerup", up);
    },
  };
}
