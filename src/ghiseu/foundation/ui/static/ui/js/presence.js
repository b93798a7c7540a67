// [data-poll] holds a fragment of the server that is asked for again while the page is looked at.
// With data-poll-refresh the answer is only a mark: once it differs from data-shown, the content is fetched anew.

import { allSaved } from "./autosave.js";
import { ask, loadAgain, onContent } from "./page.js";

const BY_ITSELF = { "X-By-Itself": "1" }; // does not count as somebody being there

function start(place) {
  const pause = 1000 * Number(place.dataset.pollSeconds || 15);
  let failed = 0;
  async function look() {
    if (!place.isConnected) return;
    if (!document.hidden) {
      try {
        const answer = await ask(place.dataset.poll, { headers: { Accept: "text/html", ...BY_ITSELF }, limit: 8000 });
        if (answer.status === 200) {
          const html = (await answer.text()).trim();
          if (html !== place.dataset.shown && place.dataset.pollRefresh !== undefined) { await loadAgain(allSaved, BY_ITSELF); return; }
          if (html !== place.dataset.shown) { place.innerHTML = html; place.dataset.shown = html; }
        }
        failed = answer.ok ? 0 : failed + 1;
      } catch { failed += 1; }
    }
    if (failed < 10) setTimeout(look, pause * Math.min(1 + failed, 8));
  }
  look();
}

onContent((root) => root.querySelectorAll("[data-poll]").forEach(start));
