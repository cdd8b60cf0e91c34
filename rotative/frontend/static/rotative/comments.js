// Drafts, replies in place, a proof of work, and sending until it is received.
const form = document.getElementById("commenter");
const home = form.parentNode;
const words = form.dataset;
const { text, name, email, wants_replies, in_reply_to, proof } = form.elements;
const button = form.querySelector("button");
const answer = form.querySelector(".answer");
const replying = form.querySelector(".replying");
const DRAFTS = "brouillon:";
const action = form.getAttribute("action");
const key = DRAFTS + action;
// Of the draft in the form: its text, and 1 once it was sent, until an answer comes.
let kept, waits;
let saving, sending, retrying, proving, asked;
const TAKEN = ["published", "waiting"];
let proofEnds = 0;
let pause = 0;

function element(kind, className, content) {
  const made = document.createElement(kind);
  made.className = className;
  made.textContent = content;
  return made;
}

// Storage may be full, answers no JSON.
function attempt(action) {
  try {
    return action();
  } catch {}
}

function createScriptURL(address) {
  if (address !== words.worker) throw address;
  return address;
}

const policy = attempt(() => trustedTypes.createPolicy("rotative", { createScriptURL })) || { createScriptURL };
const drafts = (key) => attempt(() => JSON.parse(localStorage.getItem(key))) || [];

// Replaces one draft, by its text; tells whether the telephone keeps it.
function replace(key, text, draft) {
  const list = drafts(key).filter(([kept]) => kept !== text);
  if (draft) list.push(draft);
  return attempt(() => (list.length ? localStorage.setItem(key, JSON.stringify(list)) : localStorage.removeItem(key), 1));
}

// A tab replaces only the draft it wrote or took up.
function keep() {
  saving = clearTimeout(saving);
  const before = kept;
  kept = text.value;
  return replace(key, before, kept && [kept, name.value, email.value, wants_replies.checked, in_reply_to.value, waits]);
}

function restore() {
  // What was not there when this page was opened belongs to another tab; so does another draft than what is typed here.
  const draft = words.draft && drafts(key).reverse().find(([draft]) => draft.includes(text.value));
  let id, waited;
  if (draft) {
    [kept, name.value, email.value, wants_replies.checked, id, waited] = draft;
    text.value = kept;
    const link = document.querySelector(`[data-reply="${id}"]`);
    if (link) aim(link);
    answer.textContent = words.restored;
  }
  changed();
  // Its tab was closed, or the telephone switched off, before it could leave.
  if (waited) deliver();
}

// What could not leave from other pages of the paper leaves from this one.
async function deliverOthers() {
  for (const other of Object.keys(localStorage)) {
    for (const draft of other.startsWith(DRAFTS) ? drafts(other) : []) {
      const [text, name, email, wants_replies, in_reply_to, waited] = draft;
      if (!waited || (other === key && text === kept)) continue;
      const action = other.slice(DRAFTS.length);
      const [proof] = await solve(action.replace("envoyer", "defi")).catch(() => [""]);
      const fields = { text, name, email, in_reply_to, proof };
      if (wants_replies) fields.wants_replies = 1;
      const { state, message } = await post(action, new URLSearchParams(fields));
      if (!state || state === "later") return;
      const isTaken = TAKEN.includes(state);
      replace(other, text, !isTaken && draft.slice(0, 5));
      show(text, name, isTaken ? words.delivered : words.refused.replace("%s", () => message));
    }
  }
}

function changed() {
  waits = 0;
  saving = saving || setTimeout(keep, 250);
  const left = words.limit - [...text.value.normalize("NFC")].length;
  form.querySelector(".count").textContent = left > 500 ? "" : left < 0 ? words.over.replace("%s", -left) : words.left.replace("%s", left);
  // To change a comment that waits to be sent is to take it back.
  if (retrying) answer.textContent = "";
  retrying = clearTimeout(retrying);
}

function aim(link) {
  replying.hidden = !link;
  in_reply_to.value = link ? link.dataset.reply : "";
  if (!link) return home.append(form);
  link.closest("p").after(form);
  replying.textContent = words.replying.replace("%s", () => link.dataset.name);
  const stop = element("button", "", words.stop);
  replying.append(" ", stop);
  stop.type = "button";
  stop.onclick = () => reply();
}

export function reply(link) {
  aim(link);
  changed();
  text.focus();
}

