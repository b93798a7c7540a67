// Sends the files of [data-upload-url] in pieces, so that a broken connection costs one piece.
//   POST <data-upload-url> {"name", "size", "type", "sha256" ("" on plain http), "command_id"} -> {"url", "received"}
//   PUT <url>, Content-Range: bytes 0-262143/900000, the piece -> {"received", "done", "remove_value"}
// Several files chosen together are pages of one paper: data-join (the paper) has them joined by a POST to data-join-url.
// The server finds an unfinished file again by its sha256 or command id and answers how much it holds.

import { ask, commandId, loadAgain, onContent, texts, tooLarge, wait } from "./page.js";

const PIECE = 256 * 1024;
const RETRY = [1000, 2000, 4000, 8000, 15000];

async function digest(file) {
  if (!crypto.subtle) return "";
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function told(answer) {
  if (answer.status >= 500 || answer.status === 429) throw new Error("try later");
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error("refused"), { refused: true, cause: `${body.cause ?? ""} ${body.next_step ?? ""}` });
  return body;
}

function row(list, file) {
  const item = document.createElement("li");
  item.className = "file file--sending";
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    item.append(picture);
  }
  const text = document.createElement("div");
  text.className = "file__text";
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${texts.sending} ${file.name}`);
  const state = document.createElement("span");
  text.append(name, bar, state);
  item.append(text);
  list.append(item);
  return { item, bar, state, text };
}

async function piece(place, file, from) {
  const to = Math.min(from + PIECE, file.size);
  const headers = { "Content-Range": `bytes ${from}-${to - 1}/${file.size}`, "Content-Type": "application/octet-stream" };
  return told(await ask(place, { method: "PUT", headers, body: file.slice(from, to), limit: 60000 }));
}

async function whole(url, file, shown, command) {
  const body = JSON.stringify({ name: file.name, size: file.size, type: file.type, sha256: await digest(file), command_id: command });
  const begun = await told(await ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body }));
  let have = begun.received;
  let last = begun;
  while (have < file.size) {
    last = await piece(begun.url, file, have);
    have = last.received;
    const percent = Math.floor((100 * have) / file.size);
    shown.bar.value = percent;
    shown.state.textContent = `${texts.sending} ${percent} %`;
  }
  return last;
}

function finish(shown, answer) {
  shown.item.className = "file file--done";
  shown.bar.remove();
  shown.state.className = "tag tag--good";
  shown.state.textContent = texts.sent;
  if (!answer.remove_value) return;
  const remove = document.createElement("button");
  remove.className = "btn btn--quiet btn--small";
  remove.name = "remove";
  remove.value = answer.remove_value;
  remove.textContent = texts.remove;
  shown.item.append(remove);
}

function fail(shown, text, again) {
  shown.item.className = "file file--failed";
  shown.bar.hidden = true;
  shown.state.className = "file__note";
  shown.state.textContent = text;
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--neutral btn--small";
  button.textContent = texts.tryAgain;
  button.addEventListener("click", () => { button.remove(); again(); });
  shown.item.append(button);
}

async function send(url, file, shown, command) {
  shown.item.className = "file file--sending";
  shown.state.className = "";
  shown.bar.hidden = false;
  for (let tries = 0; tries <= RETRY.length; tries += 1) {
    try {
      finish(shown, await whole(url, file, shown, command));
      return true;
    } catch (error) {
      if (error.refused) { fail(shown, error.cause.trim() || texts.notSent); return false; }
      shown.state.textContent = texts.notSent;
      if (tries < RETRY.length) await wait(RETRY[tries]);
    }
  }
  fail(shown, texts.notSent, () => send(url, file, shown, command));
  return false;
}

async function join(place, status) {
  const body = new URLSearchParams({ join: place.dataset.join });
  try {
    await told(await ask(place.dataset.joinUrl, { method: "POST", body, headers: { Accept: "application/json" }, limit: 60000 }));
    return true;
  } catch (error) {
    status.textContent = error.cause ?? texts.notSent;
    return false;
  }
}

function start(place) {
  const box = place.querySelector("[data-files]");
  const list = place.querySelector("[data-file-list]");
  const status = place.querySelector("[data-upload-status]");
  let queue = Promise.resolve();
  let batch = 0; // how many pages came since the page was loaded
  let refused = 0;

  async function settle() {
    if (place.dataset.hold || !batch) return; // the camera is still taking pages
    if (batch > 1 && place.dataset.join && !(await join(place, status))) return;
    // What the page says of the case follows from its papers.
    if (!refused && !place.hasAttribute("data-stay")) loadAgain();
  }

  box.addEventListener("change", () => {
    const files = [...box.files];
    box.value = ""; // the pieces are sent here, so the form itself must not send them again
    refused = 0;
    files.forEach((file) => {
      const shown = row(list, file);
      if (tooLarge(file)) {
        refused += 1;
        fail(shown, texts.tooLarge);
        status.textContent = `${file.name}: ${texts.tooLarge}`;
        return;
      }
      const command = commandId();
      queue = queue.then(() => send(place.dataset.uploadUrl, file, shown, command)).then((done) => {
        status.textContent = `${file.name}: ${done ? texts.sent : shown.state.textContent}`;
        if (done) batch += 1;
        else refused += 1;
      });
    });
    queue = queue.then(settle);
  });
  place.addEventListener("pages-taken", () => { queue = queue.then(settle); });
}

onContent((root) => root.querySelectorAll("[data-upload-url]").forEach(start));
