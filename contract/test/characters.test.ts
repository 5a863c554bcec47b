import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonErrors } from '../src/cpe-validation.ts';
import { cleanText } from '../src/evidence-text.ts';
import { hasUnsafeCharacter, isBlank, withoutHidden } from '../src/fields/characters.ts';
import { reasonSchema } from '../src/fields/text.ts';
import { settlementRequestSchema } from '../src/settlement.ts';

const invisible = [
  ...['\u200b', '\u2060', '\u3164', '\ufeff', '\u00ad', '\u200d', '\ufe0f', '\u2800', '\u115f'],
  ...['\u{e0041}', '\ufff9', ' \u00a0\u3000 ', '\u200b\u200c \u2060'],
];
const bidi = ['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069'];

test('text of only invisible characters is blank', () => {
  for (const text of ['', ' ', ...invisible, ...bidi])
    assert.ok(isBlank(text), JSON.stringify(text));
});

test('text with one visible character is not blank', () => {
  for (const text of ['x', '\u200bx', '.', '😀\ufe0f', 'می\u200cخواهم', '\u0301'])
    assert.ok(!isBlank(text), JSON.stringify(text));
});

test('an unreadable reason is refused; a reason in any script is accepted', () => {
  for (const text of [...invisible, ...bidi]) {
    assert.equal(reasonSchema.safeParse(text).success, false, JSON.stringify(text));
    assert.equal(reasonErrors(text).length, 1, JSON.stringify(text));
  }
  for (const text of ['replaced', 'می\u200cخواهم', 'क्\u200dष', 'two\nlines']) {
    assert.equal(reasonSchema.parse(text), text);
    assert.deepEqual(reasonErrors(text), []);
  }
});

test('a reason with a character that changes the direction of text is refused', () => {
  for (const character of bidi) {
    assert.ok(hasUnsafeCharacter(`a${character}b`));
    assert.equal(reasonSchema.safeParse(`a${character}b`).success, false);
    assert.deepEqual(
      reasonErrors(`a${character}b`).map(({ pointer, code }) => [pointer, code]),
      [['/reason', 'control-character']],
    );
  }
});

test('leaves out invisible and bidirectional characters, not those that join letters', () => {
  for (const character of [...invisible.slice(0, 5), ...bidi, '\u{e0041}', '\ufff9', '\u200d'])
    assert.equal(withoutHidden(`10${character}.1`), '10.1', JSON.stringify(character));
  assert.equal(withoutHidden('Evil \u202egnp.exe\u2069'), 'Evil gnp.exe');
  for (const text of ['می\u200cخواهم', 'क्\u200dष', 'ক্\u200cষ'])
    assert.equal(withoutHidden(text), text);
  assert.equal(withoutHidden('می\u200c خواهم\u200d'), 'می خواهم');
});

test('a reason is stored without invisible characters', () => {
  assert.equal(reasonSchema.parse('re\u200bplaced 👩\u200d🔧'), 'replaced 👩🔧');
});

test('text of NIG and a typed reference are stored without invisible characters', () => {
  assert.equal(cleanText('in\u200buse\u202e', 20), 'inuse\ufffd');
  const settled = settlementRequestSchema.parse({
    ...{ outcome: 'accepted', nigReference: 'NIG\u200b-1', reason: 'asked' },
  });
  assert.equal('nigReference' in settled && settled.nigReference, 'NIG-1');
});
