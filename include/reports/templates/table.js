(() => {
  "use strict";
  const home = document.getElementById("home");
  if (location.protocol.startsWith("http")) home.hidden = false;
  const table = document.getElementById("table");
  const form = document.getElementById("controls");
  if (!table || !form) return;
  const PAGE = 100;
  const body = table.tBodies[0];
  const count = document.getElementById("f-count");
  const more = document.getElementById("f-more");
  const fields = [...form.querySelectorAll("select")].map((field) => [field.id.replace("f-", ""), field]);
  const text = document.getElementById("f-text");
  const rows = [...body.rows].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    keys: [...row.cells].map((cell) => (cell.dataset.v === undefined ? cell.textContent.trim().toLowerCase() : cell.dataset.v)),
  }));
  let shown = PAGE;
  let order = rows.slice();

  const compare = (kind, column, sign) => (a, b) => {
    const x = a.keys[column], y = b.keys[column];
    if (x === "" || y === "") return (x === "") - (y === "");
    return sign * (kind === "n" ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0);
  };

  function draw() {
    const needle = text.value.trim().toLowerCase();
    const kept = order.filter((one) =>
      fields.every(([name, field]) => !field.value || one.row.dataset[name] === field.value) &&
      (!needle || one.text.includes(needle)));
    body.dataset.ready = "";
    body.replaceChildren(...kept.slice(0, shown).map((one) => one.row));
    const visible = Math.min(shown, kept.length);
    count.textContent = kept.length === rows.length && visible === kept.length
      ? `${rows.length} ${table.dataset.of}`
      : `${visible} of ${kept.length} shown` + (kept.length < rows.length ? ` (${rows.length} in all)` : "");
    more.hidden = visible === kept.length;
  }

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const number = head.dataset.kind === "n";
      const now = head.getAttribute("aria-sort");
      const next = now ? (now === "ascending" ? "descending" : "ascending") : number ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", next);
      order.sort(compare(head.dataset.kind, column, next === "ascending" ? 1 : -1));
      draw();
    });
  });
  const restart = () => { shown = PAGE; draw(); };
  form.addEventListener("input", restart);
  form.addEventListener("reset", () => setTimeout(restart));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => { shown += PAGE; draw(); });
  window.addEventListener("beforeprint", () => { shown = Infinity; draw(); });
  form.hidden = false;
  draw();
})();
