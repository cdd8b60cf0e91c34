// What autosave has sent, and nothing else, is noted as saved.
//
// Wagtail notes the form as it stands when the answer arrives: what was typed while the request was under way is never
// sent, nobody is asked on leaving, and “Saved” stands above it. It also takes for saved whatever is typed within two
// seconds of opening. Once Wagtail does better, a test says so, and this goes:
// docs/decisions/0014-only-what-was-sent-is-saved.md
const TYPING = 400; // milliseconds in which the text editor may not yet have put what was typed into its field
const TOUCHES = ["beforeinput", "keydown", "pointerdown", "paste", "drop"];

const held = new WeakMap(); // of each form: what the server holds, as Wagtail writes it down for comparing
const sent = new WeakMap();
let typedAt = -Infinity;

function hold(form, state) {
  held.set(form, state);
  form.dispatchEvent(new CustomEvent("autosave:held", { bubbles: true, detail: { state } })); // drafts.js listens
}

const controllerOf = (form, name) => window.wagtail.app.getControllerForElementAndIdentifier(form, name);
const editForms = () => document.querySelectorAll("form[data-edit-form]");

function indicate(event) {
  const indicator = document.getElementById("w-autosave-indicator");
  if (indicator) controllerOf(indicator, "w-autosave")?.updateIndicator({ type: `w-autosave:${event}` });
}

function isSaidToBeSaved() {
  return document.getElementById("w-autosave-indicator")?.dataset.wAutosaveStateValue === "saved";
}

// The fields that the server has just filled in (numbers of new rows) are part of what it holds.
function withUpdates(state, updates = {}) {
  const fields = new URLSearchParams(state);
  for (const [name, value] of Object.entries(updates)) if (fields.has(name)) fields.set(name, value);
  return fields.toString();
}

function look(form) {
  const unsaved = controllerOf(form, "w-unsaved");
  if (!unsaved) return;
  unsaved.check();
  if (!unsaved.hasEditsValue) return;
  if (isSaidToBeSaved()) indicate("save");
  unsaved.notify(); // and with it the next save, half a second after the last change
}

for (const kind of TOUCHES) {
  document.addEventListener(
    kind,
    ({ target, ctrlKey, metaKey }) => {
      const form = target.closest?.("form[data-edit-form]");
      if (!form) return;
      if (target.isContentEditable && kind !== "pointerdown" && !ctrlKey && !metaKey) typedAt = performance.now();
      const unsaved = controllerOf(form, "w-unsaved");
      // The form as it was before the first change, should Wagtail not have looked at it yet.
      if (unsaved && !unsaved.initialFormData && !unsaved.forceValue && !held.has(form)) hold(form, unsaved.formData);
    },
    true,
  );
}

document.addEventListener("w-autosave:save", ({ target }) => {
  const unsaved = controllerOf(target, "w-unsaved");
  if (unsaved) sent.set(target, unsaved.formData);
});

document.addEventListener(
  "w-autosave:success",
  ({ target, detail }) => {
    if (!sent.has(target)) return;
    hold(target, withUpdates(sent.get(target), detail.response?.field_updates));
    setTimeout(look, 0, target); // once Wagtail has taken its own note
  },
  true, // before Wagtail takes it
);

document.addEventListener("w-unsaved:watch-edits", ({ target }) => {
  const unsaved = controllerOf(target, "w-unsaved");
  if (held.has(target)) unsaved.initialFormData = held.get(target);
  else hold(target, unsaved.initialFormData);
  if (unsaved.formData !== unsaved.initialFormData) setTimeout(look, 0, target);
});

// “Saved” is true of the form as it stands, or is not said.
document.addEventListener("w-unsaved:ready", ({ target }) => {
  new MutationObserver(() => {
    if (controllerOf(target, "w-unsaved")?.hasEditsValue && isSaidToBeSaved()) indicate("save");
  }).observe(target, { attributeFilter: ["data-w-unsaved-has-edits-value"] });
});
document.addEventListener("w-unsaved:clear", ({ target }) => {
  const indicator = document.getElementById("w-autosave-indicator");
  const isUnderWay = controllerOf(target, "w-autosave")?.submitPromise;
  if (indicator?.dataset.wAutosaveStateValue === "saving" && !isUnderWay) indicate("success");
});

// Wagtail looks every half second, and not in the first two seconds, and leaves in between without a question.
window.addEventListener(
  "beforeunload",
  () => {
    for (const form of editForms()) {
      const unsaved = controllerOf(form, "w-unsaved");
      if (unsaved && held.has(form)) unsaved.initialFormData ??= held.get(form);
      unsaved?.check();
      if (unsaved && performance.now() - typedAt < TYPING) unsaved.hasEditsValue = true;
    }
  },
  true,
);
