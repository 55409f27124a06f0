// What every page needs: safe htmx requests, plain error messages, menus, printing.

const words = document.getElementById("words").dataset;
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

function toast(text) {
  const line = document.createElement("div");
  const close = document.createElement("button");
  line.className = "toast-line";
  close.type = "button";
  close.textContent = words.close;
  close.addEventListener("click", () => line.remove());
  line.append(text, close);
  const toasts = document.getElementById("toasts");
  toasts.textContent = "";
  toasts.append(line);
}

// ---- htmx ----
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:sendError", () => toast(words.offline));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) {
    toast(words.expired);
    window.setTimeout(() => window.location.reload(), 2500);
  } else {
    toast(status === 403 ? words.forbidden : words.failed);
  }
});

// A form that comes back with mistakes is shown in its place; only one form is open in a list.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  const form = detail.requestConfig.elt.closest("form.entry-form");
  if (detail.xhr.status === 422 && form) {
    Object.assign(detail, { shouldSwap: true, isError: false, target: form });
    Object.assign(detail, { selectOverride: ".entry-form", swapOverride: "outerHTML" });
  }
  if (!detail.target.matches(".todo-entry, #todo")) return;
  document.querySelectorAll(".todo-entry form").forEach((other) => {
    other.dispatchEvent(new Event("draft:leave"));
    if (detail.target.matches(".todo-entry")) other.remove();
  });
});
document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.target.closest(".todo-entry")?.querySelector("form");
  (form?.querySelector(".form-errors") ?? form?.querySelector("input:checked"))?.focus();
});

// ---- menus: close on Escape, on a click elsewhere, on "cancel" ----
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (window.location.hash === "#menu") window.location.hash = "main";
});
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  const button = event.target.closest("button");
  if (button?.matches("[data-close]")) button.closest("details").open = false;
  if (button?.matches("[data-print]")) window.print();
});

// ---- forms: one submission at a time ----
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || form.hasAttribute("hx-post")) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
  window.setTimeout(() => form.removeAttribute("aria-busy"), 5000);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});

// ---- start ----
function reveal(root) {
  root.querySelectorAll(".needs-script[hidden]").forEach((part) => part.removeAttribute("hidden"));
}
reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.target));
document.querySelector(".form-errors")?.focus();
