import assert from 'node:assert/strict';
import { type Config, readConfig } from '../../src/config/config.ts';

/** The settings of an environment that must be valid. */
export const settingsOf = (environment: Record<string, string>): Config => {
  const read = readConfig(environment);
  assert.ok(read.ok, read.ok ? '' : read.messages.join());
  return read.config;
};
