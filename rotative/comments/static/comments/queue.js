// The moderators' queue: one key or one touch a decision. What is decided leaves at once and is sent one after the other;
// what could not be sent comes back and says so. Without this file the same screen works by its forms.
const PAUSE = 10000;
const FEW = 20; // as many cards below the one at hand, or more are asked for
const KEPT = 200; // decisions whose cards are kept for `z`; older ones the server brings back
const RETRY_PAUSE = 1500;

const root = document.getElementById("moderation");
const list = document.getElementById("cards");
const empty = document.getElementById("empty");
const keys = document.getElementById("keys");
const status = root.querySelector("[role=status]");
const loadingSign = root.querySelector(".moderation-loading");
const freshSign = root.querySelector(".moderation-fresh");
const bulk = root.querySelector(".moderation-bulk");
const words = root.dataset;
const settings = JSON.parse(document.getElementById("wagtail-config")?.textContent ?? "{}");

const isNewestFirst = Boolean(words.newestFirst);
const done = []; // what `z` takes back, the last at the end
const jobs = []; // what is still to be sent, in order
const drafts = new Map();
let token = settings.CSRF_TOKEN ?? "";
let lastTold = Number(words.decision);
let hasMore = Boolean(words.hasMore);
let farthest = null; // the place of the last card that was ever loaded
let nearest = null;
let current = null;
let isLoading = false;
let isSending = false;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const said = (name, count) => words[`said${name}`].replace("{count}", count);
const saidOf = (name, chosen) => words[`said${name}`].replace("{what}", () => namesOf(chosen)); // “$&” may be a name
const cards = () => [...list.querySelectorAll(":scope > li > article")];
const cardOf = (number) => document.getElementById(`comment-${number}`);
const numberOf = (card) => Number(card.dataset.number);
const placeOf = (card) => Number(card.dataset.place);
const ticked = () => cards().filter((card) => card.querySelector("[name=comment]").checked);
const isTyped = (form) => [...form.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);

// --- asking the server

class Trouble extends Error {
  constructor(isSignedOut) {
    super();
    this.isSignedOut = isSignedOut;
  }
}

async function ask(address, fields, isSecondTry = false) {
  const options = { credentials: "same-origin", headers: { Accept: "application/json" } };
  if (fields) Object.assign(options, { method: "POST", body: new URLSearchParams(fields) });
  if (fields) options.headers["X-CSRFToken"] = token;
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Trouble(false);
  }
  if (answer.redirected) throw new Trouble(true); // to the door
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    if (answer.status !== 403 || isSecondTry) throw new Trouble(answer.status === 403);
    token = (await ask(words.news, null, true)).token; // somebody has signed in again: the old token is void
    return ask(address, fields, true);
  }
  const told = await answer.json();
  if (told.error_code === "signed_out") throw new Trouble(true); // the server holds no form for a script
  return { isOk: answer.ok, ...told };
}

const withQuery = (address, name, value) => `${address}${address.includes("?") ? "&" : "?"}${name}=${value}`;

// --- words and counts

function say(...sentences) {
  status.textContent = sentences.filter(Boolean).join(" ");
}

function trouble(card, sentence) {
  const place = card.querySelector(".moderation-trouble");
  place.textContent = sentence;
  place.hidden = !sentence;
}

function countOf(name) {
  const place = root.querySelector(`[data-count=${name}]`);
  return { read: () => Number(place.textContent), write: (count) => (place.textContent = Math.max(0, count)) };
}

function showCounts(waiting, reported) {
  countOf("waiting").write(waiting);
  if (reported !== undefined) countOf("reported").write(reported);
  const count = countOf("waiting").read();
  document.title = document.title.replace(/^(\(\d+\) )?/, count ? `(${count}) ` : "");
}

function shift(difference) {
  if (words.state === "waiting") showCounts(countOf("waiting").read() + difference);
  if (words.state === "reported") countOf("reported").write(countOf("reported").read() + difference);
}

const left = () => (words.state === "waiting" ? said("Left", countOf("waiting").read()) : "");

function showTicked() {
  const count = ticked().length;
  bulk.hidden = !count;
  root.querySelector(".moderation-ticked").textContent = said("Selected", count);
}

