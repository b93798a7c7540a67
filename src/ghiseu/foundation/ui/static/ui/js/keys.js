// Every control marked data-key="F9", "Alt+S", "Ctrl+K" or "n" (a letter, outside fields) answers to its key.
// With data-then="id" the last field leads there instead. Escape closes what is open. F1 lists the keys, and so does "?" outside fields.
// In form[data-enter-next] Enter goes to the next field, the last submits.
// Keys are read by their place on the keyboard, so that they work with the Cyrillic layout too.

import { inField, nextAct, recallFocus, texts, visible } from "./page.js";

// A cookie, not storage: the end of a visit empties the storage, and the choice is the operator's, not the visit's.
const LETTERS_OFF = `${location.protocol === "https:" ? "__Host-" : ""}letters-off`;

const TOO_SOON = 700; // milliseconds since the page answers to keys
const shownAt = performance.now();

function pressed(event) {
  const key = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : /^Digit\d$/.test(event.code) ? event.code.slice(5) : event.key;
  const parts = [];
  if (event.ctrlKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey) parts.push("shift");
  return [...parts, key.toLowerCase()].join("+");
}

function usable(element) {
  return !element.disabled && element.getAttribute("aria-disabled") !== "true" && visible(element);
}

function find(name) {
  return [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.toLowerCase() === name && usable(one));
}

// What cannot be undone is not done by a key that was meant for the page before: it begins to act a moment after loading.
function tooSoon(element) {
  return element.hasAttribute("data-final") && performance.now() - shownAt < TOO_SOON;
}

function trigger(element) {
  if (element.matches("input:not([type=submit]), select, textarea") && element.type !== "file") {
    element.focus();
    if (element.select) element.select();
    return;
  }
  const asks = element.matches("summary") ? element.closest("details[data-confirm]:not([open])") : null;
  if (asks) {
    asks.open = true;
    asks.querySelector("button").focus(); // at once: the next key may come faster than the page is drawn
    return;
  }
  element.focus();
  element.click();
}

function lettersOff() {
  return document.cookie.split("; ").includes(`${LETTERS_OFF}=1`);
}

function setLettersOff(off) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${LETTERS_OFF}=${off ? 1 : 0}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function nameOf(element) {
  const label = element.labels && element.labels[0];
  const copy = (label || element).cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((mark) => mark.remove());
  return element.getAttribute("aria-label") || copy.textContent.trim().replace(/\s+/g, " ") || element.placeholder || "";
}

let panel = null;
let cameFrom = null;

function closePanel() {
  if (!panel) return false;
  panel.remove();
  panel = null;
  if (cameFrom) cameFrom.focus();
  return true;
}

function line(key, text) {
  const item = document.createElement("li");
  const mark = document.createElement("kbd");
  mark.textContent = key;
  item.append(text, " ", mark);
  return item;
}

function openPanel() {
  if (closePanel()) return;
  cameFrom = document.activeElement;
  panel = document.createElement("section");
  panel.className = "keypanel";
  panel.setAttribute("aria-labelledby", "keypanel-title");
  const title = document.createElement("h2");
  title.id = "keypanel-title";
  title.tabIndex = -1;
  title.textContent = texts.keys;
  const list = document.createElement("ul");
  [...document.querySelectorAll("[data-key]")].filter(usable).forEach((one) => list.append(line(one.dataset.key, nameOf(one))));
  const choice = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !lettersOff();
  box.addEventListener("change", () => setLettersOff(!box.checked));
  choice.append(box, texts.letterKeys);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--neutral btn--small";
  close.textContent = texts.close;
  close.addEventListener("click", closePanel);
  panel.append(title, list, choice, close);
  document.body.append(panel);
  title.focus();
}

function escape(event) {
  if (event.defaultPrevented) return;
  if (closePanel()) return event.preventDefault();
  const open = [...document.querySelectorAll("details[data-confirm][open], details.dispute[open]")].pop();
  if (!open) return undefined;
  open.open = false;
  open.querySelector("summary").focus();
  return event.preventDefault();
}

function enterMoves(event) {
  const field = event.target;
  const form = field.form;
  if (!form || !form.matches("[data-enter-next]") || !field.matches("input, select") || field.type === "submit") return false;
  if (field.getAttribute("aria-expanded") === "true") return false;
  const fields = [...form.elements].filter((one) => one.matches("input:not([type=hidden]), select, textarea") && !one.readOnly && usable(one));
  let next = fields.indexOf(field) + 1;
  if (field.type === "radio") while (next < fields.length && fields[next].name === field.name) next += 1;
  event.preventDefault();
  if (next < fields.length) {
    fields[next].focus();
    if (fields[next].select && fields[next].type === "text") fields[next].select();
  } else if (form.dataset.then) {
    document.getElementById(form.dataset.then)?.focus();
  } else {
    form.requestSubmit(form.querySelector("button.btn--primary, button[type=submit]:not([name=remove]):not([name=add])"));
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") { escape(event); return; }
  if (event.key === "F1") { event.preventDefault(); if (!event.repeat) openPanel(); return; }
  if (event.key === "Enter" && !event.ctrlKey && !event.altKey && enterMoves(event)) return;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && event.key.length === 1;
  if (plain && (inField(document.activeElement) || lettersOff())) return;
  if (plain && event.key === "?") { event.preventDefault(); openPanel(); return; }
  const element = find(pressed(event));
  if (!element) return;
  event.preventDefault();
  if (!event.repeat && !tooSoon(element)) trigger(element);
});

// Arrow keys walk the links of a list.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("[data-row-link]")) return;
  const links = [...document.querySelectorAll("[data-row-link]")].filter(visible);
  const next = links[links.indexOf(event.target) + step];
  if (next) { event.preventDefault(); next.focus(); }
});

const opener = document.querySelector("[data-keys-list]");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", openPanel);
}

// A question that asks once is answered by Enter: its button has the focus as soon as it opens.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details[data-confirm][open]")) event.target.querySelector("button").focus();
}, true);

(recallFocus() ?? nextAct())?.focus();
