/*
 * Loaded before the service (`node --expose-gc --import`): SIGHUP collects its garbage, so that what is measured then is held by something.
 */
process.on('SIGHUP', () => void globalThis.gc?.());