// --- the list

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.querySelectorAll("li")].filter((item) => item.querySelector("article.moderation-card"));
}

function note(card) {
  const place = placeOf(card);
  const isFarther = farthest === null || (isNewestFirst ? place < farthest : place > farthest);
  const isNearer = nearest === null || (isNewestFirst ? place > nearest : place < nearest);
  if (isFarther) farthest = place;
  if (isNearer) nearest = place;
}

// Put an item where its place is among the others.
function insert(item) {
  const card = item.firstElementChild;
  note(card);
  const follows = (other) => (isNewestFirst ? placeOf(other) < placeOf(card) : placeOf(other) > placeOf(card));
  list.insertBefore(item, cards().find(follows)?.parentElement ?? null);
  empty.hidden = true;
}

function replace(card, html) {
  const [item] = parse(html);
  if (!item) return card;
  const fresh = item.firstElementChild;
  fresh.dataset.place = card.dataset.place; // in the order of the reported ones it is not the card's own number
  if (current === card) current = fresh;
  card.replaceWith(fresh);
  return fresh;
}

function focus(card, isShown = true) {
  if (current && current !== card) current.tabIndex = -1;
  current = card;
  card.tabIndex = 0;
  card.focus({ preventScroll: true });
  if (!isShown) return;
  const isTall = card.offsetHeight > innerHeight - 140;
  card.scrollIntoView({ block: isTall ? "start" : "nearest" });
}

// Focus what is at hand now: a card, or what stands in its place.
function settle(card) {
  if (current) current.tabIndex = -1;
  current = null;
  const next = card?.isConnected ? card : cards()[0];
  if (next) return focus(next);
  if (hasMore) loadingSign.hidden = false;
  empty.hidden = hasMore;
  (hasMore ? loadingSign : empty).focus({ preventScroll: true });
  return undefined;
}

// Tell whether the card of an item is shown, or was decided on and that is not sent yet.
function isHere(item) {
  const number = numberOf(item.firstElementChild);
  const isLeaving = (job) => job.taken?.some((taken) => numberOf(taken.firstElementChild) === number);
  return Boolean(cardOf(number)) || jobs.some(isLeaving);
}

function isFocusLost() {
  const at = document.activeElement;
  return !at || at === document.body || at === empty || at === loadingSign;
}

async function load() {
  const shown = cards();
  const below = current ? shown.length - 1 - shown.indexOf(current) : shown.length;
  if (!hasMore || isLoading || below >= FEW) return;
  isLoading = true;
  try {
    const told = await ask(farthest === null ? words.more : withQuery(words.more, "after", farthest));
    hasMore = told.has_more;
    for (const item of parse(told.html)) if (!isHere(item)) insert(item);
    loadingSign.hidden = true;
    if (isFocusLost() && !document.querySelector("dialog[open]")) settle();
  } catch {
    // asked again with the next decision, or with the next look for news
  } finally {
    isLoading = false;
  }
}

// --- decisions

function nextAfter(chosen) {
  const shown = cards();
  const stays = (card) => !chosen.includes(card);
  if (current && stays(current)) return current;
  const from = Math.max(shown.indexOf(current ?? chosen[0]), 0);
  return shown.slice(from).find(stays) ?? shown.slice(0, from).findLast(stays);
}

const namesOf = (chosen) => (chosen.length === 1 ? chosen[0].dataset.name : said("Many", chosen.length));

function decide(word, wanted) {
  const chosen = wanted.filter((card) => card.querySelector(`[data-do=${word}]`));
  if (!chosen.length) return;
  const next = nextAfter(chosen);
  const job = { kind: "decision", word, taken: chosen.map((card) => card.parentElement) };
  takeOut(job.taken);
  remember(job);
  say(saidOf(word[0].toUpperCase() + word.slice(1), chosen), left());
  send(job);
  settle(next);
  load();
}

function remember(job) {
  done.push(job);
  if (done.length > KEPT) done.shift();
  for (const button of root.querySelectorAll("[data-do=undo]")) button.disabled = button.hidden = false;
}

