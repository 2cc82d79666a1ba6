/** Compares answers with those of the base, which `kenpoint-benches web` wrote. Used in Node and in the browser. */

/** Formats the bits of a number, most significant first. */
export function bits(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

const scored = (list) => list.map(({ id, score, solve_probability }) => [id, bits(score), bits(solve_probability)]);

/** Returns the queries with different answers. */
export async function differences(snapshot, expected) {
  const wrong = [];
  for (const { query, now, hits, snippets, suggestions } of expected) {
    const found = await snapshot.search(query, { now });
    const helps = await snapshot.suggest(query, undefined, { now, threshold: 0 });
    const seen = [scored(found.hits), found.hits.map(({ snippet }) => snippet.text), scored(helps.suggestions)];
    if (JSON.stringify(seen) !== JSON.stringify([hits, snippets, suggestions])) wrong.push({ query, seen, hits });
  }
  return wrong;
}
