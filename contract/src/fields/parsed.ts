/**
 * The result of a field parser: the canonical value, or a code of `fieldErrorCodes` and a sentence
 * that states the valid form.
 */
export type Parsed<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: Code; readonly detail: string };

export const accepted = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const refused = <Code extends string>(code: Code, detail: string) =>
  ({ ok: false, code, detail }) as const;
