// After a publication: ask until readers see it, and say so where the message stands. A page that is opened to be edited,
// and whose last publication readers do not see yet, says so as well.
const FIRST_PAUSE = 150;
const LONGEST_PAUSE = 3000;
const PATIENCE = 60000;
const EDIT_SCREEN = /^(.*\/)pages\/(\d+)\/edit\/$/;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function ask(address, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const answer = await fetch(address, { credentials: "same-origin", ...options, headers });
  // Whoever is signed out, or may not look any more, is sent to a screen: the link leads there too.
  return answer.ok && !answer.redirected ? answer.json() : null;
}

function token() {
  const settings = document.getElementById("wagtail-config");
  return settings ? JSON.parse(settings.textContent).CSRF_TOKEN : "";
}

function show(place, progress) {
  place.dataset.state = progress.state;
  const link = document.createElement("a");
  link.href = progress.address;
  link.textContent = progress.sentence;
  place.replaceChildren(link);
  if (!progress.retry) return;
  const button = document.createElement("button");
  button.type = "button"; // it may stand inside the form of the page
  button.className = "button button-small button-secondary";
  button.textContent = progress.retry;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await ask(progress.address, { method: "POST", headers: { "X-CSRFToken": token() } });
    } finally {
      follow(place, progress.address);
    }
  });
  place.append(" ", button);
}

async function follow(place, address) {
  const began = Date.now();
  for (let wait = FIRST_PAUSE; Date.now() - began < PATIENCE; wait = Math.min(wait * 1.4, LONGEST_PAUSE)) {
    await pause(wait);
    try {
      const progress = await ask(address);
      if (!progress) return;
      // The same words again would be read out again.
      if (place.textContent !== progress.sentence || place.dataset.state !== progress.state) show(place, progress);
      if (progress.state !== "waiting") return;
    } catch {
      // the network of the newsroom may be away for a moment
    }
  }
}

// Messages are put into the page by Wagtail's own scripts, some moments after it has loaded.
const followed = new WeakSet();
function look() {
  for (const place of document.querySelectorAll("[data-online]")) {
    if (!followed.has(place)) {
      followed.add(place);
      follow(place, place.dataset.online);
    }
  }
}

async function lookAtTheEditedPage() {
  const [, newsroom, page] = location.pathname.match(EDIT_SCREEN) ?? [];
  const messages = document.querySelector(".messages");
  if (!page || !messages) return;
  const progress = await ask(`${newsroom}en-ligne/${page}/`).catch(() => null);
  const isTold = document.querySelector("[data-online]");
  if (!progress || isTold || !["waiting", "failed"].includes(progress.state)) return;
  const place = document.createElement("p");
  place.className = "online-status";
  messages.append(place);
  show(place, progress);
  if (progress.state === "waiting") follow(place, progress.address);
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
lookAtTheEditedPage();
