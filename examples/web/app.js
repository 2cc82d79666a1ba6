import "./kenpoint/element.js";

const help = document.querySelector("#help");
const outbox = document.querySelector("#outbox");

// Caches the loaded files for use without a network.
help.openOptions = { cache: "halvorn-help" };

/** Shows the JSON that a real page would send, for example by `navigator.sendBeacon("/batches", JSON.stringify(json))`. */
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

// Feedback is taken at once, with the events that wait.
help.addEventListener("ken-feedback", async () => {
  const batch = await help.takeEvents();
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
