import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { controlLogLevel } from '../../src/platform/log-level.ts';

const open = (level: string) => {
  const said: string[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      said.push(JSON.parse(String(chunk)).msg);
      done();
    },
  });
  const log = pino({ level }, destination);
  return { log, said, control: controlLogLevel(log) };
};

test('a signal switches between debug and the usual level', () => {
  const { log, control } = open('error');
  control.toggleDebug();
  assert.deepEqual(
    [log.level, control.state().level, control.state().usual],
    [...['debug', 'debug', 'error']],
  );
  control.toggleDebug();
  assert.equal(log.level, 'error');
});

test('a level for some minutes ends with the usual one, unless another change comes first', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const { log, control } = open('warn');
  control.set({ level: 'debug', minutes: 10 });
  assert.equal(control.state().until, '1970-01-01T00:10:00.000Z');
  t.mock.timers.tick(9 * 60_000);
  control.set({ level: 'info', minutes: 5 });
  t.mock.timers.tick(4 * 60_000);
  assert.equal(log.level, 'info');
  t.mock.timers.tick(60_000);
  assert.deepEqual(control.state(), { level: 'warn', usual: 'warn', until: null });
  control.set({ level: 'debug', minutes: 1 });
  control.set({ level: 'trace' });
  t.mock.timers.tick(60 * 60_000);
  assert.equal(log.level, 'trace', 'without minutes it stays');
});

test('children that follow have each level; a change is said, also where warnings end', () => {
  const { log, said, control } = open('warn');
  const child = log.child({});
  control.follow(child);
  control.set({ level: 'info' });
  child.info('heard');
  control.set({ level: 'silent' });
  child.fatal('not heard');
  assert.deepEqual(said, ['the log level changes', 'heard', 'the log level changes']);
});
