(() => {
  "use strict";
  const framed = window.parent !== window;
  const root = document.documentElement;
  try {
    const outside = framed ? window.parent.document.documentElement : null;
    const theme = outside
      ? ["dark", "light"].find((name) => outside.classList.contains(name))
      : localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  // Airflow shows these pages in a frame: links to Airflow itself must leave it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-airflow]");
    if (!link || !framed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    outside.href = link.href;
    window.parent.document.body.append(outside);
    outside.click();
    outside.remove();
  });
})();
