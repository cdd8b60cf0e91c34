// What is written in a form of the newsroom and has not reached the server stays on this device, and is offered again.
//
// A draft goes when the server has confirmed exactly that state, when its writer says so, at a deliberate sign-out (asked
// about before), and by age. Each belongs to one account: nobody else is offered it.
import { opener, session, takeUp, words } from "newsroom/session";

const DAYS = 14;
const MOST = 50;
const LOOK_EVERY = 500; // milliseconds, as often as Wagtail looks
const EXCERPT = 400;
// What a form says of its blocks, beside their words.
const STRUCTURE = /-(id|type|order|deleted|count)$/;
const IDENTIFIER = /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/;

// The draft that was sent from this tab a moment ago; the form may have come back with errors.
const lastSent = sessionStorage.getItem("sent-draft");
sessionStorage.removeItem("sent-draft");

const opened = new Map(); // of each form: the draft it writes, what was seen last, and what the server holds
let me; // whose screen this is, and the token of their session

const controllerOf = (form, name) => window.wagtail.app.getControllerForElementAndIdentifier(form, name);
const number = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

// --- the store

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const database = new Promise((resolve, reject) => {
  const opening = indexedDB.open("rotative", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("drafts", { keyPath: "id" });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});
database.catch(() => {}); // no store, as in a private window: then the form alone has the words

async function drafts(mode = "readonly") {
  return (await database).transaction("drafts", mode).objectStore("drafts");
}

const keep = async (draft) => settled((await drafts("readwrite")).put(draft));
const forget = async (id) => settled((await drafts("readwrite")).delete(id));

async function draftsOnDevice() {
  const all = await settled((await drafts()).getAll());
  return all.sort((a, b) => b.keptAt - a.keptAt);
}

const draftsOf = async (person) => (await draftsOnDevice()).filter(({ user }) => user === person.user);

// Delete what is too old, whoever wrote it: they may not come back to this device. And of one's own what has
// arrived and what is too much.
async function prune(person) {
  const oldest = Date.now() - DAYS * 86_400_000;
  const saved = new Set(person.saved);
  const kept = await draftsOnDevice();
  const old = kept.filter(({ keptAt }) => keptAt < oldest);
  const own = kept.filter(({ user }) => user === person.user);
  const leaving = [...old, ...own.filter(({ id }, place) => place >= MOST || saved.has(id))];
  await Promise.all(leaving.map(({ id }) => forget(id)));
}

// --- keeping

// All that a form would send, but for the token of a session that may have ended by then.
function fieldsOf(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return [...data].filter(([, value]) => typeof value === "string");
}

async function look(form) {
  const draft = opened.get(form);
  const unsaved = controllerOf(form, "w-unsaved");
  if (!me || !unsaved || draft.held === undefined) return;
  const state = unsaved.formData;
  if (state === draft.seen) return;
  draft.seen = state;
  const { id } = draft;
  try {
    if (state === draft.held) return await forget(id);
    const title = form.elements.namedItem("title")?.value || document.title;
    await keep({ id, user: me.user, path: location.pathname, title, state, fields: fieldsOf(form), keptAt: Date.now() });
  } catch {
    draft.seen = undefined; // a full device: at the next look again
  }
}

function follow(form) {
  if (opened.has(form) || form.querySelector("input[type=password]")) return;
  // A form that came back with errors goes on with the draft of what was sent.
  const isRefused = controllerOf(form, "w-unsaved").forceValue;
  const id = (isRefused && lastSent) || number();
  opened.set(form, { id, held: isRefused ? "" : undefined });
  setInterval(look, LOOK_EVERY, form);
  introduce();
}

async function introduce() {
  if (me) return;
  const person = await opener().catch(() => null);
  if (!person) return setTimeout(introduce, 5000);
  await prune(person).catch(() => {});
  if (!me) welcome(person); // somebody else may have gone on meanwhile
}

// A session was opened: by the same person with another token, or by somebody else, whose words these are from now on.
function welcome(person) {
  const isAnother = me?.user !== person.user;
  me = person;
  if (isAnother) opened.forEach((draft, form) => handOver(form, draft));
}

function handOver(form, draft) {
  form.querySelector(".kept-words")?.remove();
  draft.seen = undefined;
  look(form);
  if (draft.held !== undefined) offerFor(form);
}

document.addEventListener("session:opened", ({ detail }) => welcome(detail));

document.addEventListener("w-unsaved:ready", ({ target }) => setTimeout(follow, 0, target));
document.addEventListener("autosave:held", ({ target, detail }) => {
  follow(target);
  const draft = opened.get(target);
  if (!draft) return;
  const isFirst = draft.held === undefined;
  draft.held = detail.state;
  draft.seen = undefined;
  look(target);
  if (isFirst) offerFor(target);
});
for (const event of ["pagehide", "visibilitychange"]) {
  window.addEventListener(event, () => opened.forEach((_draft, form) => look(form)), true);
}

// Said to the server with the words: it tells, once they are saved, which draft may go. Returns the field that says it.
export function nameDraft(form) {
  const draft = opened.get(form);
  if (!draft) return undefined;
  look(form);
  sessionStorage.setItem("sent-draft", draft.id);
  return put(form, "kept_draft", draft.id);
}

export function put(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
  return field;
}

// --- offering again

async function offerFor(form) {
  if (!me || form.querySelector(".kept-words")) return;
  const own = opened.get(form);
  const found = await draftsOf(me).catch(() => []);
  const here = found.filter(({ id, path }) => id !== own.id && path === location.pathname);
  const others = here.filter(({ state }) => state !== own.held);
  for (const { id, state } of here) if (state === own.held) forget(id);
  if (others.length && !form.querySelector(".kept-words")) form.prepend(notice(others, own.held));
}

function notice(found, held) {
  const section = document.createElement("section");
  section.className = "kept-words";
  section.setAttribute("role", "status");
  for (const draft of found) section.append(offer(draft, held));
  return section;
}

function offer(draft, held) {
  const place = document.createElement("div");
  const sentence = document.createElement("p");
  const when = new Date(draft.keptAt).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  sentence.textContent = words.kept.replace("%s", () => when);
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.show;
  details.append(summary, ...excerpts(draft, held));
  place.append(sentence, details, button(words.resume, "", () => resume(draft)), " ", button(words.forget, "button-secondary", () => drop(draft, place)));
  return place;
}

function button(label, look, action) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: `button button-small ${look}`, textContent: label });
  made.addEventListener("click", action);
  return made;
}

