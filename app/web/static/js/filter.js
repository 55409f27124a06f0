// Finding: a list searched at once when a choice changes, a table narrowed while typing.

const words = document.getElementById("words").dataset;

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=radio], input[type=checkbox]")) form.requestSubmit?.();
});

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches("[data-filter-table]")) return;
  const table = document.getElementById(box.dataset.filterTable);
  const wanted = box.value.trim().toLowerCase();
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  const shown = rows.filter((row) => !row.hidden).length;
  const count = box.parentElement.querySelector("[data-filter-count]");
  count.textContent = wanted ? words.shown.replace("{count}", shown).replace("{total}", rows.length) : "";
});
