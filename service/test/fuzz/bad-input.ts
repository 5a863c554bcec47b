import * as fc from 'fast-check';

/** Text that is known to break programs. */
const infamous = [
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '﷽',
    '𝒳',
    '٣',
    '-0',
    '-1',
    '1e999',
    'NaN',
    'true',
    'null',
    '[]',
    '{}',
    '..',
    '.',
    '%',
  ],
  ...[
    '%00',
    '%ff',
    '%ED%A0%80',
    '../../etc/passwd',
    "' or 1=1--",
    '{{7*7}}',
    '<script>',
    '__proto__',
    'constructor',
  ],
  ...[
    '9'.repeat(400),
    'a'.repeat(5000),
    '9007199254740993',
    '2026-02-30T25:61:00Z',
    'W10=',
    '\r\nset-cookie: x=1',
  ],
];

export const badText = fc.oneof(
  fc.constantFrom(...infamous),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer().map(String),
  fc.double().map(String),
);

const badValue: fc.Arbitrary<unknown> = fc.oneof(
  badText,
  fc.constantFrom(null, true, -1, 0.1, 1e308, 2 ** 31, 2 ** 53, [], {}, { __proto__: null }, [
    [[[[]]]],
  ]),
  fc.jsonValue({ maxDepth: 3 }),
);

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every path of keys in a value. */
const placesIn = (value: unknown): string[][] =>
  isObject(value)
    ? [
        [],
        ...Object.entries(value).flatMap(([key, inner]) =>
          placesIn(inner).map((rest) => [key, ...rest]),
        ),
      ]
    : [[]];

const replaced = (value: unknown, [key, ...rest]: string[], by: unknown): unknown =>
  key === undefined || !isObject(value) ? by : { ...value, [key]: replaced(value[key], rest, by) };

/** A valid body with one to three faults: another value, or an unknown member. */
const spoilt = (good: Json): fc.Arbitrary<unknown> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...placesIn(good)),
        fc.option(badText, { nil: undefined }),
        badValue,
      ),
      {
        minLength: 0,
        maxLength: 3,
      },
    )
    .map((changes) =>
      changes.reduce<unknown>(
        (body, [place, more, by]) =>
          replaced(body, more === undefined ? place : [...place, more], by),
        good,
      ),
    );

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 1, max: 12_000 }))
  .map(([piece, times]) => piece.repeat(times));

/** The bytes of a body: a broken one, any JSON, no JSON, or very deep JSON. */
export const badBody = (good: Json): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: spoilt(good).map((body) => JSON.stringify(body) ?? '') },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: badText },
    { weight: 1, arbitrary: deep },
  );

/** A path without a route, of parts that libraries for files and routes treat specially. */
export const oddPath = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '.',
        '..',
        '%2e',
        '%2E%2e',
        '\\',
        '%5c',
        '%2f',
        '%00',
        '%ff',
        '%',
        ';',
      ),
      fc.constantFrom(
        'x',
        'index.html',
        'tickets',
        'ticket',
        'ctt',
        '~',
        '*',
        ':id',
        '+',
        'é'.repeat(9),
      ),
      fc.integer({ min: 50, max: 5000 }).map((length) => 'x'.repeat(length)),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((pieces) => `/${pieces.join('')}`.replace(/[^\x21-\x7e]/g, encodeURIComponent));

/** Text that a header may have: Node refuses to send other text. */
export const headerText = badText.map((text) =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 2000),
);
