import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanText, cutText, escapeText, isReference } from '../src/evidence-text.ts';
import { hasUnsafeCharacter } from '../src/fields/characters.ts';

const unsafe = [
  ...['\u0000', '\t', '\n', '\u001b', '\u007f', '\u0085', '\u009f', '\u2028', '\u2029'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069'],
  ...['\ud800', '\udbff', '\udc00', '\udfff'],
];

test('a control, bidirectional or lone surrogate character is unsafe anywhere', () => {
  for (const character of unsafe)
    for (const text of [character, `a${character}`, `${character}b`, `a${character}b`])
      assert.ok(hasUnsafeCharacter(text) && !isReference(text), JSON.stringify(text));
});

test('a character above U+FFFF, an accent and a right-to-left letter are safe', () => {
  for (const text of ['NIG-000001', '𝒩-😀', 'réf. 7', 'مرجع ٧', '\ufffd'])
    assert.ok(!hasUnsafeCharacter(text) && isReference(text), text);
});

test('a reference has 1 to 200 characters and is not blank', () => {
  assert.ok(isReference('x'.repeat(200)) && isReference('😀'.repeat(200)));
  assert.ok(!isReference('x'.repeat(201)) && !isReference('😀'.repeat(201)));
  for (const text of ['', '  ', '\u200b', '\u2060 \u3164']) assert.ok(!isReference(text));
});

test('cuts between characters, never inside one', () => {
  assert.equal(cutText('abc', 3), 'abc');
  assert.equal(cutText('abcd', 3), 'ab…');
  assert.equal(cutText('😀😀😀', 3), '😀😀😀');
  assert.equal(cutText('😀😀😀😀', 3), '😀😀…');
});

test('shows unsafe characters as numbers, so that different texts look different', () => {
  assert.equal(escapeText('a\u0000b\u202e\ud800c', 200), 'a\\u{0}b\\u{202e}\\u{d800}c');
  assert.equal(escapeText('a\\u{0}b', 200), 'a\\\\u{0}b');
  assert.ok([...escapeText('\u0000'.repeat(500), 200)].length <= 200);
  for (const character of unsafe) assert.ok(!hasUnsafeCharacter(escapeText(character, 200)));
});

test('cleans a refusal: line breaks become blanks, other unsafe characters U+FFFD', () => {
  assert.equal(cleanText('port\r\n\tin use\u0000\u202e!', 2000), 'port in use\ufffd\ufffd!');
  assert.equal(cleanText('x'.repeat(3000), 2000), `${'x'.repeat(1999)}…`);
  for (const character of unsafe) assert.ok(!hasUnsafeCharacter(cleanText(`a${character}`, 200)));
});
