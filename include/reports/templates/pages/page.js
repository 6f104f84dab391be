(() => {
  "use strict";
  if (window.parent === window) return;
  // Airflow shows these pages in a frame that may not navigate it; links to Airflow itself must leave the frame.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-airflow]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    outside.href = link.href;
    window.parent.document.body.append(outside);
    outside.click();
    outside.remove();
  });
})();
