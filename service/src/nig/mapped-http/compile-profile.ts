import { type Compiled, compile } from './evaluate.ts';
import type { Profile, Rule } from './profile.ts';

/** A fault of a profile: the members to it, what is wrong, and the expression where it is one. */
export type ProfileFault = { path: readonly PropertyKey[]; message: string; expression?: string };

/** The expressions of a profile, compiled. */
export type Expressions = { of(text: string): Compiled };

const expressionsOfRules = (path: PropertyKey[], rules: readonly Rule[] = []) =>
  rules.flatMap((rule, index) =>
    (['when', 'reference', 'code', 'message', 'handle'] as const).flatMap((name) => {
      const text = rule[name];
      return text === undefined ? [] : [{ path: [...path, index, name] as PropertyKey[], text }];
    }),
  );

/** Every expression of a profile with its place. */
const expressionsOf = ({ find, send, monitor, lookUp, cpeOf }: Profile) => {
  const members = (call: string, of: Record<string, string | undefined> | undefined) =>
    Object.entries(of ?? {}).flatMap(([name, text]) =>
      text === undefined ? [] : [{ path: [call, name] as PropertyKey[], text }],
    );
  return [
    ...members(
      'find',
      find && { path: find.path, id: find.id, count: find.count, record: find.record },
    ),
    ...members('send', { path: send.path, body: send.body }),
    ...Object.entries(send.headers).map(([name, text]) => ({
      path: ['send', 'headers', name] as PropertyKey[],
      text,
    })),
    ...expressionsOfRules(['send', 'answers'], send.answers),
    ...expressionsOfRules(['monitor', 'answers'], monitor?.answers),
    ...members('lookUp', lookUp && { path: lookUp.path }),
    ...expressionsOfRules(['lookUp', 'answers'], lookUp?.answers),
    ...members('cpeOf', cpeOf && { path: cpeOf.path, cpe: cpeOf.cpe }),
  ];
};

/** Compiles each expression of a profile once. */
export const compileProfile = (
  profile: Profile,
): { expressions: Expressions; faults: ProfileFault[] } => {
  const compiled = new Map<string, Compiled>();
  const faults: ProfileFault[] = [];
  for (const { path, text } of expressionsOf(profile))
    try {
      if (!compiled.has(text)) compiled.set(text, compile(text));
    } catch (error) {
      faults.push({
        path,
        message: error instanceof Error ? error.message : String(error),
        expression: text,
      });
    }
  return {
    faults,
    expressions: {
      of(text) {
        const found = compiled.get(text);
        if (found === undefined) throw new Error(`not compiled: ${text}`);
        return found;
      },
    },
  };
};
