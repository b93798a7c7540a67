// Type-ahead for form[data-search]: two letters bring lines from the server, arrows choose, Enter opens, Escape closes.
// The address is sent <name>=…&fragment=1, never in the address itself, and returns elements of role option with data-href.

import { ask, onContent, texts } from "./page.js";

const PAUSE = 180;
const LEAST = 2;
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

// The page holds one example of each plural form of its language, with a number of its own.
function results(count) {
  const form = plural.select(count);
  const example = texts[`results${form[0].toUpperCase()}${form.slice(1)}`] ?? texts.resultsOther;
  return example.replace(/\d+/, String(count));
}

function start(form) {
  const input = form.querySelector("input[type=search]");
  const hits = form.querySelector("[data-hits]");
  const told = form.querySelector("[data-hit-count]");
  let timer = 0;
  let asked = 0;
  let chosen = -1;
  let enterWaits = false; // Enter came before the lines did: the first of them opens

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", hits.id);
  input.setAttribute("aria-expanded", "false");

  const options = () => [...hits.querySelectorAll("[role=option]")];

  function close() {
    hits.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(at) {
    const all = options();
    if (!all.length) return;
    chosen = (at + all.length) % all.length;
    all.forEach((one, index) => one.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function show(html) {
    hits.innerHTML = html;
    const all = options();
    all.forEach((one, index) => { one.id = `${hits.id}-${index}`; });
    hits.hidden = false;
    chosen = -1;
    input.setAttribute("aria-expanded", String(all.length > 0));
    input.removeAttribute("aria-activedescendant");
    if (all.length) {
      hits.setAttribute("role", "listbox");
      hits.setAttribute("aria-label", form.getAttribute("aria-label"));
    } else {
      hits.removeAttribute("role");
      hits.removeAttribute("aria-label");
      const none = document.createElement("p");
      none.className = "hit--none";
      none.textContent = texts.noResults;
      hits.replaceChildren(none);
    }
    if (all.length && form.hasAttribute("data-choose-first")) {
      if (enterWaits) { location.assign(all[0].dataset.href); return; }
      choose(0);
    }
    enterWaits = false;
    told.textContent = all.length ? results(all.length) : texts.noResults;
  }

  async function look() {
    const words = input.value.trim();
    if (words.length < LEAST) { close(); return; }
    const mine = ++asked;
    const body = new URLSearchParams({ [input.name]: words, fragment: "1" });
    try {
      const answer = await ask(form.dataset.search, { method: "POST", body, headers: { Accept: "text/html" }, limit: 5000 });
      if (mine === asked && answer.ok && document.activeElement === input) show(await answer.text());
    } catch { /* Enter still sends the plain form */ }
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !hits.hidden) { choose(chosen + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && !hits.hidden) { choose(chosen - 1); event.preventDefault(); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(options()[chosen].dataset.href); }
    else if (event.key === "Enter" && form.hasAttribute("data-choose-first") && input.value.trim().length >= LEAST) {
      event.preventDefault();
      enterWaits = true;
      clearTimeout(timer);
      look();
    } else if (event.key === "Escape" && !hits.hidden) { close(); event.preventDefault(); }
  });
  hits.addEventListener("mousedown", (event) => event.preventDefault());
  hits.addEventListener("click", (event) => {
    const one = event.target.closest("[data-href]");
    if (one) location.assign(one.dataset.href);
  });
  input.addEventListener("blur", () => { asked += 1; close(); });
}

onContent((root) => root.querySelectorAll("form[data-search]").forEach(start));
