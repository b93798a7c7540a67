// A link marked data-print goes straight to the print window; when the browser cannot, the PDF opens in a new tab.

import { texts } from "./page.js";

function printed(link) {
  const before = document.activeElement;
  // The print window took the focus; without this the next key would go to the paper instead of the page.
  const back = () => {
    window.focus();
    if (!document.activeElement || document.activeElement === frame || document.activeElement === document.body) (before?.isConnected ? before : link).focus();
  };
  const frame = document.createElement("iframe");
  frame.className = "hidden-text";
  frame.title = link.textContent.trim();
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.print();
      link.focus(); // the next key belongs to this page, not to the paper
      frame.contentWindow.addEventListener("afterprint", back);
      back();
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
