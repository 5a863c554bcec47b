/**
 * zod compiles schemas with `new Function`, which the service's Content-Security-Policy refuses and
 * reports. zod reads this when a schema is made, so it has to run before every other file of the
 * portal: a bundle of its own, since modules that bundles share run before what is in them. It is
 * in `polyfills` of angular.json without its `.ts`: with it, Angular takes the file for zone.js.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
