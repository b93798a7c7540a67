// A document reader types like a keyboard, only faster than people. Bursts (30 ms or less between characters, ended by
// Enter) land in form[data-scan] wherever the focus is; the two or three lines of a machine-readable zone are joined.
// A number alone proves nobody: then the first button that says what was seen gets the focus, and nothing is sent.
// What is typed in a box always stands there at once, however fast: only the Enter of a reader takes it out again.

import { inField, texts } from "./page.js";

const FASTEST_TYPIST = 30;
const SHORTEST = 6;
const WHOLE = 13; // an IDNP; shorter than this in a box that has the focus is somebody's typing
const BETWEEN_LINES = 250;

const form = document.querySelector("form[data-scan]");
const target = form?.querySelector("[data-scan-target]");
let burst = "";
let last = -Infinity;
let lines = [];
let before = null; // what the focused box held before the burst began
let closing = 0;

function send() {
  const seen = form.elements.namedItem("seen");
  const first = seen instanceof RadioNodeList ? seen[0] : seen;
  if (first?.matches("button") && /^[\d\s]+$/.test(target.value)) first.focus();
  else form.requestSubmit();
}

function restore() {
  if (!before || before.element === target || !("value" in before.element)) return;
  before.element.value = before.value;
  before.element.dispatchEvent(new Event("input", { bubbles: true }));
}

function closeLater() {
  clearTimeout(closing);
  closing = setTimeout(deliver, BETWEEN_LINES);
}

function deliver() {
  if (burst.length >= SHORTEST) { restore(); lines.push(burst); } // a last line without its Enter
  burst = "";
  target.value = lines.join("\n");
  lines = [];
  form.querySelector("[data-scan-status]").textContent = texts.scanned;
  target.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: target.value }));
  send();
}

function character(event) {
  const quick = event.timeStamp - last <= FASTEST_TYPIST;
  if (!quick) {
    burst = "";
    const element = document.activeElement;
    before = { element, value: element && "value" in element ? element.value : "" };
  }
  burst += event.key;
  last = event.timeStamp;
  if (lines.length) closeLater(); // the next line is on its way, however long this computer takes over it
  // From the fourth quick character on it is the reader: no key of the page answers to it.
  if (burst.length > 3 && !inField(document.activeElement)) { event.preventDefault(); event.stopImmediatePropagation(); }
}

function lineEnd(event) {
  const quick = event.timeStamp - last <= FASTEST_TYPIST * 2;
  const shortest = inField(document.activeElement) && !lines.length ? WHOLE : SHORTEST;
  if (!quick || burst.length < shortest) { burst = ""; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  restore();
  if (document.activeElement === target && lines.length === 0) target.value = "";
  lines.push(burst);
  burst = "";
  closeLater();
}

if (form && target) {
  window.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.altKey) { lineEnd(event); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) { if (event.key !== "Shift") burst = ""; return; }
    character(event);
  }, true);
  // Enter of a person typing 13 digits sends the form; Shift+Enter starts a new line.
  target.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.defaultPrevented) { event.preventDefault(); send(); }
  });
}
