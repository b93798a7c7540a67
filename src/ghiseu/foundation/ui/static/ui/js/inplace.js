// A form marked data-in-place is sent without leaving the page: the <main> of the answer takes the place of ours.
// It goes by itself when a choice in it changes or a file is chosen. A broken connection is tried again; the hidden
// command_id and the content of a file make a repeat harmless. form[data-in-place="get"] asks, and changes nothing.

import { csrfToken, show, texts, tooLarge, wait } from "./page.js";

const RETRY = [1000, 2000, 4000, 8000];
const LIMIT = 60000;

function request(form, submitter) {
  const body = new FormData(form, submitter);
  const options = { credentials: "same-origin", headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(LIMIT) };
  if (form.dataset.inPlace !== "get") {
    return fetch(submitter?.formAction || form.action, { ...options, method: "POST", body, headers: { ...options.headers, "X-CSRFToken": csrfToken() } });
  }
  const url = new URL(form.dataset.lookUrl, location.href);
  body.forEach((value, name) => { if (name !== "csrfmiddlewaretoken") url.searchParams.set(name, value); });
  return fetch(url, options);
}

async function send(form, submitter) {
  const status = form.querySelector("[data-sent-status]");
  for (let tries = 0; ; tries += 1) {
    if (status) status.textContent = `${texts.sending}…`;
    delete form.dataset.again;
    try {
      const answer = await request(form, submitter);
      if (answer.status >= 500) throw new Error("try later");
      const elsewhere = new URL(answer.url).pathname !== location.pathname && form.dataset.inPlace !== "get";
      const html = await answer.text();
      if (form.dataset.again) { submitter = null; continue; } // chosen meanwhile: this answer does not know it yet
      if (elsewhere || !show(html)) location.assign(answer.url);
      return;
    } catch {
      if (status) status.textContent = texts.notSent;
      if (tries >= RETRY.length) return;
      await wait(RETRY[tries]);
    }
  }
}

async function once(form, submitter) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  await send(form, submitter);
  delete form.dataset.busy;
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset.inPlace === undefined || event.target.dataset.inPlace === "get") return;
  event.preventDefault();
  once(event.target, event.submitter);
}, true);

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.inPlace === undefined || !event.target.matches("input[type=radio], input[type=file], select")) return;
  if ([...(event.target.files ?? [])].some(tooLarge)) {
    const status = form.querySelector("[data-sent-status]");
    if (status) status.textContent = texts.tooLarge;
    event.target.value = "";
    return;
  }
  if (form.dataset.busy && event.target.type !== "file") form.dataset.again = "1";
  once(form, null);
});
