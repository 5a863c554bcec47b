/** What a person's browser keeps for them between visits. Never a record of a customer. */
const PREFIX = 'cpe-desk.';

/** What is kept under a name, parsed; undefined where there is nothing, or nothing that `parse` takes. */
export const readKept = <Value>(
  name: string,
  parse: (value: unknown) => Value | undefined,
): Value | undefined => {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : parse(JSON.parse(text));
  } catch {
    return undefined; // no storage (a private window), or not what we wrote
  }
};

/** Keeps a value; where the browser keeps nothing it is gone with the page. */
export const keep = (name: string, value: unknown): void => {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full, or switched off.
  }
};
