// A page is printed in light colors, whatever the theme of the screen.
(() => {
  const root = document.documentElement;
  let screen = null;
  const print = () => {
    if (screen !== null) return;
    screen = root.dataset.theme;
    root.dataset.theme = "light";
  };
  const back = () => {
    if (screen === null) return;
    root.dataset.theme = screen;
    screen = null;
  };
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", back);
  matchMedia("print").addEventListener("change", (event) => (event.matches ? print() : back()));
})();
