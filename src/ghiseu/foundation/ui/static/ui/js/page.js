// What the other modules share: texts in the page's language, the token of the session, fetch with a time limit.

const template = document.getElementById("ui-texts");
export const texts = template ? template.dataset : {};

export function csrfToken() {
  const input = document.querySelector("input[name=csrfmiddlewaretoken]");
  return input ? input.value : "";
}

/** Return a fresh command id, so that a repeated request acts once. */
export function commandId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** fetch that gives up after `limit` milliseconds and sends the token of the session. */
export async function ask(url, { method = "GET", body, headers = {}, limit = 15000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limit);
  const own = { "X-Requested-With": "fetch" };
  if (method !== "GET") own["X-CSRFToken"] = csrfToken();
  try {
    return await fetch(url, {
      method, body, headers: { ...own, ...headers }, credentials: "same-origin", redirect: "error", signal: stop.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

export function inField(element) {
  return Boolean(element) && (element.isContentEditable || element.matches("input:not([type=radio]):not([type=checkbox]):not([type=file]), select, textarea"));
}

const LARGEST = 25 * 1024 * 1024; // bytes; the server refuses more

/** Tell whether a chosen file is more than the server takes, before anything of it is sent. */
export function tooLarge(file) {
  return file.size > LARGEST;
}

export function visible(element) {
  return Boolean(element.getClientRects().length);
}

export function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Keep, for this tab, which control of this page has the focus; only its id and the address are kept. */
export function rememberFocus() {
  try { sessionStorage.setItem("focus", `${location.pathname} ${document.activeElement?.id ?? ""}`); } catch { /* begins at its top */ }
}

/** Return the control that had the focus when this page was left, once. */
export function recallFocus() {
  try {
    const [path, id] = (sessionStorage.getItem("focus") ?? "").split(" ");
    if (!id || path !== location.pathname) return null;
    sessionStorage.removeItem("focus");
    return document.getElementById(id);
  } catch { return null; }
}

/** Return the control of the next act: the one that [data-focus-on] names, or the one marked itself. */
export function nextAct() {
  const named = document.querySelector("[data-focus-on]")?.dataset.focusOn;
  return (named && document.getElementById(named)) || document.querySelector("[data-focus], main [autofocus]");
}

const starters = [];

/** Run start(root) for the page, and again for each new content that takes the place of <main>. */
export function onContent(start) {
  starters.push(start);
  start(document);
}

/** Put the <main> of a page that the server sent in the place of ours. What is being typed stays. False: not such a page. */
export function show(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const main = next.getElementById("main");
  if (!main || next.body.className !== document.body.className) return false;
  const { id, value, defaultValue } = document.activeElement ?? {};
  const typing = inField(document.activeElement) && value !== defaultValue;
  document.getElementById("main").replaceWith(document.adoptNode(main));
  document.title = next.title;
  starters.forEach((start) => start(main));
  const found = id && id !== "main" ? document.getElementById(id) : null;
  // A file that was sent leads on, and so does a question that a register has answered meanwhile.
  const same = found?.matches("input:not([type=file]), select, textarea, button, a, summary") ? found : null;
  if (same && typing && "value" in same) same.value = value;
  (same ?? nextAct() ?? main).focus({ preventScroll: Boolean(same) });
  return true;
}

/** Fetch the page anew and put its content in the place of ours; when that fails, load it whole.
 *  `free` tells whether it may be replaced once the answer is there. Returns whether it was replaced. */
export async function loadAgain(free = () => true, headers = {}) {
  try {
    const answer = await ask(location.href, { headers: { Accept: "text/html", ...headers } });
    const html = await answer.text();
    if (!free()) return false;
    if (answer.ok && show(html)) return true;
  } catch { /* load it whole */ }
  rememberFocus();
  location.reload();
  return true;
}