async function ask(address, options) {
  const control = new AbortController();
  setTimeout(() => control.abort(), 6e4);
  const response = await fetch(address, { signal: control.signal, credentials: "same-origin", ...options });
  return [response, await response.text()];
}

// The work for a comment, and until when it is good.
async function solve(address) {
  const [{ headers }, body] = await ask(address, { cache: "no-store" });
  const challenge = JSON.parse(body);
  const { algorithm, expiresAt } = challenge.parameters;
  if (algorithm !== "SHA-256") throw algorithm;
  const worker = new Worker(policy.createScriptURL(words.worker));
  worker.postMessage(challenge.parameters);
  // Telephones' clocks are wrong.
  const ends = Date.now() + expiresAt * 1e3 - Date.parse(headers.get("date")) - 1e4;
  return new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = ({ data: solution }) => resolve([btoa(JSON.stringify({ challenge, solution })), ends]);
  });
}

function prove() {
  if (Date.now() > proofEnds) {
    proofEnds = Infinity;
    proof.value = "";
    proving = solve(words.challenge).then(
      (solved) => ([proof.value, proofEnds] = solved),
      () => (proofEnds = 0),
    );
  }
  return proving;
}

function showErrors(errors) {
  for (const note of form.querySelectorAll(".error")) note.remove();
  for (const field of [email, name, text]) {
    const wrong = errors[field.name];
    const note = element("span", "error", wrong);
    note.id = `${field.id}-error`;
    const described = (field.getAttribute("aria-describedby") || "").replace(note.id, "");
    field.setAttribute("aria-describedby", wrong ? `${note.id} ${described}` : described);
    field.setAttribute("aria-invalid", !!wrong);
    if (!wrong) continue;
    field.after(note);
    field.focus();
  }
}

function show(sent, name, message) {
  const block = element("div", "sent", "");
  if (message) block.append(element("p", "", message));
  block.append(element("p", "meta", name), ...sent.trim().split(/\n+/).map((line) => element("p", "", line)));
  form.after(block);
  return block;
}

function received(sent, message) {
  const block = show(sent, name.value, in_reply_to.value && message);
  if (in_reply_to.value) {
    block.tabIndex = -1;
    if (form.contains(document.activeElement)) block.focus();
    aim();
  }
  if (text.value === sent) text.value = "";
  changed();
}

async function post(address, body) {
  const [{ status }, content] = await ask(address, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "application/json" },
    body,
  }).catch(() => [{}]);
  return { status, ...attempt(() => JSON.parse(content)) };
}

// What the browser sends is no longer the script's to send again.
function submit() {
  waits = 0;
  keep();
  form.submit();
}

// The network is there when a picture comes that no cache has: then somebody forbids scripts to send.
function submitIfBlocked() {
  const picture = new Image();
  picture.onload = () => retrying && submit();
  picture.src = `${words.picture}?${Date.now()}`;
}

async function send() {
  if (sending) return;
  sending = true;
  button.setAttribute("aria-disabled", true);
  retrying = clearTimeout(retrying);
  showErrors({});
  waits = 1;
  const isKept = keep();
  await Promise.race([prove(), new Promise((done) => setTimeout(done, 8e3))]);
  const sent = text.value;
  const { status, state, message, errors, retry_after } = await post(form.action, new URLSearchParams(new FormData(form)));
  sending = false;
  button.removeAttribute("aria-disabled");
  if (status) proofEnds = 0;
  if (state === "later" || !(status < 500)) {
    answer.textContent = `${status ? words.later : words.offline} ${isKept ? words.kept : words.open}`;
    pause = Math.min(pause * 2 || retry_after * 1e3 || 5e3, 24e4);
    retrying = setTimeout(deliver, pause * (1 + Math.random() / 4));
    if (!status && asked) submitIfBlocked();
    return;
  }
  pause = 0;
  answer.textContent = message;
  if (TAKEN.includes(state)) return received(sent, message);
  if (state === "invalid") showErrors(errors);
  else if (state !== "closed" && state !== "elsewhere") return submit();
  waits = 0;
  keep();
}

const deliver = () => send().catch(submit);

restore();
attempt(() => localStorage) && deliverOthers().catch(() => {});
form.oninput = changed;
form.addEventListener("focusin", prove);
addEventListener("pagehide", () => saving && keep());
addEventListener("visibilitychange", () => saving && keep());
addEventListener("online", () => retrying && deliver());
form.onsubmit = (event) => {
  event.preventDefault();
  answer.textContent = words.sending;
  asked = true;
  deliver();
};
if (form.contains(document.activeElement)) prove();
