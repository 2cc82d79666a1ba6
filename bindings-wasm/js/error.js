/** An error of the library, with its name and number, which are the same in every language. */
export class KenpointError extends Error {
  constructor({ kind, code, message }) {
    super(message);
    this.name = "KenpointError";
    this.kind = kind;
    this.code = code;
  }
}

/** Makes the error for a wrong argument. */
export const invalid = (name, why) => new KenpointError({ kind: "InvalidValue", code: 101, message: `${name}: ${why}` });

/** Returns a string argument, and fails for any other value. */
export function text(name, value) {
  if (typeof value === "string") return value;
  throw invalid(name, `it is a string, not ${value === null ? "null" : typeof value}`);
}

/** Writes an argument as JSON, and fails for values that JSON lacks. */
export function json(name, value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw invalid(name, error.message);
  }
}
