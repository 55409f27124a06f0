// Nothing written is lost: <form data-draft="key" data-draft-url="address"> keeps itself.
// The server holds the draft (PUT, GET, DELETE of {saved_at, fields}); this device only while it is out of reach.

const EVERY = 4000;
const KEEP_DAYS = 7;
const words = document.getElementById("words").dataset;
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const account = document.body.dataset.account ?? "";
const skipped = new Set(["hidden", "password", "file", "submit", "button", "reset"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draftUrl;
    this.key = `qc-draft:${account}:${form.dataset.draft}`;
    this.dirty = false;
    this.sent = false;
    form.addEventListener("input", () => { this.dirty = true; });
    form.addEventListener("change", () => { this.dirty = true; });
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) this.submitted(); });
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", () => { this.sent = false; });
    form.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt === form) this.submitted(); });
    form.addEventListener("draft:leave", () => this.close());
    this.timer = window.setInterval(() => (form.isConnected ? this.save() : this.close()), EVERY);
  }

  boxes() {
    return [...this.form.elements].filter((box) => box.name && !skipped.has(box.type));
  }

  read() {
    const fields = [];
    for (const box of this.boxes()) {
      if (box.type === "checkbox" || box.type === "radio") {
        if (box.checked) fields.push([box.name, box.value]);
      } else if (box.type === "select-multiple") {
        for (const option of box.selectedOptions) fields.push([box.name, option.value]);
      } else {
        fields.push([box.name, box.value]);
      }
    }
    return { saved_at: new Date().toISOString(), fields };
  }

  write(fields) {
    const left = new Map();
    for (const [name, value] of fields) left.set(name, [...(left.get(name) ?? []), value]);
    for (const box of this.boxes()) {
      const values = left.get(box.name) ?? [];
      if (box.type === "checkbox" || box.type === "radio") box.checked = values.includes(box.value);
      else if (box.type === "select-multiple") for (const option of box.options) option.selected = values.includes(option.value);
      else if (values.length) box.value = values.shift();
    }
    this.form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }

  send(method, body, keepalive = false) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
    return fetch(this.url, { method, headers, keepalive, credentials: "same-origin", redirect: "error", body: body && JSON.stringify(body) });
  }

  async save() {
    if (!this.dirty || this.sent) return;
    this.dirty = false;
    const draft = this.read();
    try {
      const answer = await this.send("PUT", draft);
      if (!answer.ok) throw new Error(answer.status === 401 ? words.expired : words.keptHere);
      localStorage.removeItem(this.key);
      this.say(words.kept.replace("{time}", clock(draft.saved_at)));
    } catch (problem) {
      this.keepHere(draft);
      this.say(problem.message === words.expired ? words.expired : words.keptHere);
    }
  }

  leave() {
    if (!this.dirty || this.sent) return;
    const draft = this.read();
    this.keepHere(draft);
    this.send("PUT", draft, true).catch(() => {});
  }

  // A form on its way may still meet a signed-out server: keep a copy until the page says it was saved.
  submitted() {
    this.sent = true;
    this.keepHere(this.read());
  }

  // A form within a page: what was saved is no draft any more, what was not goes on.
  answered(status) {
    if (status >= 200 && status < 400) localStorage.removeItem(this.key);
    else this.sent = false;
  }

  // The form was taken off the page: what was typed is kept.
  close() {
    window.clearInterval(this.timer);
    this.leave();
    this.sent = true;
  }

  keepHere(draft) {
    try { localStorage.setItem(this.key, JSON.stringify(draft)); } catch { /* storage is full or refused */ }
  }

  here() {
    try {
      const draft = JSON.parse(localStorage.getItem(this.key));
      const age = Date.now() - Date.parse(draft?.saved_at);
      if (age < KEEP_DAYS * 86400000) return draft;
    } catch { /* unreadable: as if there were none */ }
    localStorage.removeItem(this.key);
    return null;
  }

  async there() {
    try {
      const answer = await this.send("GET");
      return answer.status === 200 ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async restore() {
    if (this.form.querySelector(".form-errors") || this.form.hasAttribute("data-draft-skip")) return;
    const found = [await this.there(), this.here()].filter((draft) => Array.isArray(draft?.fields));
    found.sort((one, other) => Date.parse(other.saved_at) - Date.parse(one.saved_at));
    const draft = found[0];
    if (!draft || this.dirty || JSON.stringify(draft.fields) === JSON.stringify(this.read().fields)) return;
    this.write(draft.fields);
    this.offerDiscard(draft);
  }

  offerDiscard(draft) {
    const bar = document.createElement("div");
    const button = document.createElement("button");
    bar.className = "draft-bar";
    bar.setAttribute("role", "status");
    button.type = "button";
    button.className = "btn btn-link";
    button.textContent = words.discard;
    button.addEventListener("click", () => {
      this.form.reset();
      this.dirty = false;
      localStorage.removeItem(this.key);
      this.send("DELETE").catch(() => {});
      bar.remove();
    });
    bar.append(words.restored.replace("{time}", clock(draft.saved_at)), button);
    this.form.prepend(bar);
  }

  say(text) {
    if (!this.line) {
      this.line = document.createElement("p");
      this.line.className = "draft-state";
      this.line.setAttribute("role", "status");
      (this.form.querySelector(".form-actions") ?? this.form).append(this.line);
    }
    this.line.textContent = text;
  }
}

function clock(moment) {
  const language = document.documentElement.lang || undefined;
  return new Date(moment).toLocaleString(language, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

// A shared phone: who signs out leaves nothing readable behind. What is open goes to the server.
function forget(drafts) {
  for (const draft of drafts) {
    draft.leave();
    draft.sent = true;
  }
  for (const key of Object.keys(localStorage)) if (key.startsWith("qc-draft:")) localStorage.removeItem(key);
}

const done = document.querySelector('meta[name="draft-done"]')?.content;
if (done) localStorage.removeItem(`qc-draft:${account}:${done}`);
const drafts = [];
const kept = new WeakSet();
function keep(root) {
  const forms = [root, ...root.querySelectorAll("form")];
  for (const form of forms.filter((one) => one.matches?.("form[data-draft][data-draft-url]") && !kept.has(one))) {
    kept.add(form);
    const draft = new Draft(form);
    drafts.push(draft);
    draft.restore();
  }
}
keep(document);
document.addEventListener("htmx:load", (event) => keep(event.target));
// The form may be gone from the page by now.
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, xhr } = event.detail;
  drafts.find((draft) => draft.form === requestConfig.elt)?.answered(xhr.status);
});
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-sign-out")) forget(drafts);
});
