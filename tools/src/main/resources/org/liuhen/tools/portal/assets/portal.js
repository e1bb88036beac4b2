// What all pages cannot do without a script: copy, show what a bar of a case's timeline is.
"use strict";

(() => {
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      let copied = true;
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        // no clipboard over plain HTTP: select it, so that one key press copies it
        copied = false;
        getSelection().selectAllChildren(source);
      }
      if (copied) {
        const before = button.textContent;
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = before; }, 1500);
      }
    });
  }

  const detail = document.getElementById("bar-detail");
  if (detail) {
    const show = (bar) => {
      detail.replaceChildren();
      if (bar.dataset.poster) {
        const poster = document.createElement("img");
        poster.src = bar.dataset.poster;
        poster.alt = "";
        detail.append(poster);
      }
      const text = document.createElement("span");
      text.textContent = bar.getAttribute("aria-label");
      detail.append(text);
      detail.classList.add("on");
      document.getElementById(bar.dataset.row)?.classList.add("pointed");
    };
    const clear = (bar) => document.getElementById(bar.dataset.row)?.classList.remove("pointed");
    for (const bar of document.querySelectorAll("a.bar")) {
      bar.addEventListener("pointerenter", () => show(bar));
      bar.addEventListener("focus", () => show(bar));
      bar.addEventListener("pointerleave", () => clear(bar));
      bar.addEventListener("blur", () => clear(bar));
      const row = document.getElementById(bar.dataset.row);
      row?.addEventListener("pointerenter", () => bar.classList.add("pointed"));
      row?.addEventListener("pointerleave", () => bar.classList.remove("pointed"));
    }
  }
})();
