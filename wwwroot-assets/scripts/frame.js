import { remember } from "./cookies.js";
import { hide, show } from "./dialogs.js";

const root = document.documentElement;

export const theme = {
  get: () => root.dataset.theme,
  set(value) {
    root.dataset.theme = value;
    remember("portal-theme", value);
    markTheme();
  },
};

function markTheme() {
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === root.dataset.theme));
  }
}

const typing = target => target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])");

function onKey(event) {
  const search = event.key === "/" && !typing(event.target) || event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (search && !event.altKey && !event.isComposing && !document.querySelector("dialog[open]")) {
    const button = document.getElementById("search-open");
    if (button) {
      event.preventDefault();
      button.click();
    }
  }
  if (event.key === "Escape") {
    closeMenus(null);
  }
}

// At once, without asking the server: letters typed meanwhile are in its input already.
function openSearch() {
  const input = document.querySelector("#search input");
  if (input) {
    input.value = "";
    show("search");
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside && !except) {
        menu.querySelector("summary").focus();
      }
    }
  }
}

function onClick(event) {
  const target = event.target instanceof Element ? event.target : null;
  const setTheme = target?.closest("[data-set-theme]");
  if (setTheme) {
    theme.set(setTheme.dataset.setTheme);
  } else if (target?.closest("[data-fold-rail]")) {
    root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
    remember("portal-rail", root.dataset.rail);
  } else if (target?.closest("#search-open")) {
    openSearch();
  } else if (target?.closest("[data-hide-search]")) {
    hide("search");
  } else if (target?.closest(".skip")) {
    event.preventDefault();
    document.getElementById("main")?.focus();
  }
  const menu = target?.closest("details.menu");
  if (!menu || target.closest("a.item")) {
    closeMenus(menu && !target.closest("a.item") ? menu : null);
  } else {
    closeMenus(menu);
  }
}

export function startFrame() {
  // A browser that lost its cookie but kept its storage keeps its theme.
  const kept = localStorage.getItem("portal-theme");
  if (kept && kept !== root.dataset.theme) {
    theme.set(kept);
  }
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", markTheme, true);
  markTheme();
}
