// A horizontal line that can be dragged, or moved by the arrow keys; tells its value when it is let go.
export function makeTarget(u, options, unit, onMoved) {
  const line = document.createElement("div");
  line.className = "chart-target";
  line.tabIndex = 0;
  line.setAttribute("role", "slider");
  line.setAttribute("aria-orientation", "vertical");
  line.setAttribute("aria-label", options.label ?? "Target");
  const words = document.createElement("span");
  line.append(words);
  u.over.append(line);
  let value = options.value ?? null;
  let grabbed = false;
  let saved;

  const bounded = v => Math.min(options.maximum ?? Number.MAX_VALUE, Math.max(options.minimum ?? 0, v));
  const rounded = v => options.step ? Math.round(v / options.step) * options.step : v;

  function place() {
    line.hidden = value === null;
    if (value === null) return;
    line.style.top = `${u.valToPos(value, options.scale ?? "y")}px`;
    line.setAttribute("aria-valuenow", String(value));
    line.setAttribute("aria-valuetext", unit.text(value));
    line.setAttribute("aria-valuemin", String(options.minimum ?? 0));
    line.setAttribute("aria-valuemax", String(options.maximum ?? u.scales[options.scale ?? "y"].max));
    words.textContent = `${options.label ?? "Target"} ${unit.text(value)}`;
  }

  // The chart beneath would begin a selection.
  const stop = event => event.stopPropagation();
  line.addEventListener("mousedown", stop);
  line.addEventListener("pointerdown", event => {
    event.stopPropagation();
    grabbed = true;
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", event => {
    if (!grabbed) return;
    const top = event.clientY - u.over.getBoundingClientRect().top;
    value = bounded(rounded(u.posToVal(Math.max(0, Math.min(u.over.clientHeight, top)), options.scale ?? "y")));
    place();
  });
  const release = () => {
    if (!grabbed) return;
    grabbed = false;
    onMoved(value);
  };
  line.addEventListener("pointerup", release);
  line.addEventListener("lostpointercapture", release);
  line.addEventListener("keydown", event => {
    const way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!way) return;
    event.preventDefault();
    const scale = u.scales[options.scale ?? "y"];
    value = bounded(rounded(value + way * (options.step ?? (scale.max - scale.min) / 100)));
    place();
    clearTimeout(saved);
    saved = setTimeout(() => onMoved(value), 600);
  });
  return {
    get value() { return value; },
    get grabbed() { return grabbed; },
    set(next) { if (!grabbed) { value = next; place(); } },
    place,
  };
}
