// The page locks after data-idle-seconds without a touch, and warns 60 seconds before. Every answer is saved by then.
// Work in any window of the same browser counts; the server is told at most once a minute.

import { allSaved } from "./autosave.js";
import { ask, rememberFocus, texts, wait } from "./page.js";

const WARNING = 60;
const TELL_EVERY = 60000;
const limit = Number(document.body.dataset.idleSeconds || 0);
const warning = document.getElementById("idle");
const form = document.getElementById("lock-form");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("ghiseu-activity") : null;

let active = Date.now();
let told = Date.now();
let locking = false;

async function tell() {
  told = Date.now();
  try {
    const answer = await ask(document.body.dataset.aliveUrl, { method: "POST", limit: 5000 });
    if (answer.status === 401 || answer.status === 403) lock();
  } catch { /* the server keeps its own clock; the next touch tries again */ }
}

function touched() {
  active = Date.now();
  channel?.postMessage(active);
  if (active - told > TELL_EVERY) tell();
}

async function lock() {
  if (locking) return;
  locking = true;
  rememberFocus();
  document.activeElement?.blur(); // what was being typed is saved first
  for (let tries = 0; tries < 40 && !allSaved(); tries += 1) await wait(100);
  if (form) form.requestSubmit();
  else location.reload();
}

function stay() {
  warning.hidden = true;
  active = Date.now();
  channel?.postMessage(active);
  tell();
}

let said = 0;
function look() {
  const left = Math.ceil(limit - (Date.now() - active) / 1000);
  if (left <= 0) { lock(); return; }
  const near = left <= Math.min(WARNING, limit / 2);
  if (near && (warning.hidden || left <= 10 || said - left >= 15)) {
    said = left;
    warning.querySelector("[data-idle-text]").textContent = `${texts.locksIn} ${left} ${texts.seconds}.`;
  }
  warning.hidden = !near;
}

if (limit && warning) {
  // Once the warning stands, only its own key or button keeps the page open: a nudged mouse is not a person.
  ["keydown", "pointerdown"].forEach((name) => document.addEventListener(name, () => { if (warning.hidden) touched(); }, true));
  document.addEventListener("input", () => { if (warning.hidden) touched(); });
  document.getElementById("idle-stay").addEventListener("click", stay);
  channel?.addEventListener("message", (event) => { active = Math.max(active, event.data); });
  setInterval(look, 1000);
}
