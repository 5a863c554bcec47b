/** What is wrong with a row: its kind, for the summary, and a sentence. */
export type RowFault = { kind: string; text: string };

const LONGEST_SHOWN = 80;

/** A value of the file, as its text, cut. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
};
