// What the pages do beyond links and forms. Nothing here is needed to order, approve or ship.
import { LiveSource } from "./live.js";
import { startUploads } from "./uploads.js";

htmx.createEventSource = (url) => new LiveSource(url);

// A request that a newer choice replaces is broken off on purpose: that is no error to report.
// (One that fails is still reported, as htmx:sendError.)
htmx.logger = (element, name, detail) => {
  if (name === "htmx:sendAbort" || name === "htmx:afterRequest") delete detail.error;
};

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Times: "2 minutes ago" stays true while the page is open.
const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"]];
function ago(then) {
  const seconds = (Date.now() - then) / 1000, distance = Math.abs(seconds);
  if (distance < 45) return "just now";
  if (distance > 28 * 86400) return null;
  const [size, name] = STEPS.find(([size]) => distance >= size) ?? STEPS[2];
  const count = Math.max(1, Math.round(distance / size));
  const words = `${count} ${name}${count > 1 ? "s" : ""}`;
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}
setInterval(() => all("time[data-ago]").forEach((time) => {
  const words = ago(Date.parse(time.dateTime));
  if (words && words !== time.textContent) time.textContent = words;
}), 20000);

// Toasts go by themselves, unless they offer to take something back: those stay longer.
function watchToast(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  setTimeout(() => dismiss(toast), one("form", toast) ? 15000 : toast.classList.contains("toast-bad") ? 10000 : 5000);
}
function dismiss(toast) {
  toast.classList.add("toast-gone");
  setTimeout(() => toast.remove(), 250);
}

// Dialogs have an address; closing one goes back to the page beneath it.
function openDialog(dialog) {
  if (dialog.dataset.opened) return;
  dialog.dataset.opened = "yes";
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => {
    const back = dialog.dataset.back;
    dialog.remove();
    if (back && location.pathname !== back && dialog.dataset.opened) history.pushState({ htmx: true }, "", back);
  });
}

async function loadViewers() {
  const waiting = all("[data-viewer]:not([data-started])").filter((figure) => figure.dataset.src);
  if (!waiting.length) return;
  const { startViewer } = await import("./viewer.js");
  waiting.forEach(startViewer);
}

function refresh() {
  all("[data-toast]").forEach(watchToast);
  all("[data-dialog]").forEach(openDialog);
  startUploads();
  loadViewers();
  restorePlace();
  showSection();
  const turned = one("#dimensions[data-rotation]");
  if (turned) document.dispatchEvent(new CustomEvent("partline:turn", { detail: turned.dataset.rotation.split(",").map(Number) }));
}

// On a narrow screen the navigation scrolls sideways: where one is must be in sight.
function showSection() {
  const here = one(".sections [aria-current]"), nav = here?.parentElement;
  if (here && here.offsetLeft + here.offsetWidth > nav.scrollLeft + nav.clientWidth) nav.scrollLeft = here.offsetLeft;
}

// Lists with the keyboard: the chosen entry is remembered by its id, so a live update keeps it.
let place = null;
const items = () => all("[data-item]").filter((item) => item.offsetParent !== null);
function restorePlace() {
  if (place) one(`#${CSS.escape(place)}`)?.classList.add("is-here");
}
function move(by) {
  const list = items();
  if (!list.length) return;
  const at = list.findIndex((item) => item.classList.contains("is-here"));
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  list.forEach((item) => item.classList.remove("is-here"));
  next.classList.add("is-here");
  place = next.id || null;
  next.scrollIntoView({ block: "nearest" });
  const link = next.matches("a") ? next : one("a", next);
  link?.focus({ preventScroll: true });
}
const KEYS = {
  "/": () => one("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  n: () => one("[data-next]")?.click(),
  c: () => one(".is-here .work-actions button, .is-here .work-actions a")?.click(),
  "?": () => htmx.ajax("GET", "/help", { target: "#dialog", swap: "innerHTML" }),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; });
  const typing = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable], canvas");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || one("dialog:modal")) return;
  const action = KEYS[event.key];
  if (action) { event.preventDefault(); action(); }
});

document.addEventListener("click", async (event) => {
  const hit = (selector) => event.target.closest(selector);
  all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  if (hit("[data-dismiss]")) dismiss(hit("[data-toast]"));
  if (hit("[data-print]")) window.print();
  if (hit("[data-close]") && hit("dialog:modal")) { event.preventDefault(); hit("dialog").close(); }
  const copy = hit("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(one(`#${copy.dataset.copy}`).textContent);
    copy.textContent = "Copied";
  }
});

// A form that is on its way cannot be sent twice; coming back by the back button frees it again.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-theme-switch]")) return;
  if (event.target.closest("[hx-post], [hx-get], [data-upload]")) return;
  setTimeout(() => all("button:not([type=button])", event.target).forEach((button) => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  }));
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) all("[aria-busy]").forEach((button) => { button.disabled = false; button.removeAttribute("aria-busy"); });
});

// Light and dark without a new page; the cookie is the same one that the server sets.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-switch]")) return;
  event.preventDefault();
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  fetch("/theme", { method: "POST", body: new URLSearchParams({ theme: root.dataset.theme }), redirect: "manual" });
});

function say(text) {
  const toast = document.createElement("div");
  toast.className = "toast toast-bad";
  toast.dataset.toast = "";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  one("#toasts").append(toast);
  watchToast(toast);
}
document.addEventListener("htmx:sendError", () => say("Partline cannot be reached. Check the connection and try again."));
document.addEventListener("htmx:afterSettle", refresh);
document.addEventListener("htmx:oobAfterSwap", refresh);
refresh();
