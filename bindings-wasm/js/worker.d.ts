/** The worker script of `open`; do not import it. */
export {};
