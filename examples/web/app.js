import "./kenpoint/element.js";

const help = document.querySelector("#help");
const outbox = document.querySelector("#outbox");

// Keeps what was loaded, so that the help works without a network.
help.openOptions = { cache: "halvorn-help" };

/** Shows what a real page would send: `navigator.sendBeacon("/batches", JSON.stringify(json))`, say. */
function put(title, json) {
  const entry = document.createElement("li");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const text = document.createElement("pre");
  summary.textContent = title;
  text.tabIndex = 0;
  text.textContent = JSON.stringify(json, null, 2);
  details.append(summary, text);
  entry.append(details);
  outbox.prepend(entry);
}

help.addEventListener("ken-batch", ({ detail }) => put(`A batch of ${detail.events.length} events`, detail));
help.addEventListener("ken-handoff", ({ detail }) => put("A need that was handed over", detail));
help.addEventListener("ken-error", ({ detail }) => console.warn(detail.message));

// A verdict is worth more than a search: what waits is taken at once.
help.addEventListener("ken-feedback", async () => {
  const batch = await help.takeBatch();
  if (batch) put(`A batch of ${batch.events.length} events`, batch);
});

document.querySelector("#consent").addEventListener("change", ({ target }) => {
  help.consent = target.checked;
});

document.querySelector("#language").addEventListener("change", ({ target }) => {
  help.lang = target.value;
});

for (const button of document.querySelectorAll("[data-article]")) {
  button.addEventListener("click", () => help.openArticle(button.dataset.article));
}
