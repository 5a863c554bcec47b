import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonErrors } from '../src/cpe-validation.ts';
import { hasUnsafeCharacter, isBlank, withoutBidiControls } from '../src/fields/characters.ts';
import { reasonSchema } from '../src/fields/text.ts';

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
  for (const text of [
    'replaced',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩\u200d🔧 on site',
    'two\nlines',
  ]) {
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

test('removes only the characters that change the direction of text', () => {
  assert.equal(withoutBidiControls('Evil \u202egnp.exe\u2069'), 'Evil gnp.exe');
  assert.equal(withoutBidiControls('می\u200cخواهم'), 'می\u200cخواهم');
});
