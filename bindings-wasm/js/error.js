/** Every failure of the library, with the name and number that it has in every language. */
export class KenpointError extends Error {
  constructor({ kind, code, message }) {
    super(message);
    this.name = "KenpointError";
    this.kind = kind;
    this.code = code;
  }
}

/** What a caller gave that cannot be meant. */
export const invalid = (name, why) => new KenpointError({ kind: "InvalidValue", code: 101, message: `${name}: ${why}` });

/** The text, if it is one: the engine would take anything else for something it is not. */
export function text(name, value) {
  if (typeof value === "string") return value;
  throw invalid(name, `it is a string, not ${value === null ? "null" : typeof value}`);
}

/** As JSON, which cannot say everything that JavaScript can. */
export function json(name, value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw invalid(name, error.message);
  }
}
