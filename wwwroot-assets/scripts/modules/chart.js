import uPlot from "uplot";
import { colour, onTheme, series as palette } from "../charts/colours.js";
import { join, seldom, tell } from "../charts/cursors.js";
import { drawMarks } from "../charts/marks.js";
import { makeTarget } from "../charts/target.js";
import { makeLegend, makeTooltip } from "../charts/tooltip.js";
import { timeLabels, unitOf } from "../charts/units.js";

export { attachLanes } from "../charts/lanes.js";

const axisWidth = 68;
const edge = 12;
const font = "11px system-ui, sans-serif";
const cursorPause = 120;
const bridgeSeconds = 10;
const freshSeconds = 12;
const dashes = [undefined, [6, 4], [2, 3], [8, 3, 2, 3], [12, 4]];

function axis(options) {
  return {
    font, gap: 6, stroke: () => colour("text-muted"),
    grid: { stroke: () => colour("line"), width: 1 },
    ticks: { stroke: () => colour("line"), width: 1, size: 4 },
    ...options,
  };
}

// Draws into `host`; what happens in it is told to `owner`. Times are seconds since 1970, gaps are null.
export function create(host, options, owner) {
  const unit = unitOf(options.unit);
  const second = unitOf(options.secondUnit ?? options.unit);
  const plot = document.createElement("div");
  plot.className = "chart-plot";
  host.append(plot);
  let lines = [];
  let data = [[]];
  let marks = options.marks ?? [];
  let span = options.range;
  let hovered = false;
  let led = false;
  let frame = 0;
  let u;
  let legend;
  let tooltip;
  let target;

  const lineOf = (made, index) => ({
    ...made,
    shown: true,
    unit: made.secondAxis ? second : unit,
    dash: dashes[Math.floor(index / palette) % dashes.length],
    colour: () => made.tone ? colour(made.tone) : colour(`chart-${(index % palette) + 1}`),
  });

  const isOf = made => made.length > 0 && made.length === lines.length
    && made.every((m, i) => ["key", "label", "shape", "secondAxis", "tone"].every(field => m[field] === lines[i][field]));

  const seriesOf = line => ({
    label: line.label,
    show: line.shown,
    scale: line.secondAxis ? "y2" : "y",
    stroke: line.colour,
    width: line.shape === "step" ? 2 : 1.5,
    dash: line.dash,
    fill: line.shape === "area" ? () => line.colour().replace(/^rgb\((.*)\)$/, "rgba($1, 0.14)") : undefined,
    paths: line.shape === "step" ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: () => false, filter: (plotted, i) => alone(plotted.data[i]), size: 4 },
    spanGaps: false,
  });

  const upTo = (its, extra) => (_, __, most) => [0, Math.max(most ?? 0, its.least, extra?.() ?? 0) * 1.08];
  const cursor = seldom(seconds => tell(owner, "OnCursorMoved", seconds), cursorPause);

  const group = join(options.syncKey, seconds => {
    led = true;
    u.setCursor(seconds === null ? { left: -10, top: -10 } : { left: u.valToPos(seconds, "x"), top: 1 }, false);
    readValues();
    led = false;
  });

  function build() {
    u?.destroy();
    legend?.remove();
    const hasSecond = lines.some(l => l.secondAxis);
    u = new uPlot({
      width: Math.max(120, plot.clientWidth),
      height: options.height,
      legend: { show: false },
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      padding: [10, hasSecond || options.alignRight ? 0 : edge, 0, 0],
      scales: {
        x: { time: true, range: () => [span.from, span.to] },
        y: { range: upTo(unit, () => target?.value ?? options.target?.value) },
        y2: { range: upTo(second) },
      },
      axes: [
        axis({ values: timeLabels, space: 72, size: 40 }),
        axis({ scale: "y", size: axisWidth, incrs: unit.steps, values: (_, splits) => splits.map(unit.axis) }),
        axis({ scale: "y2", side: 1, size: axisWidth, show: hasSecond || options.alignRight, incrs: second.steps, grid: { show: false }, ...(hasSecond ? {} : { ticks: { show: false } }), values: (_, splits) => hasSecond ? splits.map(second.axis) : splits.map(() => "") }),
      ],
      cursor: {
        y: false,
        drag: { x: options.selects, y: false, setScale: false, dist: 5 },
        points: { size: 6, fill: (plotted, i) => lines[i - 1].colour(), stroke: () => colour("surface"), width: 1.5 },
      },
      series: [{}, ...lines.map(seriesOf)],
      hooks: {
        drawAxes: [plotted => drawMarks(plotted, marks)],
        draw: [() => target?.place()],
        setCursor: [onCursor],
        setSelect: [onSelect],
      },
    }, data, plot);
    tooltip = makeTooltip(u);
    legend = makeLegend(host, lines, () => {
      u.batch(() => lines.forEach((line, i) => u.setSeries(i + 1, { show: line.shown }, false)));
    });
    legend.grow();
    legend.paint();
    readValues();
    u.over.addEventListener("mouseenter", () => { hovered = true; });
    u.over.addEventListener("mouseleave", leave);
    target = options.target ? makeTarget(u, options.target, options.target.scale === "y2" ? second : unit, value => tell(owner, "OnTargetMoved", value)) : undefined;
    target?.place();
  }

  function leave() {
    hovered = false;
    tooltip.hide();
    group.tell(null);
    if (options.tellsCursor) cursor.call(null);
  }

  function readValues() {
    const index = u.cursor.left >= 0 ? u.cursor.idx : null;
    legend?.values(i => index === null || index === undefined ? newest(data[i + 1], data[0]) : data[i + 1][index]);
  }

  function onCursor(plotted) {
    if (led || !legend) return;
    readValues();
    if (!hovered || plotted.cursor.left < 0) return;
    const at = plotted.posToVal(plotted.cursor.left, "x");
    group.tell(at);
    if (options.tellsCursor) cursor.call(at);
    if (plotted.cursor.idx === null || plotted.cursor.idx === undefined || target?.grabbed) tooltip.hide();
    else tooltip.show(plotted.cursor.idx, plotted.cursor.left, lines, marks);
  }

  function onSelect(plotted) {
    const { left, width } = plotted.select;
    if (width <= 0) return;
    const [from, to] = [plotted.posToVal(left, "x"), plotted.posToVal(left + width, "x")];
    plotted.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    tell(owner, "OnRangeSelected", from, to);
  }

  // Several changes before the next frame are drawn once.
  function draw() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      u.setData(data);
      if (!hovered) readValues();
    });
  }

  const resized = new ResizeObserver(() => u.setSize({ width: Math.max(120, plot.clientWidth), height: options.height }));
  const unwatch = onTheme(() => { legend.paint(); u.redraw(false, false); });
  build();
  resized.observe(plot);

  return {
    // Everything anew: another range, other series. With the same series what is held, focused or hidden in the chart stays so.
    set(next) {
      data = [next.times, ...next.values.map(column => bridged(column, next.times))];
      span = next.range;
      if (isOf(next.series)) {
        draw();
      } else {
        lines = next.series.map(lineOf);
        build();
      }
    },
    // Points after the last one; a last one at the same time is replaced. New series join with nothing before.
    append(batch) {
      for (const made of batch.series ?? []) {
        const line = lineOf(made, lines.length);
        lines.push(line);
        data.push(new Array(data[0].length).fill(null));
        u.addSeries(seriesOf(line), lines.length);
      }
      if (batch.series?.length) {
        legend.grow();
        legend.paint();
      }
      batch.times.forEach((time, i) => {
        const last = data[0].length - 1;
        const at = last >= 0 && data[0][last] >= time ? last : last + 1;
        if (at > last) data[0].push(time);
        lines.forEach((_, line) => { data[line + 1][at] = batch.values[line]?.[i] ?? (at === last ? data[line + 1][at] : null); });
      });
      span = batch.range ?? span;
      const stale = data[0].findIndex(time => time >= span.from);
      if (stale > 64) data = data.map(column => column.slice(stale - 1));
      draw();
    },
    ping() {},
    marks(next) { marks = next; u.redraw(false, false); },
    target(next) {
      options.target = next;
      if (next && target) {
        target.set(next.value);
        draw();
      } else {
        build();
      }
    },
    destroy() {
      cancelAnimationFrame(frame);
      cursor.stop();
      group.leave();
      resized.disconnect();
      unwatch();
      u.destroy();
    },
  };
}

