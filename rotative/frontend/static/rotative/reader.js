// Small improvements to pages that already work: recent dates in words, a link to copy, the latest news of each country.
const language = document.documentElement.lang || "fr";
const now = Date.now();
const HOUR = 3600e3;
const YEAR = 365.25 * 24 * HOUR;

// Made only where there is something to say: the first one of a page is the slowest thing in this file.
const formatter = (numeric) => new Intl.RelativeTimeFormat(language, { numeric });

function relativeDates(root) {
  let words;
  for (const time of root.querySelectorAll(".card time")) {
    const age = now - Date.parse(time.dateTime);
    if (age < 0 || age > 24 * HOUR) continue;
    words ||= formatter("auto");
    time.title = time.textContent;
    time.textContent = age < HOUR ? words.format(-Math.max(1, Math.round(age / 60e3)), "minute") : words.format(-Math.round(age / HOUR), "hour");
  }
}

function ageWarnings() {
  for (const note of document.querySelectorAll("[data-aged]")) {
    const years = Math.floor((now - Date.parse(note.dataset.aged)) / YEAR);
    if (years < 1) continue;
    note.textContent = note.dataset.text.replace("%s", formatter("always").format(-years, "year"));
    note.hidden = false;
  }
}

function copyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.parentNode.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }
}

// Fragments arrive as documents: nothing here parses a string into markup, so Trusted Types has nothing to refuse.
function fetchDocument(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(address)));
    request.onerror = reject;
    request.send();
  });
}

function lightLiveMark(fragment) {
  const ongoing = fragment.querySelector("[data-ongoing]");
  const mark = document.querySelector("[data-live]:not([data-lit])");
  if (!ongoing || !mark) return;
  mark.href = ongoing.getAttribute("href");
  mark.textContent = mark.dataset.label;
  mark.dataset.lit = "";
}

async function loadFragment(place) {
  try {
    const fragment = await fetchDocument(place.dataset.fragment);
    lightLiveMark(fragment);
    const list = fragment.querySelector("main > ul");
    if (list) place.prepend(document.adoptNode(list));
  } catch {
    // The link that stands there already leads to the same stories.
  }
}

// The form's script comes for whoever writes or replies, and for whoever left a draft here, or anywhere what could not leave.
function commentForm(form) {
  const load = () => import(form.dataset.script);
  const prepare = () => load().catch(() => {});
  form.addEventListener("focusin", prepare);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load().then(({ reply }) => reply(link)).catch(() => location.assign(link));
  });
  try {
    for (const [key, drafts] of Object.entries(localStorage)) {
      const isHere = key === `brouillon:${form.getAttribute("action")}`;
      if (isHere) form.dataset.draft = 1;
      if (isHere || (key.startsWith("brouillon:") && drafts.includes(",1]"))) prepare();
    }
  } catch {}
}

// Beside the cards, how many comments their stories have: a comment need not render every front.
async function countComments() {
  const cards = document.querySelectorAll(".card");
  if (!cards.length) return;
  const fragment = await fetchDocument("/fragments/commentaires/");
  for (const card of cards) {
    const count = fragment.querySelector(`main a[href="${card.querySelector("a").getAttribute("href")}"]`);
    if (count) card.querySelector(".meta").append(" · ", count.textContent);
  }
}

relativeDates(document);
countComments().catch(() => {});
ageWarnings();
copyButtons();
document.querySelectorAll("[data-script]").forEach(commentForm);
const places = document.querySelectorAll("[data-fragment]");
for (const place of places) loadFragment(place);
// Pages that show no list of the latest stories ask for it too: it tells whether something is live.
if (!places.length && document.querySelector("[data-live]:not([data-lit])")) fetchDocument("/fragments/dernieres/").then(lightLiveMark, () => {});