function takeOut(items) {
  for (const item of items) {
    item.querySelector("[name=comment]").checked = false;
    trouble(item.firstElementChild, "");
    item.remove();
  }
  shift(-items.length);
  showTicked();
}

function putBack(items, sentence = "") {
  for (const item of items) {
    if (!cardOf(item.firstElementChild.dataset.number)) insert(item);
    trouble(item.firstElementChild, sentence);
  }
  shift(items.length);
  loadingSign.hidden = true;
  if (isFocusLost()) settle(items[0]?.firstElementChild);
}

function send(job) {
  jobs.push(job);
  if (!isSending) sendAll();
}

async function sendAll() {
  isSending = true;
  while (jobs.length) {
    const job = jobs[0];
    try {
      await run(job);
      jobs.shift();
    } catch (error) {
      if (error instanceof Trouble && !error.isSignedOut && !job.isSecondTry) {
        job.isSecondTry = true;
        await pause(RETRY_PAUSE);
        continue;
      }
      giveUp(error);
      if (!(error instanceof Trouble)) reportError(error);
    }
  }
  isSending = false;
}

const run = (job) => ({ decision: sendDecision, undo: sendUndo, pin: sendPin, words: sendWords })[job.kind](job);

// Nothing gets through: everything that was not sent comes back.
function giveUp(error) {
  const sentence = error.isSignedOut ? words.saidSignedOut : words.saidOffline;
  const unsent = jobs.splice(0);
  let count = 0;
  for (const job of unsent) {
    const at = done.indexOf(job);
    if (job.kind === "decision" && at >= 0) {
      done.splice(at, 1);
      putBack(job.taken, sentence);
      count += job.taken.length;
    } else if (job.kind === "undo" && job.of && !unsent.includes(job.of)) {
      takeOut(job.of.taken);
      done.push(job.of);
      settle(current);
    }
  }
  say(count > 1 ? said("Returned", count) : "", sentence);
}

async function sendDecision(job) {
  const chosen = job.taken.map((item) => item.firstElementChild);
  const fields = [["decision", job.word]];
  for (const { dataset } of chosen) fields.push(["comment", dataset.number], [`seen-${dataset.number}`, dataset.state]);
  const told = await ask(words.decide, fields);
  for (const one of told.overtaken ?? []) comeBackOvertaken(job, one);
  if (!told.isOk) say(told.sentence);
  else if (told.gone.length) say(told.gone_sentence);
}

// Somebody else was quicker: the card comes back as it stands now.
function comeBackOvertaken(job, { number, html, sentence }) {
  const old = job.taken.find((item) => numberOf(item.firstElementChild) === number);
  job.taken = job.taken.filter((item) => item !== old);
  const [item] = parse(html);
  if (item) {
    item.firstElementChild.dataset.place = old.firstElementChild.dataset.place;
    putBack([item], sentence);
  }
  say(sentence);
}

function undo() {
  let last = done.pop();
  while (last?.kind === "decision" && !last.taken.length) last = done.pop();
  if (!last) return send({ kind: "undo" });
  if (last.kind !== "decision") return last.reverse();
  const items = last.taken;
  putBack(items);
  settle(items[0]?.firstElementChild);
  say(saidOf("Undone", items.map((item) => item.firstElementChild)), left());
  const waits = jobs.indexOf(last);
  if (waits > 0) return jobs.splice(waits, 1); // the server never hears of it
  return send({ kind: "undo", of: last });
}

async function sendUndo(job) {
  const told = await ask(words.undo, []);
  if (!told.isOk) return say(told.sentence);
  for (const { number, html } of told.restored) {
    const [item] = parse(html);
    if (!item || cardOf(number)) continue;
    putBack([item]);
    if (!job.of) settle(cardOf(number));
  }
  const numbers = told.restored.map(({ number }) => number);
  const others = (job.of?.taken ?? []).filter((item) => !numbers.includes(numberOf(item.firstElementChild)));
  if (others.length) takeOut(others); // something else was decided last, in another window
  if (!job.of || others.length) say(told.sentence);
  if (others.length) settle(current);
  return undefined;
}

// --- pins, threads

