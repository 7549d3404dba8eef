// The circuit's connection: says since when it is gone, and comes back by itself.
const root = document.documentElement;
const waits = [200, 500, 1000, 2000, 3000, 5000];
let lost = null;

function say(text) {
  const banner = document.getElementById("connection-banner");
  if (banner) {
    banner.textContent = text;
    banner.hidden = text === "";
  }
}

async function reconnect() {
  for (let attempt = 0; lost; attempt++) {
    await new Promise(done => setTimeout(done, waits[Math.min(attempt, waits.length - 1)]));
    try {
      if (await Blazor.reconnect()) {
        return;
      }
      // The server answers but no longer has this page's state: load it again. Drafts are kept in the tab.
      location.reload();
      return;
    } catch {
      // Not reachable yet.
    }
  }
}

function onDown() {
  if (lost) return;
  lost = new Date();
  root.dataset.connection = "down";
  say(`Not connected since ${lost.toLocaleTimeString()}. What you see may be old; reconnecting…`);
  reconnect();
}

function onUp() {
  lost = null;
  root.dataset.connection = "up";
  say("");
}

export function startConnection() {
  window.Blazor?.start({ circuit: { reconnectionHandler: { onConnectionDown: onDown, onConnectionUp: onUp } } });
  window.addEventListener("pagehide", () => { lost = null; });
}

// Called by the first component that runs in the circuit: from now on the page answers.
export const interactive = () => { root.dataset.interactive = ""; };
