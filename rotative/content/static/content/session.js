// Whether the session of the newsroom still stands, whose it is, and the token that its forms need now.
const PATIENCE = 15_000; // milliseconds

export const words = JSON.parse(document.getElementById("newsroom-words").textContent);

// Who is signed in; null when nobody is. Throws when the server does not answer, or cannot.
export async function session() {
  const answer = await fetch(words.session, {
    headers: { Accept: "application/json" },
    redirect: "manual", // to the sign-in
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.type === "opaqueredirect") return null;
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

let first;
// Who opened this screen. Asked once; again when there was no answer.
export async function opener() {
  first ??= session();
  const asked = first;
  try {
    const person = await asked;
    if (!person) first = undefined;
    return person;
  } catch (error) {
    if (first === asked) first = undefined;
    throw error;
  }
}

// From here on the screen is that of whoever is signed in now.
export function goOnAs(now) {
  first = Promise.resolve(now);
  takeUp(now);
}

// Signing in makes a new token: everything on the screen that sends one takes it up.
export function takeUp(now) {
  const { token } = now;
  const isNew = window.wagtailConfig.CSRF_TOKEN !== token;
  window.wagtailConfig.CSRF_TOKEN = token;
  const settings = document.getElementById("wagtail-config");
  settings.textContent = JSON.stringify({ ...JSON.parse(settings.textContent), CSRF_TOKEN: token });
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  document.dispatchEvent(new CustomEvent("session:opened", { detail: now })); // drafts.js listens
  return isNew;
}
