// The graph of who runs where: services, apps, hosts from left to right. It is told changes only, and moves nothing that is there.
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";
import { colour, onTheme } from "../charts/colours.js";

cytoscape.use(dagre);

const marks = { good: "✓", run: "▸", work: "↻", warn: "!", bad: "✕", idle: "?" };
const ranks = { service: 0, app: 1, host: 2 };
const widths = { service: 150, app: 160, host: 130 };
const columnGap = 110, rowGap = 54;

function style() {
  const text = colour("text"), muted = colour("text-muted"), surface = colour("surface"), line = colour("line-strong");
  const tones = Object.keys(marks).flatMap(tone => [
    { selector: `node[tone="${tone}"]`, style: { "border-color": colour(tone), "background-color": colour(`${tone}-tint`) } },
    { selector: `edge[tone="${tone}"]`, style: { "line-color": colour(tone), "target-arrow-color": colour(tone) } },
  ]);
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: { label: "data(label)", color: text, "font-family": font, "font-size": 11, "text-valign": "center", "text-halign": "center", "text-wrap": "wrap", "text-max-width": 140, "line-height": 1.25,
      width: 150, height: 38, "border-width": 1.5, "background-color": surface, "border-color": line, "min-zoomed-font-size": 5 } },
    { selector: 'node[kind="service"]', style: { shape: "tag", width: widths.service } },
    { selector: 'node[kind="app"]', style: { shape: "round-rectangle", width: widths.app } },
    { selector: 'node[kind="host"]', style: { shape: "barrel", width: widths.host, height: 42 } },
    { selector: "edge", style: { width: 1.2, "curve-style": "straight", "line-color": line, "target-arrow-shape": "triangle", "arrow-scale": 0.7, "target-arrow-color": line, label: "data(label)", "font-size": 9, "font-family": font, color: muted,
      "text-background-color": surface, "text-background-opacity": 0.9, "text-background-padding": 1, opacity: 0.75, "min-zoomed-font-size": 7 } },
    ...tones,
    { selector: ".far", style: { opacity: 0.18 } },
    { selector: "node.near", style: { "border-width": 3 } },
  ];
}

const dataOf = n => ({ id: n.id, kind: n.kind, tone: n.tone, label: `${marks[n.tone] ?? "?"} ${n.name.length > 22 ? n.name.slice(0, 21) + "…" : n.name}\n${n.more}` });

export function create(host, page) {
  const cy = cytoscape({ container: host, style: style(), minZoom: 0.05, maxZoom: 3, wheelSensitivity: 0.25, boxSelectionEnabled: false, autoungrabify: false,
    // Hundreds of edges are not drawn anew for each step of a pan.
    textureOnViewport: true, hideEdgesOnViewport: false, pixelRatio: "auto" });
  host.cytoscape = cy;
  const forget = onTheme(() => cy.style(style()));
  let drawn = false;

  cy.on("tap", "node", e => page.invokeMethodAsync("OnOpen", e.target.id()));
  cy.on("mouseover", "node", e => {
    host.style.cursor = "pointer";
    const near = e.target.union(e.target.successors()).union(e.target.predecessors());
    cy.batch(() => { cy.elements().not(near).addClass("far"); e.target.addClass("near"); });
  });
  cy.on("mouseout", "node", () => { host.style.cursor = ""; cy.batch(() => cy.elements().removeClass("far near")); });

  function arrange() {
    // Ranks are known, so dagre only has to keep edges short within them.
    cy.layout({ name: "dagre", rankDir: "LR", nodeSep: 14, rankSep: columnGap, ranker: "longest-path", animate: false, fit: false }).run();
    column();
    fit();
  }

  // What has no edge stands in its kind's column all the same.
  function column() {
    cy.batch(() => {
      for (const [kind, rank] of Object.entries(ranks)) {
        const nodes = cy.nodes(`[kind="${kind}"]`).sort((a, b) => a.position("y") - b.position("y"));
        const most = Math.max(12, Math.ceil(Math.sqrt(cy.nodes().length) * 2.2));
        const per = Math.ceil(nodes.length / Math.ceil(nodes.length / most));
        nodes.forEach((n, i) => n.position({ x: xOf(rank, i, per), y: (i % per) * rowGap }));
      }
      let left = 0;
      for (const kind of Object.keys(ranks)) {
        const nodes = cy.nodes(`[kind="${kind}"]`);
        if (nodes.empty()) continue;
        const shift = left - nodes.boundingBox().x1;
        nodes.forEach(n => n.position("x", n.position("x") + shift));
        left = nodes.boundingBox().x2 + columnGap;
        const middle = nodes.boundingBox();
        nodes.forEach(n => n.position("y", n.position("y") - (middle.y1 + middle.y2) / 2));
      }
    });
  }

  const xOf = (rank, i, per) => rank * 1000 + Math.floor(i / per) * 185;

  // A new one goes below the last of its kind.
  function place(node) {
    const kin = cy.nodes(`[kind="${node.data("kind")}"]`).not(node).filter(n => n.scratch("placed"));
    if (kin.empty()) { node.position({ x: ranks[node.data("kind")] * 290, y: 0 }); return; }
    const x = kin.max(n => n.position("x")).value;
    node.position({ x, y: kin.filter(n => n.position("x") === x).max(n => n.position("y")).value + rowGap });
  }

  function fit() { cy.fit(undefined, 24); if (cy.zoom() > 1.2) { cy.zoom(1.2); cy.center(); } }

  function keys(e) {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[e.key]) cy.panBy({ x: moves[e.key][0], y: moves[e.key][1] });
    else if (e.key === "+" || e.key === "=") zoom(1.25);
    else if (e.key === "-") zoom(0.8);
    else if (e.key === "0") fit();
    else return;
    e.preventDefault();
  }
  host.addEventListener("keydown", keys);
  const resized = new ResizeObserver(() => cy.resize());
  resized.observe(host);

  function zoom(by) { cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }); }

  return {
    apply(nodes, edges, gone) {
      cy.batch(() => {
        for (const id of gone) cy.getElementById(id).remove();
        for (const n of nodes) {
          const known = cy.getElementById(n.id);
          if (known.nonempty()) known.data(dataOf(n));
          else {
            const added = cy.add({ group: "nodes", data: dataOf(n) });
            if (drawn) place(added);
            added.scratch("placed", true);
          }
        }
        for (const e of edges) {
          const known = cy.getElementById(e.id);
          if (known.nonempty()) known.data({ label: e.label, tone: e.tone });
          else cy.add({ group: "edges", data: { id: e.id, source: e.from, target: e.to, label: e.label, tone: e.tone } });
        }
      });
      if (!drawn && cy.nodes().nonempty()) { drawn = true; arrange(); }
    },
    zoom, fit, arrange,
    destroy() { resized.disconnect(); forget?.(); host.removeEventListener("keydown", keys); cy.destroy(); },
  };
}
