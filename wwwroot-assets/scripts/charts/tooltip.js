import { moment } from "./units.js";
import { marksNear } from "./marks.js";

const rowsAtMost = 12;

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

// The box beside the pointer: the time, what happened then, and the series from the highest down.
export function makeTooltip(u) {
  const box = element("div", "chart-tip");
  box.hidden = true;
  u.root.append(box);
  return {
    hide: () => { box.hidden = true; },
    show(index, left, lines, marks) {
      const near = marksNear(u, marks, left);
      const shown = lines
        .map((line, i) => ({ line, value: u.data[i + 1][index], visible: u.series[i + 1].show }))
        .filter(s => s.visible && s.value !== null && s.value !== undefined)
        .sort((a, b) => b.value - a.value);
      box.replaceChildren(element("strong", "", moment(u.data[0][index])));
      for (const mark of near.slice(0, 4)) {
        const row = element("span", "chart-tip-mark", mark.label);
        row.dataset.tone = mark.tone ?? "idle";
        box.append(row);
      }
      for (const { line, value } of shown.slice(0, rowsAtMost)) {
        const row = element("span", "chart-tip-row");
        const swatch = element("i");
        swatch.style.background = line.colour();
        row.append(swatch, element("span", "cut", line.label), element("b", "", line.unit.text(value)));
        box.append(row);
      }
      if (shown.length > rowsAtMost) box.append(element("span", "chart-tip-more", `and ${shown.length - rowsAtMost} lower ones`));
      if (shown.length === 0) box.append(element("span", "chart-tip-more", "nothing was measured then"));
      box.hidden = false;
      const right = left > u.over.clientWidth / 2;
      const edge = u.over.offsetLeft + left;
      box.style.left = right ? "" : `${edge + 12}px`;
      box.style.right = right ? `${u.root.clientWidth - edge + 12}px` : "";
    },
  };
}

// Below the chart: each series with its newest value, or the one at the cursor. A click shows one alone, with Shift it hides one.
export function makeLegend(host, lines, onShown) {
  const list = element("div", "chart-legend");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Series");
  host.append(list);
  const entries = [];
  const press = (line, hideOne) => {
    const alone = lines.every(l => l.shown === (l === line));
    for (const l of lines) l.shown = hideOne ? (l === line ? !l.shown : l.shown) : alone || l === line;
    entries.forEach((entry, i) => entry.button.setAttribute("aria-pressed", String(lines[i].shown)));
    onShown();
  };
  return {
    grow() {
      for (const line of lines.slice(entries.length)) {
        const button = element("button");
        button.type = "button";
        button.title = "Shows it alone, or all again; with Shift it hides it";
        button.setAttribute("aria-pressed", String(line.shown));
        button.addEventListener("click", event => press(line, event.shiftKey));
        const swatch = element("i");
        const value = element("b");
        button.append(swatch, element("span", "cut", line.label), value);
        list.append(button);
        entries.push({ button, swatch, value });
      }
    },
    paint: () => entries.forEach((entry, i) => {
      entry.swatch.style.background = lines[i].colour();
      entry.swatch.dataset.dashed = lines[i].dash ? "" : undefined;
      if (!lines[i].dash) delete entry.swatch.dataset.dashed;
    }),
    values: valueOf => entries.forEach((entry, i) => {
      const value = valueOf(i);
      const text = value === null || value === undefined ? "–" : lines[i].unit.text(value);
      if (entry.value.textContent !== text) entry.value.textContent = text;
    }),
    remove: () => list.remove(),
  };
}
