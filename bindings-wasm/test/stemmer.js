/** A stemmer for tests, which removes the last byte of a word. */
const name = (text) => [text.length, ...Buffer.from(text)];
const section = (id, ...bytes) => [id, bytes.length, ...bytes];
const I32 = 0x7f;

export const stemmer = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, 2, 0x60, 0, 1, I32, 0x60, 1, I32, 1, I32),
  ...section(3, 2, 0, 1),
  ...section(5, 1, 0, 1),
  ...section(7, 3, ...name("memory"), 2, 0, ...name("buffer"), 0, 0, ...name("stem"), 0, 1),
  // `buffer` returns 64; `stem` returns the length minus 1.
  ...section(10, 2, 5, 0, 0x41, 0xc0, 0, 0x0b, 7, 0, 0x20, 0, 0x41, 1, 0x6b, 0x0b),
]);
