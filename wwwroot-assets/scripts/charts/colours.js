// Colours of the theme for a canvas, which knows no CSS variables; read anew when the theme turns.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set();
let known = new Map();
let probe;

export const series = 10;

export function colour(name) {
  let value = known.get(name);
  if (!value) {
    if (!probe?.isConnected) {
      probe = document.createElement("i");
      probe.hidden = true;
      document.body.append(probe);
    }
    // A custom property is not computed; a colour made of it is.
    probe.style.color = `var(--${name})`;
    value = getComputedStyle(probe).color;
    known.set(name, value);
  }
  return value;
}

function turn() {
  known = new Map();
  for (const watcher of watchers) watcher();
}

dark.addEventListener("change", turn);
new MutationObserver(turn).observe(root, { attributeFilter: ["data-theme"] });

export function onTheme(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
