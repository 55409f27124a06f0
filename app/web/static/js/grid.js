// Filling in a class sheet fast: <form><table data-grid> … <input data-number data-low data-high>.
// Enter and arrows move, a block copied from a spreadsheet fills the cells, odd numbers are pointed out.

const words = document.getElementById("words").dataset;

const boxesOf = (row) => [...row.querySelectorAll("input:not([type=hidden]):not([disabled]), select:not([disabled])")];
const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.hidden && boxesOf(row).length);

function place(table, box) {
  const rows = rowsOf(table);
  const row = rows.findIndex((candidate) => candidate.contains(box));
  return { rows, row, column: boxesOf(rows[row]).indexOf(box) };
}

function go(table, box, down, right) {
  const { rows, row, column } = place(table, box);
  const target = rows[row + down] && boxesOf(rows[row + down])[column + right];
  if (!target) return false;
  target.focus();
  target.select?.();
  return true;
}

function atEdge(box, right) {
  if (box.selectionStart === null || box.selectionStart === undefined) return true;
  const all = box.selectionStart === 0 && box.selectionEnd === box.value.length;
  return all || (right > 0 ? box.selectionStart === box.value.length : box.selectionEnd === 0);
}

function onKey(event) {
  const table = event.currentTarget;
  const box = event.target;
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || !box.matches("input, select")) return;
  const moves = { Enter: [event.shiftKey ? -1 : 1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const move = moves[event.key];
  if (!move || (box.matches("select") && event.key !== "Enter")) return;
  if (move[1] && !atEdge(box, move[1])) return;
  if (go(table, box, ...move) || event.key === "Enter") event.preventDefault();
}

// Full-width digits, as Chinese input methods write them, become plain ones.
const plain = (text) => text.normalize("NFKC").replace("。", ".").trim();

function onPaste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!event.target.matches("input") || !/[\t\n\r]/.test(text.trim())) return;
  event.preventDefault();
  const { rows, row, column } = place(event.currentTarget, event.target);
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  lines.forEach((line, down) => {
    const boxes = rows[row + down] ? boxesOf(rows[row + down]) : [];
    line.split("\t").forEach((value, right) => {
      const box = boxes[column + right];
      if (!box || box.readOnly || !box.matches("input")) return;
      box.value = value.trim();
      box.dispatchEvent(new Event("input", { bubbles: true }));
      if (box.matches("[data-number]")) check(box);
    });
  });
}

function problem(box) {
  const text = plain(box.value);
  if (!text) return "";
  const value = Number(text);
  if (Number.isNaN(value)) return words.number;
  const { low, high } = box.dataset;
  const out = (low && value < Number(low)) || (high && value > Number(high));
  return out ? words.range.replace("{min}", low ?? "").replace("{max}", high ?? "") : "";
}

function check(box) {
  if (plain(box.value) !== box.value && !Number.isNaN(Number(plain(box.value)))) box.value = plain(box.value);
  const text = problem(box);
  let hint = box.parentElement.querySelector(".cell-hint");
  if (text && !hint) {
    hint = document.createElement("span");
    hint.className = "cell-hint";
    hint.id = `${box.name}-hint`;
    box.after(hint);
    box.setAttribute("aria-describedby", hint.id);
  }
  if (hint) hint.textContent = text;
  if (text) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
}

function start(table) {
  const form = table.closest("form");
  let leaving = false;
  const state = document.createElement("p");
  state.className = "grid-state";
  state.setAttribute("role", "status");
  (table.closest(".table-wrap") ?? table).after(state);

  const changed = () => rowsOf(table).flatMap(boxesOf).filter((box) => box.classList.contains("is-changed")).length;
  const mark = (box) => {
    if (box.matches("input")) box.classList.toggle("is-changed", box.value !== box.defaultValue);
    const count = changed();
    state.textContent = count ? words.unsaved.replace("{count}", count) : "";
  };
  table.addEventListener("keydown", onKey);
  table.addEventListener("paste", onPaste);
  table.addEventListener("input", (event) => {
    if (event.target.matches("[data-number][aria-invalid]") && !event.isComposing) check(event.target);
    mark(event.target);
  });
  table.addEventListener("change", (event) => mark(event.target));
  // Not on the way to the save button: a hint that comes or goes would move it from under the pointer.
  table.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-number]") && !event.relatedTarget?.matches("button")) check(event.target);
  });
  form?.addEventListener("draft:restored", () => rowsOf(table).flatMap(boxesOf).forEach(mark));
  form?.addEventListener("reset", () => window.setTimeout(() => rowsOf(table).flatMap(boxesOf).forEach(mark)));
  form?.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
}

document.querySelectorAll("table[data-grid]").forEach(start);
