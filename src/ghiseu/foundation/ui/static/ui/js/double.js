// A form is sent once: the second submit of the same form is stopped, its buttons rest until the next page comes.
// The hidden command_id makes a repeat harmless on the server as well.

import { texts } from "./page.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-many]")) return;
  if (form.dataset.sent === "1") { event.preventDefault(); return; }
  form.dataset.sent = "1";
  // The pressed button's own name and value must still be sent, so they rest only afterwards.
  setTimeout(() => [...form.elements].forEach((one) => {
    if (one.matches("button[type=submit]")) one.setAttribute("aria-disabled", "true");
  }), 0);
  const status = form.querySelector("[data-sent-status]");
  if (status) status.textContent = texts.wait;
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-disabled]").forEach((one) => one.removeAttribute("aria-disabled"));
}));
