/**
 * Calls of visits. A visit is text between two calls, so that it outlives an engine that stopped; each call restores
 * it in the engine first.
 */
import { toArgs } from "./convert.js";

/** Reads a text form. The engine has no JSON reader; it checks all members. */
function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw { kind: "InvalidRecord", code: 107, message: `visit: ${error.message}` };
  }
}

/** Restores a visit from its text form. */
function restore(snapshot, text) {
  const { events = [], messages = [], n_taken = 0, was_handed_over, ...members } = parse(text);
  const visit = snapshot.resume(toArgs({ visit: members }));
  try {
    for (const event of [events].flat()) visit.repeat(toArgs({ event }));
    for (const message of [messages].flat()) visit.message(toArgs({ message }));
    visit.restore(n_taken, !!was_handed_over);
    return visit;
  } catch (error) {
    visit.free();
    throw error;
  }
}

/** Runs a call on a visit, and returns its value with the new text form. */
function run(visit, call) {
  try {
    const value = call?.(visit);
    return { id: visit.id(), text: visit.json(), value: value && JSON.parse(value) };
  } finally {
    visit.free();
  }
}

const METHODS = {
  record: (visit, event) => visit.record(toArgs({ event: JSON.parse(event) })),
  takeEvents: (visit) => visit.take_events(),
  outcome: (visit) => visit.outcome(),
  handOver: (visit, at, message) => visit.hand_over(at, message),
};

/** Begins a visit. */
export const begin = (snapshot, visit) => run(snapshot.visit(toArgs({ visit: JSON.parse(visit) })));

/** Resumes a visit, and calls a method of it if one is named. */
export const resume = (snapshot, text, method, ...args) => run(restore(snapshot, text), method && ((visit) => METHODS[method](visit, ...args)));