async function drop({ id }, place) {
  await forget(id);
  const section = place.parentNode;
  place.remove();
  if (!section.children.length) section.remove();
}

// On the first screen: where to find again what was begun, a form that was never saved among it.
async function listOn(screen) {
  if (!(await settled((await drafts()).count()))) return;
  const person = await opener();
  await prune(person);
  const kept = await draftsOf(person);
  if (!kept.length) return;
  const section = document.createElement("section");
  section.className = "kept-words";
  const sentence = document.createElement("p");
  sentence.textContent = words.on_device;
  const list = document.createElement("ul");
  for (const { title, path } of kept) {
    const link = document.createElement("a");
    Object.assign(link, { href: path, textContent: title });
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  section.append(sentence, list);
  screen.prepend(section);
}

const firstScreen = document.querySelector(".newsroom-welcome");
if (firstScreen) listOn(firstScreen).catch(() => {}); // the list is a help: without a store there is nothing in it

// The words of the fields in which a draft differs.
function excerpts({ state }, held) {
  const before = new URLSearchParams(held);
  const changed = [...new URLSearchParams(state)].filter(([name, value]) => before.get(name) !== value && !STRUCTURE.test(name));
  const texts = changed.map(([, value]) => wordsOf(value)).filter((text) => /\p{L}/u.test(text) && !IDENTIFIER.test(text));
  return texts.map((text) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
    return paragraph;
  });
}

function wordsOf(value) {
  try {
    const { blocks } = JSON.parse(value); // of the text editor
    return blocks.map(({ text }) => text).join(" ");
  } catch {
    return value;
  }
}

// Sent as a draft, as its form would have been: the server makes of it what it makes of any form, conflicts included, and
// what it held until now stays in the history.
async function resume({ id, path, fields }) {
  const now = await session().catch(() => null);
  if (now?.user === me.user) takeUp(now); // signed in again, in another tab
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: path, hidden: true });
  for (const [name, value] of fields) put(form, name, value);
  put(form, "csrfmiddlewaretoken", me.token);
  put(form, "kept_draft", id);
  sessionStorage.setItem("sent-draft", id);
  document.body.append(form);
  form.submit();
}

// --- signing out

// Whoever signs out may leave a machine that others use: nothing stays on it, and nothing goes without a word.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const { pathname } = new URL(form.getAttribute("action") ?? "", location);
    if (!pathname.endsWith("/logout/") || form.dataset.isAsked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    signOut(form);
  },
  true,
);

async function signOut(form) {
  const person = await opener().catch(() => null);
  const kept = person ? await prune(person).then(() => draftsOf(person)).catch(() => []) : [];
  const titles = kept.map(({ title }) => `• ${title}`).join("\n");
  if (kept.length && !confirm(`${words.signing_out}\n\n${titles}`)) return;
  await Promise.all(kept.map(({ id }) => forget(id))).catch(() => {});
  form.dataset.isAsked = "yes";
  form.requestSubmit();
}
