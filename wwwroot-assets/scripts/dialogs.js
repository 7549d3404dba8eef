// Every way to close a dialog goes through its own close button, so that the component knows.
const openers = new Map();
const known = new WeakSet();

export function show(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  openers.set(id, document.activeElement);
  dialog.showModal();
  if (known.has(dialog)) return;
  known.add(dialog);
  const close = event => {
    event.preventDefault();
    dialog.querySelector("[data-close]")?.click();
  };
  dialog.addEventListener("cancel", close);
  dialog.addEventListener("pointerdown", event => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && !dialog.hasAttribute("data-stays")) close(event);
  });
}

export function closed(id) {
  const opener = openers.get(id);
  openers.delete(id);
  if (opener?.isConnected) opener.focus();
}

export function hide(id) {
  document.getElementById(id)?.close();
  closed(id);
}
