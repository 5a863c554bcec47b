/*
 * Loaded before the service (`node --expose-gc --import`). SIGHUP collects its garbage, so that a
 * measurement after it sees only memory in use.
 */
process.on('SIGHUP', () => void globalThis.gc?.());
