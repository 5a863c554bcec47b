/*
 * Loaded before the service (`node --import`): SIGUSR2 sets its clock an hour ahead, then an hour
 * back, then right again, as an administrator or a bad NTP server does. The monotonic clock and all
 * timers continue.
 */
const HOUR_MS = 60 * 60_000;
const JUMPS = [HOUR_MS, -HOUR_MS, 0];

const RightDate = Date;
let jumps = 0;
let offset = 0;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length > 0 ? given : [RightDate.now() + offset], newTarget),
  apply: () => new RightDate(RightDate.now() + offset).toString(),
  get: (target, name) =>
    name === 'now' ? () => RightDate.now() + offset : Reflect.get(target, name, target),
});

process.on('SIGUSR2', () => {
  offset = JUMPS[jumps++ % JUMPS.length] ?? 0;
});