function pin(card, isUndone = false) {
  const button = card.querySelector("[data-do=pin]");
  if (!button) return say(words.saidFirstOnly);
  return send({ kind: "pin", number: card.dataset.number, address: button.formAction, value: button.value, isUndone });
}

async function sendPin({ number, address, value, isUndone }) {
  const told = await ask(address, [["pinned", value]]);
  say(told.sentence);
  if (!told.isOk) return;
  const card = cardOf(number);
  if (card) replaceAndFocus(card, told.html);
  const reverse = () => cardOf(number) && pin(cardOf(number), true);
  if (!isUndone) remember({ kind: "pin", reverse });
}

function replaceAndFocus(card, html) {
  const hadFocus = card.contains(document.activeElement) || isFocusLost();
  const fresh = replace(card, html);
  if (hadFocus) focus(fresh);
}

async function toggleThread(card) {
  const link = card.querySelector("[data-do=thread]");
  const shown = card.querySelector(".moderation-around");
  link.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const around = document.createElement("div");
  around.className = "moderation-around";
  link.closest(".moderation-more").after(around);
  try {
    const told = await ask(link.href);
    if (told.isOk) around.innerHTML = told.html;
    else trouble(card, told.sentence);
  } catch (error) {
    around.remove();
    link.setAttribute("aria-expanded", "false");
    trouble(card, error.isSignedOut ? words.saidSignedOut : words.saidOffline);
  }
  return undefined;
}

// --- writing: the form opens in the card, and what was typed stays until it is sent

function write(card, kind) {
  const open = card.querySelector(`[data-write=${kind}]`);
  if (open) return open.querySelector("textarea").focus();
  const form = document.getElementById(`write-${kind}`).content.firstElementChild.cloneNode(true);
  for (const place of form.querySelectorAll("[id]")) place.id += `-${kind}-${card.dataset.number}`;
  for (const label of form.querySelectorAll("label")) label.htmlFor += `-${kind}-${card.dataset.number}`;
  const field = form.querySelector("textarea");
  if (kind === "edit") field.value = field.defaultValue = card.querySelector(".moderation-text").textContent;
  field.value = drafts.get(`${kind}-${card.dataset.number}`) ?? field.value;
  form.dataset.version = card.dataset.version;
  form.dataset.seen = card.dataset.state;
  card.querySelector(".moderation-acts").before(form);
  field.focus();
  return undefined;
}

function close(form) {
  const card = form.closest("article");
  const field = form.querySelector("textarea");
  const name = `${form.dataset.write}-${card.dataset.number}`;
  if (field.value === field.defaultValue) drafts.delete(name);
  else drafts.set(name, field.value);
  form.remove();
  focus(card);
}

function submit(form, isUndone = false) {
  const card = form.closest("article");
  const kind = form.dataset.write;
  const fields = [...form.querySelectorAll("input, textarea")].map((field) => [field.name, field.value]);
  fields.push(["version", form.dataset.version], ["seen", form.dataset.seen]);
  form.querySelector("[data-do=send]").disabled = true;
  const before = card.querySelector(".moderation-text").textContent;
  const { href } = card.querySelector(`[data-do=${kind}]`);
  send({ kind: "words", form, card, fields, what: kind, before, address: href, isUndone });
}

async function sendWords(job) {
  const { form, card, what, fields } = job;
  try {
    const told = await ask(job.address, fields);
    if (told.isOk) return wrote(job, told);
    if (told.values?.version !== undefined) form.dataset.version = told.values.version;
    if (told.values?.seen !== undefined) form.dataset.seen = told.values.seen;
    showErrors(form, told.errors ?? { text: told.sentence });
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    showErrors(form, { text: error.isSignedOut ? words.saidSignedOutWords : words.saidOfflineWords });
  } finally {
    form.querySelector("[data-do=send]").disabled = false;
  }
  return card.isConnected || say(what);
}

