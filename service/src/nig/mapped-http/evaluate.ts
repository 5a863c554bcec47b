import jsonata from 'jsonata';

/**
 * The limits of one evaluation. The timeout is cooperative: JSONata looks at the clock between
 * steps, and one step may take longer. So answers are bounded before they are evaluated.
 */
const LIMITS = { timeout: 50, stack: 200 };

/** The clock also counts pauses of a busy machine, so an evaluation may try again. */
const MOST_TRIES = 3;

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'D1012';

/** A compiled expression. `run` throws an Error with JSONata's message. */
export type Compiled = {
  readonly text: string;
  run(input: unknown, bindings: Record<string, unknown>): Promise<unknown>;
};

/** JSONata throws objects that are no errors. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);

/** Compiles an expression; throws an Error with JSONata's message and the position. */
export const compile = (text: string): Compiled => {
  try {
    const expression = jsonata(text, LIMITS);
    return {
      text,
      async run(input, bindings) {
        for (let tries = 1; ; tries++)
          try {
            return await expression.evaluate(input, bindings);
          } catch (error) {
            if (!isTimeout(error) || tries === MOST_TRIES) throw new Error(messageOf(error));
          }
      },
    };
  } catch (error) {
    const position =
      typeof error === 'object' && error !== null && 'position' in error
        ? ` (at character ${error.position})`
        : '';
    throw new Error(`${messageOf(error)}${position}`);
  }
};
