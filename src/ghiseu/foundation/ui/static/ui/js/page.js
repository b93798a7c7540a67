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
  return Boolean(element) && (element.isContentEditable || element.matches("input:not([type=radio]):not([type=checkbox]), select, textarea"));
}

export function visible(element) {
  return Boolean(element.getClientRects().length);
}

export function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Load the page anew and come back to the control that has the focus; only its id is remembered, for this tab. */
export function loadAgain() {
  try { sessionStorage.setItem("focus", document.activeElement?.id ?? ""); } catch { /* the page begins at its top */ }
  location.reload();
}
