/** Uses the types as an application would. What must be refused stands behind `@ts-expect-error`. */
import { KenpointError, open } from "kenpoint";
import type { EventBatch, Feedback, Handoff, Hit, QueryOptions, Snapshot, VisitOutcome } from "kenpoint";

export async function answers(question: string): Promise<string[]> {
  const snapshot: Snapshot = await open("/help.ken", {
    cache: "help",
    onProgress: (loaded, total) => console.log(loaded / (total ?? loaded)),
  });
  const options: QueryOptions = { limit: 5, snippetChars: 120, filter: { kinds: ["product"], edited_from: new Date() } };
  const { hits, impression } = await snapshot.search(question, { ...options, explain: true });
  const { suggestions, abstained } = await snapshot.suggest(question, { language: "de", tried: [] }, { threshold: 0.3 });
  const { words, titles } = await snapshot.complete(question, { limit: 3 });
  const article = await snapshot.article(hits[0]?.id ?? "a");
  const visit = await snapshot.visit({ party: "acme", products: [{ id: "lamp", version: "4.0" }] });
  const events: Feedback[] = [
    { what: "searched", query: question },
    { what: "shown", impression },
    { what: "clicked", article: article.id, rank: 1, impression },
    { what: "dwelt", article: article.id, seconds: 30, at: Date.now() },
    { what: "flagged", article: article.id, reason: "outdated" },
  ];
  for (const event of events) await visit.record(event);
  const batch: EventBatch = await visit.takeEvents();
  const handoff: Handoff = await visit.handOver("Please help.");
  const outcome: VisitOutcome = await visit.outcome();
  if (outcome.ended === "solved") console.log(outcome.article, hits[0]?.solve_probability);
  const again = await snapshot.resume(await visit.text());
  again.close();
  snapshot.close();
  const places = hits.map(({ snippet }) => snippet.ranges.map(([from, to]) => snippet.text.slice(from, to)).join());
  console.log(batch.events.length, handoff.leave_out, abstained, words, titles, article.html, snapshot.info.known);
  return [...places, ...suggestions.map((hit: Hit) => hit.explanation?.summary ?? hit.title)];
}

export async function refused(snapshot: Snapshot): Promise<void> {
  // @ts-expect-error: there is no such option.
  await open("/help.ken", { wasmURL: "/engine.wasm" });
  // @ts-expect-error: the option is called `limit`.
  await snapshot.search("lamp", { lmit: 3 });
  // @ts-expect-error: only suggestions have a threshold.
  await snapshot.search("lamp", { threshold: 0.5 });
  // @ts-expect-error: the context of a suggestion is its second argument.
  await snapshot.suggest("lamp", {}, { context: {} });
  // @ts-expect-error: there is no such kind.
  await snapshot.search("lamp", { filter: { kinds: ["lamp"] } });
  const visit = await snapshot.visit();
  // @ts-expect-error: what was rated has a value.
  await visit.record({ what: "rated", article: "lamp" });
  // @ts-expect-error: it is no reader's to close cases.
  await visit.record({ what: "case-closed", case: "c1" });
  // @ts-expect-error: what a snapshot is does not change.
  snapshot.info = { ...snapshot.info };
  try {
    await snapshot.article("absent");
  } catch (error) {
    if (error instanceof KenpointError) console.log(error.kind, error.code.toFixed());
  }
}
