// After a publication: ask until readers see it, and say so where the message stands.
const FIRST_PAUSE = 150;
const LONGEST_PAUSE = 3000;
const PATIENCE = 60000;

async function follow(link) {
  const began = Date.now();
  for (let pause = FIRST_PAUSE; Date.now() - began < PATIENCE; pause = Math.min(pause * 1.4, LONGEST_PAUSE)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const answer = await fetch(link.href, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) return; // the link still leads to the same words
      const progress = await answer.json();
      link.textContent = progress.sentence;
      link.dataset.state = progress.state;
      if (progress.state !== "waiting") return;
    } catch {
      // the network of the newsroom may be away for a moment
    }
  }
}

// Messages are put into the page by Wagtail's own scripts, some moments after it has loaded.
const followed = new WeakSet();
function look() {
  for (const link of document.querySelectorAll("a[data-online]")) {
    if (!followed.has(link)) {
      followed.add(link);
      follow(link);
    }
  }
}
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
