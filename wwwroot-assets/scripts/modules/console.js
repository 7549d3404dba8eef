// A terminal in a container: xterm.js over a WebSocket of the API.
import { Terminal } from "@xterm/xterm";
import { FitAddon } from "@xterm/addon-fit";

const light = { background: "#ffffff", foreground: "#16191e", cursor: "#16191e", cursorAccent: "#ffffff", selectionBackground: "#cddafc",
  black: "#16191e", red: "#b4232c", green: "#17703a", yellow: "#875400", blue: "#2d55cf", magenta: "#8c1d84", cyan: "#0b6785", white: "#57606c",
  brightBlack: "#57606c", brightRed: "#b4232c", brightGreen: "#17703a", brightYellow: "#875400", brightBlue: "#2d55cf", brightMagenta: "#8c1d84", brightCyan: "#0b6785", brightWhite: "#16191e" };
const dark = { background: "#0b0e12", foreground: "#e7eaef", cursor: "#e7eaef", cursorAccent: "#0b0e12", selectionBackground: "#2b4380",
  black: "#262d38", red: "#fa8b87", green: "#57c78a", yellow: "#e0ac4a", blue: "#86a8ff", magenta: "#e79be0", cyan: "#5cbcd8", white: "#c3cad5",
  brightBlack: "#9aa4b2", brightRed: "#fa8b87", brightGreen: "#7bd0a0", brightYellow: "#f0c470", brightBlue: "#a8c0ff", brightMagenta: "#f0b8ea", brightCyan: "#84d2e6", brightWhite: "#ffffff" };

export function create(host, options) {
  return new Console(host, options);
}

class Console {
  constructor(host, options) {
    Object.assign(this, { host, options });
    this.#build();
    this.terminal = new Terminal({ fontFamily: getComputedStyle(host).getPropertyValue("--font-mono"), fontSize: 13, cursorBlink: true, scrollback: 5000, theme: this.#theme(), screenReaderMode: false });
    this.fit = new FitAddon();
    this.terminal.loadAddon(this.fit);
    this.terminal.open(this.screen);
    this.terminal.textarea.setAttribute("aria-label", options.label);
    this.terminal.onData(text => this.#send(new TextEncoder().encode(text)));
    this.terminal.onBinary(text => this.#send(Uint8Array.from(text, c => c.charCodeAt(0))));
    this.terminal.onResize(size => this.#tell({ type: "resize", ...size }));
    this.terminal.attachCustomKeyEventHandler(e => this.#key(e));
    this.resizing = new ResizeObserver(() => this.fit.fit());
    this.resizing.observe(this.screen);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.themed = () => { this.terminal.options.theme = this.#theme(); };
    this.scheme.addEventListener("change", this.themed);
    this.watching = new MutationObserver(this.themed);
    this.watching.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.fit.fit();
    this.#open();
  }

  destroy() {
    this.scheme.removeEventListener("change", this.themed);
    this.watching.disconnect();
    this.resizing.disconnect();
    this.socket?.close();
    this.socket = null;
    this.terminal.dispose();
    this.host.replaceChildren();
  }

  #build() {
    const make = (tag, attributes, ...children) => {
      const node = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      node.append(...children);
      return node;
    };
    this.state = make("span", { class: "log-state", role: "status" });
    this.container = make("select", { class: "input", "aria-label": "Container" }, ...this.options.containers.map(name => make("option", { value: name }, name)));
    this.container.hidden = this.options.containers.length < 2;
    this.command = make("input", { class: "input mono", "aria-label": "Command", value: "/bin/sh", spellcheck: "false", autocapitalize: "off", maxlength: "250" });
    this.button = make("button", { type: "submit", class: "button compact" });
    const form = make("form", { class: "log-bar" }, this.state, make("span", { class: "log-tools" }, this.container, this.command, this.button));
    form.addEventListener("submit", e => {
      e.preventDefault();
      if (this.socket) this.socket.close();
      else this.#open();
    });
    this.screen = make("div", { class: "console-screen" });
    this.host.append(form, this.screen);
  }

  #say(tone, text) {
    this.state.dataset.tone = tone;
    this.state.textContent = text;
    const open = !!this.socket;
    this.button.textContent = open ? "Disconnect" : "Connect";
    this.container.disabled = this.command.disabled = open;
  }

  #open() {
    const query = new URLSearchParams({ container: this.container.value || "main", command: this.command.value.trim(), cols: this.terminal.cols, rows: this.terminal.rows });
    const url = new URL(`${this.options.url}?${query}`, location.href);
    const socket = this.socket = new WebSocket(url.href.replace(/^http/, "ws"));
    socket.binaryType = "arraybuffer";
    let began = 0, bytes = 0, ended = null;
    this.terminal.reset();
    this.#say("idle", "Connecting…");
    socket.onopen = () => {
      began = performance.now();
      this.#say("good", "Connected");
      this.#tell({ type: "resize", cols: this.terminal.cols, rows: this.terminal.rows });
      this.terminal.focus();
    };
    socket.onmessage = message => {
      if (typeof message.data !== "string") { bytes += message.data.byteLength; this.terminal.write(new Uint8Array(message.data)); return; }
      const told = JSON.parse(message.data);
      if (told.type === "ended") ended = told;
      else if (told.type === "idle") told.seconds ? this.#say("warn", `Closes in ${told.seconds} s unless something is typed`) : this.#say("good", "Connected");
    };
    socket.onclose = async () => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (!began) { this.#say("bad", await this.#why(url)); return; }
      const none = [126, 127].includes(ended?.exitCode) && bytes < 1000;
      this.#say(ended?.exitCode === 0 ? "idle" : ended ? "warn" : "bad", !ended ? "The connection broke" : none ? `There is no ${this.command.value.trim() || "/bin/sh"} in this image: try another command`
        : ended.exitCode !== null && ended.exitCode !== undefined ? `Ended with exit code ${ended.exitCode}` : `Closed: ${ended.reason}`);
      this.button.focus();
    };
  }

  // A browser does not tell a script why a WebSocket was refused: asked as a plain call, the API does.
  async #why(url) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json", "X-Requested-With": "portal" } });
      const problem = await response.json();
      return response.status === 426 ? "The console could not be opened. Does a proxy on the way refuse WebSockets?" : problem.detail;
    } catch {
      return "Portal does not answer.";
    }
  }

  #send(bytes) {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    // A large paste goes in pieces.
    for (let i = 0; i < bytes.length; i += 8192) this.socket.send(bytes.subarray(i, i + 8192));
  }

  #tell(what) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }

  #key(e) {
    if (e.type !== "keydown") return true;
    if (e.ctrlKey && e.shiftKey && e.code === "KeyC" && this.terminal.hasSelection()) {
      navigator.clipboard?.writeText(this.terminal.getSelection());
      e.preventDefault();
      return false;
    }
    // What the browser pastes arrives by itself.
    if (e.ctrlKey && e.shiftKey && e.code === "KeyV") return false;
    if (e.shiftKey && e.key === "Escape") { this.button.focus(); e.preventDefault(); return false; }
    return true;
  }

  #theme() {
    // As the page has it, by the switch or the system.
    return Number(/\d+/.exec(getComputedStyle(this.screen).backgroundColor)?.[0] ?? 255) < 128 ? dark : light;
  }
}
