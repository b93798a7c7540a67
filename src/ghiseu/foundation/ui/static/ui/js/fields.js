// Small helps while typing: counts the digits of an identifier, completes a date typed without dots,
// shows an IDNP whole while its key is held.

import { ask, onContent, texts } from "./page.js";

function count(input) {
  const place = input.closest(".line")?.querySelector("[data-count]");
  if (!place) return;
  const want = Number(input.dataset.digits);
  const have = input.value.replace(/[^0-9A-Za-z]/g, "").length;
  place.hidden = have === 0;
  place.textContent = want === 13 ? `${have} / ${want} ${texts.digits}` : `${have} / ${want}`;
  place.classList.toggle("is-whole", have === want);
}

document.addEventListener("input", (event) => { if (event.target.matches("[data-digits]")) count(event.target); });
onContent((root) => root.querySelectorAll("[data-digits]").forEach(count));

// 12092024 and 12/9/2024 both become the form that the server reads; anything else is left for it to judge.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-date]")) return;
  const found = /^(\d{1,2})[ ./,-]?(\d{1,2})[ ./,-]?(\d{4})$/.exec(event.target.value.trim());
  if (found) event.target.value = `${found[1].padStart(2, "0")}.${found[2].padStart(2, "0")}.${found[3]}`;
}, true);

// While the button is pressed the server is asked for the whole number, and notes who looked.
document.querySelectorAll("form[data-reveal]").forEach((form) => {
  const button = form.querySelector("button");
  const place = form.parentElement.querySelector("[data-secret]");
  const masked = place.textContent;
  let held = false;
  const show = async () => {
    if (held) return;
    held = true;
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/plain" } });
      if (answer.ok && held) place.textContent = (await answer.text()).trim();
    } catch { /* stays masked */ }
  };
  const hide = () => { held = false; place.textContent = masked; };
  form.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("pointerdown", show);
  button.addEventListener("click", show);
  ["pointerup", "pointerleave", "blur"].forEach((name) => button.addEventListener(name, hide));
  document.addEventListener("keyup", hide);
});
