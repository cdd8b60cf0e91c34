// Keep what changes by itself fresh while an import goes on. Without this script the screen is loaded again by hand.
const PAUSE = 3000;
const LONGEST_PAUSE = 60000;
const SHARE = 20; // of the time, at most a twentieth is spent on asking
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function fetchFresh(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null;
  }
}

const statesOf = (region) => [...region.querySelectorAll(".imports-state")].map((state) => state.textContent.trim());

function show(region, markup) {
  const before = statesOf(region);
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = markup;
  if (focused) document.getElementById(focused)?.focus();
  const news = statesOf(region).filter((state, place) => state !== before[place]);
  const said = document.querySelector(".imports-said");
  if (said && news.length) said.textContent = news.join(", ");
}

async function keepFresh(region) {
  let wait = PAUSE;
  while (region.querySelector("[data-moving]")) {
    await pause(wait);
    if (document.hidden) continue;
    const asked = performance.now();
    const markup = await fetchFresh(region.dataset.refresh);
    // A long account book takes long to count: looking must not slow down what is looked at. Whoever is signed out, or
    // without a network, keeps what is there; it is asked for less often.
    const rest = Math.max(PAUSE, SHARE * (performance.now() - asked));
    wait = Math.min(markup === null ? 2 * wait : rest, LONGEST_PAUSE);
    if (markup !== null) show(region, markup);
  }
}

for (const region of document.querySelectorAll("[data-refresh]")) keepFresh(region);
