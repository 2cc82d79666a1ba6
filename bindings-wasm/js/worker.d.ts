/** The worker of `open`: a script to be started, not a module to be imported. */
export {};
