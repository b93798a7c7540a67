// Looks every few seconds what the citizen's screen shows now, and puts it in the place of what stands there.
// When nothing answers for a minute the screen is emptied: whoever was here may have left.

const EVERY = 2000;
const ENDED_EVERY = 5000; // the request was sent; nothing waits for the person
const WITHOUT_DESK_EVERY = 5000;
const EMPTY_AFTER = 60000;
let answered = Date.now();
let leaving = false;
let mark = ""; // of the last answer; while it stands the server answers 304, without a page

function main() {
  return document.getElementById("main");
}

function put(next) {
  const place = next.getElementById("main");
  if (!place) { location.assign(main().dataset.screen); return; }
  if (place.dataset.mark === main().dataset.mark) return;
  document.documentElement.lang = next.documentElement.lang;
  document.title = next.title;
  main().replaceWith(document.adoptNode(place));
  scrollTo(0, 0);
  main().querySelector("[data-heading]")?.focus({ preventScroll: true });
}

function empty() {
  const blank = document.getElementById("screen-blank");
  if (!blank || main().dataset.mark === "") return;
  main().dataset.mark = mark = "";
  main().replaceChildren(blank.content.cloneNode(true));
}

function emptyIfSilent() {
  if (Date.now() - answered > EMPTY_AFTER) empty();
}

async function look() {
  try {
    const answer = await fetch(main().dataset.screen, {
      credentials: "same-origin", cache: "no-store", headers: { Accept: "text/html", "If-None-Match": mark }, signal: AbortSignal.timeout(10000),
    });
    const html = await answer.text();
    if (answer.status === 304) {
      answered = Date.now();
    } else if (answer.ok && !leaving) {
      mark = answer.headers.get("ETag") ?? "";
      put(new DOMParser().parseFromString(html, "text/html"));
      answered = Date.now();
    } else if (answer.status === 403) { location.assign(main().dataset.screen); return; }
  } catch { /* the clock below empties the screen */ }
  emptyIfSilent();
  setTimeout(look, pause());
}

function pause() {
  if (document.querySelector("[data-code]")) return WITHOUT_DESK_EVERY;
  return main().dataset.shows === "sent" ? ENDED_EVERY : EVERY;
}

document.addEventListener("submit", (event) => {
  if (leaving) { event.preventDefault(); return; }
  leaving = true;
  setTimeout(() => { leaving = false; }, 10000);
});
window.addEventListener("pageshow", (event) => { leaving = false; if (event.persisted) { empty(); location.assign(main().dataset.screen); } });
document.addEventListener("visibilitychange", emptyIfSilent);
setInterval(emptyIfSilent, 1000);
setTimeout(look, EVERY);
