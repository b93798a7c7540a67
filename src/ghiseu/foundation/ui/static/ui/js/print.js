// A link marked data-print goes straight to the print window; when the browser cannot, the PDF opens in a new tab.

import { texts } from "./page.js";

function printed(link) {
  const frame = document.createElement("iframe");
  frame.className = "hidden-text";
  frame.title = link.textContent.trim();
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    } catch {
      window.open(link.href, "_blank", "noopener");
      frame.remove();
    }
  });
  frame.src = link.href;
  document.body.append(frame);
}

function say(text) {
  const place = document.getElementById("messages");
  if (!place) return;
  const line = document.createElement("p");
  line.className = "quiet";
  line.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), 4000);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-print]");
  if (!link || event.ctrlKey || event.shiftKey || !navigator.pdfViewerEnabled) return;
  event.preventDefault();
  document.querySelectorAll("iframe.hidden-text").forEach((old) => old.remove());
  say(texts.printing);
  printed(link);
});