function wrote({ form, card, what, before, isUndone }, told) {
  drafts.delete(`${what}-${card.dataset.number}`);
  form.remove();
  say(told.sentence);
  if (what === "edit") {
    replaceAndFocus(card, told.html);
    if (!isUndone) remember({ kind: "edit", reverse: () => rewrite(card.dataset.number, before) });
    return;
  }
  const next = nextAfter([card]);
  const job = { kind: "decision", taken: [] };
  if (card.dataset.state === "approved" && words.state === "approved") replaceAndFocus(card, told.html);
  else {
    job.taken = [card.parentElement];
    takeOut(job.taken);
    settle(next);
    load();
  }
  remember(job.taken.length ? job : { kind: "answer", reverse: () => send({ kind: "undo" }) });
}

// Give a comment the words that it had, through the same form.
function rewrite(number, text) {
  const card = cardOf(number);
  if (!card) return;
  focus(card);
  write(card, "edit");
  const form = card.querySelector("[data-write=edit]");
  form.querySelector("textarea").value = text;
  submit(form, true);
}

function showErrors(form, errors) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const sentence = errors[place.dataset.error] ?? "";
    const field = form.querySelector(`[name=${place.dataset.error}]`);
    place.textContent = sentence;
    field.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) field.setAttribute("aria-describedby", place.id);
    if (sentence) field.focus();
  }
  say(...Object.values(errors));
}

// --- moving and ticking

function move(step) {
  const shown = cards();
  if (!shown.length) return;
  const at = shown.indexOf(current);
  const next = shown[at < 0 ? 0 : at + step];
  if (next) focus(next);
  else say(step > 0 ? words.saidEnd : words.saidBeginning);
  load();
}

function tick(card, isTicked) {
  card.querySelector("[name=comment]").checked = isTicked;
  showTicked();
}

function tickAll() {
  const shown = cards();
  const isTicked = shown.some((card) => !card.querySelector("[name=comment]").checked);
  for (const card of shown) tick(card, isTicked);
  say(said("Selected", ticked().length));
}

// --- keys and touches

// Nobody decides on what they do not see: the first key brings the card back into view.
function isInView(card) {
  const box = card.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

function atHand(act) {
  if (!current?.isConnected) return move(1);
  return isInView(current) ? act(current) : focus(current);
}

const byKey = {
  j: () => move(1),
  k: () => move(-1),
  a: () => decideByKey("approve"),
  r: () => decideByKey("reject"),
  s: () => decideByKey("spam"),
  e: () => atHand((card) => write(card, "edit")),
  n: () => atHand((card) => write(card, "answer")),
  p: () => atHand((card) => pin(card)),
  t: () => atHand(toggleThread),
  o: () => atHand((card) => card.querySelector("[data-do=open]")?.click()),
  x: () => atHand((card) => tick(card, !card.querySelector("[name=comment]").checked)),
  z: undo,
  "?": () => keys.showModal(),
};

function decideByKey(word) {
  const chosen = ticked();
  if (chosen.length) decide(word, chosen);
  else atHand((card) => decide(word, [card]));
}

function keyOf({ key = "", shiftKey }) {
  if (key === "?") return key;
  if (key === "ArrowDown" && !shiftKey) return canScroll(1) ? null : "j";
  if (key === "ArrowUp" && !shiftKey) return canScroll(-1) ? null : "k";
  const letter = key.length === 1 ? key.toLowerCase() : "";
  if (shiftKey) return letter === "x" ? "X" : null;
  return letter;
}

// An arrow first scrolls through a card that is taller than the screen.
function canScroll(step) {
  if (!current?.isConnected) return false;
  const box = current.getBoundingClientRect();
  if (box.height <= innerHeight - 140) return false;
  return step > 0 ? box.bottom > innerHeight - 60 : box.top < 0;
}

const isTyping = (target) =>
  Boolean(target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox])"));

document.addEventListener(
  "keydown",
  (event) => {
    const { target } = event;
    if (keys.open) return undefined;
    if (event.key === "Escape" && root.contains(target)) return escape(event);
    if (event.key === "Enter" && event.ctrlKey && target.closest?.("[data-write]")) return submit(target.closest("[data-write]"));
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(target)) return undefined;
    if (settings.KEYBOARD_SHORTCUTS_ENABLED === false) return undefined;
    if (target !== document.body && !root.contains(target)) return undefined;
    const key = keyOf(event);
    const act = key === "X" ? tickAll : Object.hasOwn(byKey, key ?? "") && byKey[key];
    if (!act) return undefined;
    event.preventDefault();
    event.stopPropagation(); // Wagtail has a question mark of its own
    if (!event.repeat || key === "j" || key === "k") act();
    return undefined;
  },
  true,
);

