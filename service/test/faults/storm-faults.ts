import assert from 'node:assert/strict';
import type { StormCount } from './storm.ts';

const misanswers = ['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'];

/** The faults that a long storm has at least once each. */
export const faults = [
  ...['reject', 'error', 'hang', 'drop-before-apply', 'drop-after-apply', 'malformed'],
  ...misanswers,
  ...misanswers.map((fault) => `${fault} to a look-up`),
]
  .map((fault) => `NIG: ${fault}`)
  .concat(
    ...['connections cut', 'connections to NIG cut', 'NIG out of reach', 'PostgreSQL killed'],
    ...['lines refused past the deadline', 'tables locked', 'CPEs held by an idle transaction'],
    ...[
      'clocks set an hour off, or right',
      'database clocks set ahead',
      'database clocks set back',
    ],
    'instances killed',
  );

/** The further faults of a storm that loses updates. */
export const losses = [
  'standbys that lag from here on',
  'failovers that lose updates',
  'incidents',
];

/** Asserts that each fault occurred: one that did not proves nothing. */
export const assertAllCame = (count: StormCount, expected: readonly string[]): void =>
  assert.deepEqual(
    expected.filter((fault) => !count[fault]),
    [],
    'these faults never came',
  );
