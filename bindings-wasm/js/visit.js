/** Visits live as text between calls, so that they outlive an engine that stopped; here the engine is told them. */
import { each, instant, members, product, text } from "./ask.js";

/** What of an event is a text or a number of its own. */
const TEXTS = { searched: "query", commented: "text", flagged: "reason" };
const NUMBERS = { clicked: "rank", dwelt: "seconds", returned: "after_s", rated: "value" };

const optional = (name, value) => (value == null ? undefined : text(name, value));
const refused = (why) => ({ kind: "InvalidRecord", code: 107, message: `visit: ${why}` });

/** Tells the engine an event. */
function record(visit, { at, what, article, impression, ...others }) {
  const [words, n] = [TEXTS[what], NUMBERS[what]];
  const { [words]: said, [n]: measured, ...unknown } = others;
  members("event", unknown, {});
  const given = [optional("event.article", article), optional(`event.${words}`, said), measured ?? undefined];
  visit.record(instant("event.at", at), text("event.what", what), ...given, optional("event.impression", impression));
}

/** Tells the engine who visits. */
function introduce(visit, { party, channel, products = [], ...others }) {
  members("visitor", others, {});
  visit.who(optional("visitor.party", party), optional("visitor.channel", channel));
  each("visitor.products", products, (item, name) => product(name, item, (...of) => visit.about(...of)));
}

/** A visit as its text form tells it. */
function told(reader, kept) {
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
export const goOn = (reader, kept, deed, ...args) => lent(told(reader, kept), deed && ((visit) => DEEDS[deed](visit, ...args)));
