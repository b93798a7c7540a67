// Guided hand-over: one key copies the next value to the clipboard, ready to paste in the other portal.

import { texts } from "./page.js";

async function put(input) {
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    input.select(); // plain http has no clipboard interface; the old command still works there
    document.execCommand("copy");
  }
}

function start(place) {
  const rows = [...place.querySelectorAll("[data-copy-row]")];
  const next = place.querySelector("[data-copy-next]");
  const status = place.querySelector("[data-copy-status]");
  let at = 0;

  function mark() {
    rows.forEach((row, index) => row.classList.toggle("is-next", index === at));
    if (at >= rows.length) status.textContent = texts.allCopied;
  }

  async function copy(index) {
    const row = rows[index];
    if (!row) return;
    await put(row.querySelector("[data-copy-value]"));
    row.querySelector("[data-copy-done]").textContent = texts.copied;
    status.textContent = `${texts.copied}: ${row.querySelector("label").textContent.trim()}`;
    at = index + 1;
    mark();
  }

  next.hidden = false;
  next.addEventListener("click", () => copy(at < rows.length ? at : 0));
  rows.forEach((row, index) => {
    const button = row.querySelector("[data-copy]");
    button.hidden = false;
    button.addEventListener("click", () => copy(index));
  });
  mark();
}

document.querySelectorAll("[data-copy-list]").forEach(start);
