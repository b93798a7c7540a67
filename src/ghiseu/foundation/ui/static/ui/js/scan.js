// A document reader types like a keyboard, only faster than people. Bursts (30 ms or less between characters, ended by
// Enter) land in form[data-scan] wherever the focus is; the two or three lines of a machine-readable zone are joined.

import { texts } from "./page.js";

const FASTEST_TYPIST = 30;
const SHORTEST = 6;
const BETWEEN_LINES = 250;

const form = document.querySelector("form[data-scan]");
const target = form?.querySelector("[data-scan-target]");
let burst = "";
let last = -Infinity;
let lines = [];
let before = null; // what the focused box held before the burst began
let closing = 0;

function restore() {
  if (before && before.element !== target && "value" in before.element) before.element.value = before.value;
}

function deliver() {
  target.value = lines.join("\n");
  lines = [];
  form.querySelector("[data-scan-status]").textContent = texts.scanned;
  target.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: target.value }));
  form.requestSubmit();
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
  // From the fourth quick character on it is the reader: nothing of it goes into the box that has the focus.
  if (burst.length > 3) { event.preventDefault(); event.stopImmediatePropagation(); }
}

function lineEnd(event) {
  const quick = event.timeStamp - last <= FASTEST_TYPIST * 2;
  if (!quick || burst.length < SHORTEST) { burst = ""; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  restore();
  if (document.activeElement === target && lines.length === 0) target.value = "";
  lines.push(burst);
  burst = "";
  clearTimeout(closing);
  closing = setTimeout(deliver, BETWEEN_LINES);
}

// A quick hand, or a reader that sends no Enter: what was held back goes into the box after all.
function spill() {
  const box = before?.element;
  if (burst.length > 3 && box && "value" in box) {
    box.value = before.value + burst;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  burst = "";
}

if (form && target) {
  let pause = 0;
  window.addEventListener("keydown", (event) => {
    clearTimeout(pause);
    if (event.key === "Enter" && !event.ctrlKey && !event.altKey) { lineEnd(event); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) { if (event.key !== "Shift") spill(); return; }
    character(event);
    pause = setTimeout(spill, BETWEEN_LINES);
  }, true);
  // Enter of a person typing 13 digits sends the form; Shift+Enter starts a new line.
  target.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.defaultPrevented) { event.preventDefault(); form.requestSubmit(); }
  });
}
