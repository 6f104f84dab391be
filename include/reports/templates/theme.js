(() => {
  "use strict";
  // Shown in Airflow's frame or by itself, the page follows the theme chosen in Airflow.
  const root = document.documentElement;
  const framed = window.parent !== window;
  root.dataset.script = "";
  if (framed) root.dataset.framed = "";
  try {
    const theme = framed
      ? ["dark", "light"].find((name) => window.parent.document.documentElement.classList.contains(name))
      : localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
})();
