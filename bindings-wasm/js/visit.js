/** Visits live as text between calls, so that they outlive an engine that stopped; here the engine is told them. */
import { instant, text, told } from "./ask.js";

const refused = (why) => ({ kind: "InvalidRecord", code: 107, message: `visit: ${why}` });

const record = (visit, done) => visit.record(told({ event: done }));
const introduce = (visit, visitor) => visit.introduce(told({ visitor }));

/** A visit as its text form tells it. */
function resumed(reader, kept) {
  const { schema = 1, base, session, audience, events = [], n_taken = 0, messages = [], was_handed_over, ...visitor } = parsed(kept);
  const info = JSON.parse(reader.info());
  if (schema !== 1) throw refused(`schema ${schema} is not the one this library reads, 1; update the library`);
  if (base !== info.base || audience !== info.audience) throw refused("it is of another base, or for another audience");
  const visit = reader.visit(text("visit.session", session));
  try {
    introduce(visit, visitor);
    for (const { id, session, audience, party, channel, ...done } of events) record(visit, done);
    for (const { at, text: said } of messages) visit.message(instant("visit.messages.at", at), text("visit.messages.text", said));
    visit.go_on(n_taken, !!was_handed_over);
    const again = JSON.parse(visit.json()).events;
    if (JSON.stringify(again) !== JSON.stringify(events)) throw refused("its events are not those of one visitor; begin a new visit");
    return visit;
  } catch (error) {
    visit.free();
    throw error;
  }
}

function parsed(kept) {
  try {
    return Object(JSON.parse(kept));
  } catch (error) {
    throw refused(error.message);
  }
}

/** What a call gives, and the visit as it is afterwards. */
function lent(visit, call) {
  try {
    const value = call?.(visit);
    return { id: visit.session(), text: visit.json(), value: value && JSON.parse(value) };
  } finally {
    visit.free();
  }
}

const DEEDS = {
  record: (visit, done) => record(visit, JSON.parse(done)),
  take: (visit) => visit.take(),
  end: (visit) => visit.end(),
  hand_over: (visit, at, message) => visit.hand_over(at, message),
};

/** Begins a visit. */
export const begin = (reader, id, visitor) => lent(reader.visit(id), (visit) => introduce(visit, JSON.parse(visitor)));

/** Goes on with a visit: does what is called for, if something is. */
export const goOn = (reader, kept, deed, ...args) => lent(resumed(reader, kept), deed && ((visit) => DEEDS[deed](visit, ...args)));
