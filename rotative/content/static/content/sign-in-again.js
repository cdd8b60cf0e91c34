// A session that ends, or a server that is away, while somebody writes: the form stays, and goes on afterwards in place.
import { nameDraft, put } from "newsroom/drafts";
import { goOnAs, opener, session, takeUp, words } from "newsroom/session";

const SHORTEST_PAUSE = 5000; // milliseconds
const LONGEST_PAUSE = 60_000;
const SETTLED = ["invalid_revision", "locked", "validation_error"]; // what Wagtail says itself

let pause = SHORTEST_PAUSE;
let waiting, resume, sure;
let dialog, title, text, frame, go; // what is said in place
let isPutOff = false;

const controllerOf = (form, name) => window.wagtail.app.getControllerForElementAndIdentifier(form, name);
const saveByItself = (form) => controllerOf(form, "w-autosave")?.save();

// --- autosave

document.addEventListener(
  "w-autosave:error",
  ({ target, detail }) => {
    if (SETTLED.includes(detail.type)) return;
    // The server's own sentence, where Wagtail would say “a server error”.
    if (detail.response?.error_message) detail.text = detail.response.error_message;
    recover(target);
  },
  true, // before it is shown
);
document.addEventListener("w-autosave:success", () => {
  pause = SHORTEST_PAUSE;
  waiting = clearTimeout(waiting);
});

async function recover(form) {
  const again = () => saveByItself(form);
  try {
    const now = await session();
    if (!(await isSamePerson(now))) return isPutOff || dialog?.open || ask(again, now);
    if (takeUp(now)) return again(); // signed in again, in another tab
  } catch {
    // server or network are away
  }
  if (waiting) return;
  waiting = setTimeout(() => {
    waiting = undefined;
    if (controllerOf(form, "w-unsaved")?.hasEditsValue) again();
  }, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

async function isSamePerson(now) {
  return Boolean(now) && now.user === (await opener())?.user;
}

// --- saving and publishing

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("form[data-edit-form]") || form === sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, event.submitter);
  },
  true, // before Wagtail ceases to ask whoever leaves
);

async function send(form, submitter) {
  const again = () => send(form, submitter);
  try {
    const now = await session();
    if (!(await isSamePerson(now))) return ask(() => submit(form, submitter), now, form);
    takeUp(now);
    submit(form, submitter);
  } catch {
    tell(words.away_title, words.away, again, form);
  }
}

function submit(form, submitter) {
  const added = [nameDraft(form)];
  // Wagtail disables the button that was pressed, and a disabled one is not sent.
  if (submitter?.name && submitter.disabled) added.push(put(form, submitter.name, submitter.value));
  sure = form;
  form.requestSubmit(submitter?.disabled ? null : submitter);
  sure = undefined;
  for (const field of added) field?.remove(); // they are on their way
}

// The button may be pressed again.
function release(form) {
  for (const button of form?.querySelectorAll("[data-w-progress-loading-value=true]") ?? [])
    button.dataset.wProgressLoadingValue = "false";
}

// --- what is said in place

function element(kind, parent, properties = {}) {
  const made = Object.assign(document.createElement(kind), properties);
  parent.append(made);
  return made;
}

function build() {
  dialog = element("dialog", document.body, { className: "sign-in-again" });
  dialog.setAttribute("aria-labelledby", "sign-in-again-title");
  title = element("h2", dialog, { id: "sign-in-again-title" });
  text = element("p", dialog);
  text.setAttribute("role", "status");
  frame = element("iframe", dialog, { title: words.ended_title });
  frame.addEventListener("load", () => frame.hidden || check(false));
  const buttons = element("p", dialog, { className: "sign-in-again-buttons" });
  go = element("button", buttons, { type: "button", className: "button" });
  go.addEventListener("click", () => check(true));
  const later = element("button", buttons, { type: "button", className: "button button-secondary", textContent: words.later });
  later.addEventListener("click", putOff);
  dialog.addEventListener("cancel", putOff);
}

// Not asked about again at each word that follows; saving asks.
function putOff() {
  isPutOff = true;
  dialog.close();
}

function show(heading, sentence, label, form) {
  if (!dialog) build();
  release(form);
  title.textContent = heading;
  text.textContent = sentence;
  go.textContent = label;
  if (!dialog.open) dialog.showModal();
}

function tell(heading, sentence, again, form) {
  resume = again;
  show(heading, sentence, words.try_again, form);
  frame.hidden = true;
}

function ask(again, now, form) {
  const isDoorOpen = dialog?.open && !frame.hidden; // somebody may be typing a password in it
  resume = again;
  show(words.ended_title, now ? stranger(now) : words.ended, now ? words.go_on : words.signed_in, form);
  frame.hidden = Boolean(now);
  if (!now && !isDoorOpen) frame.src = words.sign_in;
}

const stranger = ({ name }) => words.stranger.replace("%s", () => name);

// `isSure`: somebody has pressed the button, and has read whose session it is.
async function check(isSure) {
  if (frame.hidden && isSure) return finish(await session().catch(() => null));
  let now = null;
  try {
    now = await session();
  } catch {
    text.textContent = words.away;
    return;
  }
  if (await isSamePerson(now)) return finish(now);
  if (now) ask(resume, now);
  else if (isSure) text.textContent = words.not_yet;
}

function finish(now) {
  if (now) goOnAs(now);
  isPutOff = false;
  dialog.close();
  resume();
}