function escape(event) {
  const form = event.target.closest("[data-write]");
  if (form && !isTyped(form)) close(form);
  else if (!form && ticked().length) {
    for (const card of ticked()) tick(card, false);
    say(said("Selected", 0));
  }
}

const byTouch = {
  approve: (card) => decide("approve", [card]),
  reject: (card) => decide("reject", [card]),
  spam: (card) => decide("spam", [card]),
  "approve-selected": () => decide("approve", ticked()),
  "reject-selected": () => decide("reject", ticked()),
  "spam-selected": () => decide("spam", ticked()),
  edit: (card) => write(card, "edit"),
  answer: (card) => write(card, "answer"),
  pin: (card) => pin(card),
  thread: toggleThread,
  send: (card) => submit(card.querySelector("[data-write]")),
  cancel: (card) => close(card.querySelector("[data-write]")),
  clear: () => ticked().forEach((card) => tick(card, false)),
  keys: () => keys.showModal(),
  fresh: showFresh,
  undo,
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const act = button && byTouch[button.dataset.do];
  if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = button.closest("article");
  if (card) current = card;
  const form = button.closest("[data-write]");
  if (form && button.dataset.do === "send") submit(form);
  else if (form && button.dataset.do === "cancel") close(form);
  else act(card);
});
root.addEventListener("change", (event) => event.target.name === "comment" && showTicked());
root.addEventListener("focusin", (event) => {
  const card = event.target.closest("article.moderation-card");
  if (!card || card === current) return;
  if (current) current.tabIndex = -1;
  current = card;
  card.tabIndex = 0;
});

// --- what others do meanwhile

async function look() {
  if (document.visibilityState !== "visible") return;
  try {
    const told = await ask(withQuery(words.news, "decision", lastTold));
    if (!told.isOk) return;
    token = told.token ?? token;
    lastTold = told.decision;
    if (!jobs.length) showCounts(told.waiting, told.reported);
    for (const tiding of told.decided) hear(tiding);
    const isBeyond = told.newest > ((isNewestFirst ? nearest : farthest) ?? 0);
    if (isNewestFirst && nearest !== null) freshSign.hidden = !isBeyond;
    else if (isBeyond) hasMore = true;
    if (!cards().length && !hasMore) settleIfLost();
    load();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (error.isSignedOut) say(words.saidSignedOutNow); // else the network is away, perhaps for a moment
  }
}

function settleIfLost() {
  empty.hidden = false;
  if (isFocusLost()) settle();
}

// Another moderator has decided: the card goes, unless it is being read.
function hear({ number, state, sentence }) {
  const card = cardOf(number);
  if (!card || !sentence || card.dataset.state === state) return;
  if (card === current || card.querySelector("[data-write]")) trouble(card, sentence);
  else card.parentElement.remove();
  showTicked();
}

async function showFresh() {
  try {
    const told = await ask(withQuery(words.more, "newer", nearest));
    const items = parse(told.html).filter((item) => !cardOf(numberOf(item.firstElementChild)));
    items.forEach(insert);
    freshSign.hidden = true;
    if (items.length) focus(items[0].firstElementChild);
  } catch (error) {
    say(error.isSignedOut ? words.saidSignedOut : words.saidOffline);
  }
}

addEventListener("beforeunload", (event) => {
  const isWriting = [...root.querySelectorAll("#cards [data-write]")].some(isTyped);
  if (jobs.length || isWriting) event.preventDefault();
});
document.addEventListener("visibilitychange", look);
setInterval(look, PAUSE);

root.classList.add("is-scripted");
root.querySelector(".moderation-pages [data-next]")?.remove();
cards().forEach(note);
showTicked();
if (cards().length && document.activeElement === document.body) focus(cards()[0], false);
load();
