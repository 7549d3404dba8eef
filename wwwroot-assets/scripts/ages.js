// Ages are counted here, by the server's clock, so that a minute passing costs no message.
const root = document.documentElement;

let offset = 0;

export function age(seconds) {
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

function update() {
  if (document.hidden) return;
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll("time[data-age]")) {
    const text = age(Math.max(0, (now - Date.parse(element.dateTime)) / 1000));
    // The node stays the renderer's own; only its text changes.
    if (element.firstChild && element.firstChild.data !== text) {
      element.firstChild.data = text;
    }
  }
}

export function startAges() {
  const server = Date.parse(root.dataset.now ?? "");
  offset = Number.isNaN(server) ? 0 : server - Date.now();
  // What is drawn once for all readers carries the age that it had then.
  update();
  setInterval(update, 1000);
}