// Of what went a while ago nothing is the newest.
function newest(column, times) {
  const last = times.length - 1;
  const fresh = Math.max(freshSeconds, 3 * (times[last] - times[last - 1] || 0));
  for (let i = last; i >= 0 && times[last] - times[i] <= fresh; i--) {
    if (isFigure(column[i])) return column[i];
  }
  return null;
}

const isFigure = value => value !== null && value !== undefined;

// A beat that was missed is no gap, nor are figures that were stored further apart than the others: the line goes on over what is
// undefined, and breaks at null.
function bridged(column, times) {
  const known = [];
  for (let i = 0; i < column.length; i++) {
    if (isFigure(column[i])) known.push(i);
  }
  const distance = k => k >= 0 && k + 1 < known.length ? times[known[k + 1]] - times[known[k]] : 0;
  for (let k = 0; k + 1 < known.length; k++) {
    const beat = 1.5 * Math.max(distance(k - 1), distance(k + 1));
    if (known[k + 1] - known[k] > 1 && distance(k) <= Math.max(bridgeSeconds, beat)) column.fill(undefined, known[k] + 1, known[k + 1]);
  }
  return column;
}

// A point between two gaps would not be seen as a line.
function alone(column) {
  const points = [];
  for (let i = 0; i < column.length; i++) {
    if (isFigure(column[i]) && (column[i - 1] === null || i === 0) && (column[i + 1] === null || i === column.length - 1)) points.push(i);
  }
  return points.length ? points : null;
}
