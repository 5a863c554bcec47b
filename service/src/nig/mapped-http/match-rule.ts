import {
  cleanText,
  escapeText,
  isReference,
  LONGEST_REFERENCE,
  LONGEST_REFUSAL_CODE,
  LONGEST_REFUSAL_MESSAGE,
} from '@cpe-desk/contract';
import type { RawAnswer } from '../call-nig.ts';
import type { LookUpAnswer } from '../nig.ts';
import { jsonOf } from '../read-answer.ts';
import type { Expressions } from './compile-profile.ts';
import type { Rule } from './profile.ts';

/** What a rule makes of an answer. `gone`: a monitor that no longer exists. */
export type RuleAnswer = LookUpAnswer | { outcome: 'gone' };
export type Matched = { rule: string | null; answer: RuleAnswer };

const nameOf = (rule: Rule, index: number): string =>
  rule.name ?? `${index + 1}: ${rule.status.join(', ')} ${rule.outcome}`;

const isType = (contentType: string, wanted: string): boolean =>
  contentType.split(';')[0]?.trim().toLowerCase() === wanted.toLowerCase();

/** The text of a value; undefined where it is no text and no number. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

type Reading = {
  expressions: Expressions;
  json: unknown;
  bindings: Record<string, unknown>;
};

const evaluated = async (
  { expressions, json, bindings }: Reading,
  text: string | undefined,
): Promise<unknown> => text && expressions.of(text).run(json, bindings);

const outcomeOf = async (rule: Rule, name: string, reading: Reading): Promise<Matched> => {
  const outside = (what: string): Matched => ({
    rule: null,
    answer: { outcome: 'unknown', why: `Rule "${name}": ${what}` },
  });
  switch (rule.outcome) {
    case 'accepted': {
      const reference = textOf(await evaluated(reading, rule.reference));
      if (reference === undefined) return outside('the answer has no reference');
      if (isReference(reference)) return { rule: name, answer: { outcome: 'accepted', reference } };
      return outside(`an unusable reference: "${escapeText(reference, LONGEST_REFERENCE)}"`);
    }
    case 'rejected': {
      const [code = 'refused', message = ''] = [
        textOf(await evaluated(reading, rule.code)),
        textOf(await evaluated(reading, rule.message)),
      ];
      return {
        rule: name,
        answer: {
          outcome: 'rejected',
          code: cleanText(code, LONGEST_REFUSAL_CODE),
          message: cleanText(message, LONGEST_REFUSAL_MESSAGE),
        },
      };
    }
    case 'unknown': {
      const handle = textOf(await evaluated(reading, rule.handle));
      const why = `NIG has not given the outcome yet (rule "${name}")`;
      const handled = handle !== undefined && { handle };
      return { rule: name, answer: { outcome: 'unknown', why, ...handled } };
    }
    default:
      return { rule: name, answer: { outcome: rule.outcome } };
  }
};

/**
 * Reads an answer by the first rule that fits: status, content type and condition. None, or one
 * that cannot be evaluated: unknown.
 */
export const matchRule = async (
  answer: RawAnswer,
  rules: readonly Rule[],
  expressions: Expressions,
  given: Record<string, unknown>,
): Promise<Matched> => {
  const { status, contentType, headers = {} } = answer;
  const json = jsonOf(answer);
  const bindings = { ...given, status, location: headers.location, etag: headers.etag };
  const reading = { expressions, json, bindings };
  for (const [index, rule] of rules.entries()) {
    if (!rule.status.includes(status)) continue;
    const fits = rule.contentType ? isType(contentType, rule.contentType) : json !== undefined;
    if (!fits) continue;
    const name = nameOf(rule, index);
    try {
      if (rule.when !== undefined && (await evaluated(reading, rule.when)) !== true) continue;
      return await outcomeOf(rule, name, reading);
    } catch (error) {
      const why = `Rule "${name}" cannot be evaluated: ${error instanceof Error ? error.message : error}`;
      return { rule: null, answer: { outcome: 'unknown', why } };
    }
  }
  const type = contentType === '' ? 'no content type' : escapeText(contentType, 100);
  const what = json === undefined ? `no JSON (${type})` : 'what no rule of the profile matches';
  return { rule: null, answer: { outcome: 'unknown', why: `NIG answered ${status} with ${what}` } };
};
