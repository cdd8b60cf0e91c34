// Drafts, replies in place, a proof of work, and sending until it is received.
const form = document.getElementById("commenter");
const home = form.parentNode;
const words = form.dataset;
const { text, name, email, wants_replies, in_reply_to, proof } = form.elements;
const button = form.querySelector("button");
const answer = form.querySelector(".answer");
const replying = form.querySelector(".replying");
const key = `brouillon:${form.getAttribute("action")}`;
let kept, saving, sending, retrying, proving;
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
const drafts = () => attempt(() => JSON.parse(localStorage.getItem(key))) || [];

// A tab replaces only the draft it wrote or took up.
function keep() {
  saving = clearTimeout(saving);
  const list = drafts().filter(([draft]) => draft !== kept);
  kept = text.value;
  if (kept) list.push([kept, name.value, email.value, wants_replies.checked, in_reply_to.value]);
  attempt(() => (list.length ? localStorage.setItem(key, JSON.stringify(list)) : localStorage.removeItem(key)));
}

function restore() {
  // What was not there when this page was opened belongs to another tab; so does another draft than what is typed here.
  const draft = words.draft && drafts().reverse().find(([draft]) => draft.includes(text.value));
  if (draft) {
    let id;
    [kept, name.value, email.value, wants_replies.checked, id] = draft;
    text.value = kept;
    const link = document.querySelector(`[data-reply="${id}"]`);
    if (link) aim(link);
    answer.textContent = words.restored;
  }
  changed();
}

function changed() {
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

async function solve() {
  const [{ headers }, body] = await ask(words.challenge, { cache: "no-store" });
  const challenge = JSON.parse(body);
  const { algorithm, expiresAt } = challenge.parameters;
  if (algorithm !== "SHA-256") throw algorithm;
  const worker = new Worker(policy.createScriptURL(words.worker));
  worker.postMessage(challenge.parameters);
  // Telephones' clocks are wrong.
  proofEnds = Date.now() + expiresAt * 1e3 - Date.parse(headers.get("date")) - 1e4;
  return new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = ({ data: solution }) => resolve((proof.value = btoa(JSON.stringify({ challenge, solution }))));
  });
}

function prove() {
  if (Date.now() > proofEnds) {
    proofEnds = Infinity;
    proof.value = "";
    proving = solve().catch(() => (proofEnds = 0));
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

function received(sent, message) {
  const block = element("div", "sent", "");
  block.append(element("p", "meta", name.value), ...sent.trim().split(/\n+/).map((line) => element("p", "", line)));
  form.after(block);
  if (in_reply_to.value) {
    block.prepend(element("p", "", message));
    block.tabIndex = -1;
    if (form.contains(document.activeElement)) block.focus();
    aim();
  }
  if (text.value === sent) text.value = "";
  changed();
}

async function send() {
  if (sending) return;
  sending = true;
  button.setAttribute("aria-disabled", true);
  retrying = clearTimeout(retrying);
  showErrors({});
  await Promise.race([prove(), new Promise((done) => setTimeout(done, 8e3))]);
  const sent = text.value;
  const [{ status }, body] = await ask(form.action, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => [{}]);
  const { state, message, errors, retry_after } = attempt(() => JSON.parse(body)) || {};
  sending = false;
  button.removeAttribute("aria-disabled");
  if (status) proofEnds = 0;
  if (state === "later" || !(status < 500)) {
    answer.textContent = status ? words.later : words.offline;
    pause = Math.min(pause * 2 || retry_after * 1e3 || 5e3, 24e4);
    retrying = setTimeout(send, pause * (1 + Math.random() / 4));
    return;
  }
  pause = 0;
  answer.textContent = message;
  if (state === "published" || state === "waiting") received(sent, message);
  else if (state === "invalid") showErrors(errors);
  else if (state !== "closed" && state !== "elsewhere") form.submit();
}

restore();
form.oninput = changed;
form.addEventListener("focusin", prove);
addEventListener("pagehide", () => saving && keep());
addEventListener("visibilitychange", () => saving && keep());
addEventListener("online", () => retrying && send());
form.onsubmit = (event) => {
  event.preventDefault();
  answer.textContent = words.sending;
  send().catch(() => form.submit());
};
if (form.contains(document.activeElement)) prove();
