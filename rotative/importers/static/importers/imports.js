// Keep what changes by itself fresh while an import goes on. Without this script the screen is loaded again by hand.
const PAUSE = 3000;
const LONGEST_PAUSE = 60000;
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
    const markup = await fetchFresh(region.dataset.refresh);
    // Whoever is signed out, or without a network, keeps what is there; it is asked for less often.
    wait = markup === null ? Math.min(2 * wait, LONGEST_PAUSE) : PAUSE;
    if (markup !== null) show(region, markup);
  }
}

for (const region of document.querySelectorAll("[data-refresh]")) keepFresh(region);
