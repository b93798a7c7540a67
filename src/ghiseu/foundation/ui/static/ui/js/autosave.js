// Each field with data-save-url saves itself when it changes. Sends name, value, version, command_id.
// Answers: 200 {"version": …}; 409 {"version": …, "value": …, "by": …}; 422 {"cause": …, "next_step": …}.
// On a broken connection the answer stays here and is tried again; the command id stays the same, so it acts once.

import { ask, commandId, inField, loadAgain, onContent, texts } from "./page.js";

const waiting = new Map(); // field name -> {input, value, command, tries}
let leaving = false;
let reload = false; // other questions follow from what was saved
const RETRY = [1000, 2000]; // a server that was started again is reached two seconds later
const PATIENCE = [5000, 10000, 15000]; // a request that hangs in a dead connection holds nothing up

function valueOf(input) {
  if (input.type === "checkbox") return input.checked ? input.value : "";
  if (input.type === "radio") return input.form?.elements[input.name]?.value ?? input.value;
  return input.value;
}

function group(input) {
  return [...document.getElementsByName(input.name)].filter((one) => one.dataset.saveUrl === input.dataset.saveUrl);
}

function stateOf(input) {
  return input.closest("[data-field]")?.querySelector("[data-save-state]") ?? null;
}

function say(input, state, text) {
  const place = stateOf(input);
  if (!place) return;
  place.dataset.state = state;
  place.textContent = text;
}

function setVersion(input, version) {
  group(input).forEach((one) => { one.dataset.version = version; });
}

function put(input, value) {
  if (input.type === "radio") group(input).forEach((one) => { one.checked = one.value === value; });
  else if (input.type === "checkbox") input.checked = value !== "";
  else input.value = value;
}

function conflict(input, theirs) {
  const mine = valueOf(input);
  say(input, "conflict", `${texts.conflict} ${texts.yours}: ${mine || "—"}. ${texts.theirs}: ${theirs.value || "—"}${theirs.by ? ` (${theirs.by})` : ""}. `);
  const choice = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--neutral btn--small";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  };
  setVersion(input, theirs.version);
  stateOf(input)?.append(
    choice(texts.keepYours, () => save(input)),
    choice(texts.takeTheirs, () => { put(input, theirs.value); input.dataset.saved = theirs.value; say(input, "saved", texts.saved); }),
  );
}

function after(steps, entry) {
  return steps[Math.min(entry.tries, steps.length - 1)];
}

async function send(entry) {
  const { input } = entry;
  const body = new URLSearchParams({ name: input.name, value: entry.value, version: input.dataset.version ?? "", command_id: entry.command });
  const answer = await ask(input.dataset.saveUrl, { method: "POST", body, headers: { Accept: "application/json" }, limit: after(PATIENCE, entry) });
  if (answer.status >= 500 || answer.status === 429) throw new Error("try later");
  const told = await answer.json();
  if (answer.status === 409) return conflict(input, told);
  if (told.version) setVersion(input, told.version);
  reload ||= Boolean(told.reload);
  if (answer.status === 422) return say(input, "failed", `${told.cause} ${told.next_step ?? ""}`);
  if (!answer.ok) throw new Error("try later");
  setVersion(input, told.version);
  input.dataset.saved = entry.value;
  return say(input, "saved", texts.saved);
}

async function run(name) {
  const entry = waiting.get(name);
  if (!entry || entry.running) return;
  entry.running = true;
  say(entry.input, "saving", texts.saving);
  try {
    await send(entry);
    if (waiting.get(name) === entry) waiting.delete(name);
    else run(name);
    settle();
  } catch {
    entry.running = false;
    const latest = waiting.get(name);
    say(latest.input, "failed", texts.notSaved);
    setTimeout(() => run(name), after(RETRY, entry));
    entry.tries += 1;
  }
}

let goingTo = null; // a link or button that was pressed while something was still being saved

// A box must not move away under the hand that types into it: the page waits until that value is saved.
function typing() {
  const input = document.activeElement;
  return Boolean(input?.dataset?.saveUrl) && inField(input) && valueOf(input) !== (input.dataset.saved ?? input.dataset.first);
}

function settle() {
  if (waiting.size) return;
  if (goingTo) { const target = goingTo; goingTo = null; target.click(); return; }
  if (!reload || typing()) return;
  reload = false;
  loadAgain(() => waiting.size === 0 && !typing()).then((replaced) => { if (!replaced) { reload = true; settle(); } });
}

// Whoever leaves the page by a key or a click leaves it with everything stored.
document.addEventListener("click", (event) => {
  const target = event.target.closest("a[href]:not([target=_blank]), button[type=submit]");
  if (!target || !waiting.size) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  goingTo = target;
}, true);

function save(input) {
  const value = valueOf(input);
  const before = waiting.get(input.name);
  if (before?.value === value) { run(input.name); return; } // the same answer keeps its command
  const entry = { input, value, command: commandId(), tries: 0, running: false };
  waiting.set(input.name, entry);
  if (!before?.running) run(input.name);
}

function saveIfChanged(event) {
  const input = event.target;
  if (!input.dataset?.saveUrl) return;
  if (event.type === "focusout" && (input.type === "radio" || valueOf(input) === (input.dataset.saved ?? input.dataset.first))) {
    if (reload) setTimeout(settle);
    return;
  }
  save(input);
}

onContent((root) => root.querySelectorAll("[data-save-url]").forEach((input) => { input.dataset.first = valueOf(input); }));
document.addEventListener("change", saveIfChanged);
document.addEventListener("focusout", saveIfChanged);
const tryNow = () => { if (!document.hidden) [...waiting.keys()].forEach(run); };
["online", "focus", "pageshow"].forEach((name) => window.addEventListener(name, tryNow));
document.addEventListener("visibilitychange", tryNow);

document.addEventListener("submit", () => { leaving = true; setTimeout(() => { leaving = false; }, 2000); });
window.addEventListener("beforeunload", (event) => {
  if (waiting.size && !leaving) event.preventDefault();
});

/** True when every answer of this page is stored on the server. */
export function allSaved() {
  return waiting.size === 0;
}
