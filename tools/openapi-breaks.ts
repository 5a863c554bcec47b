import { z } from 'zod';

/*
 * The parts of the API that a client relies on: routes, parameters, members, their types and their
 * values. A change that removes one of them, or requires more of a request, breaks clients.
 */

type Json = Record<string, unknown>;
type Direction = 'request' | 'answer';

const objectSchema = z.record(z.string(), z.unknown());
const asObject = (value: unknown): Json => objectSchema.safeParse(value).data ?? {};
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** A schema or parameter, with `$ref` resolved inside its document. */
const resolve = (document: Json, value: unknown): Json => {
  const object = asObject(value);
  if (typeof object.$ref !== 'string') return object;
  const path = object.$ref.replace(/^#\//, '').split('/');
  return resolve(
    document,
    path.reduce<unknown>((at, part) => asObject(at)[part], document),
  );
};

const typesOf = (schema: Json): string[] =>
  [schema.type].flat().filter((type) => typeof type === 'string');
const variantsOf = (schema: Json): unknown[] => [...asList(schema.anyOf), ...asList(schema.oneOf)];
const valuesOf = (schema: Json): unknown[] =>
  'const' in schema ? [schema.const] : asList(schema.enum);

type Pair = { before: Json; after: Json };

/** Whether a named schema became one of several: a further problem, distinguished by its code. */
const isFurtherVariant = (old: unknown, after: Json): boolean => {
  const { $ref } = asObject(old);
  const names = variantsOf(after).map((variant) => asObject(variant).$ref);
  return $ref !== undefined && names.every((name) => name !== undefined) && names.includes($ref);
};

/** Compares two schemas with their nested schemas. A recursive schema is compared once. */
const schemaComparer = (documents: Pair, breaks: string[]) => {
  const seen = new Set<string>();

  const compareMembers = (
    { before: old, after: now }: Pair,
    place: string,
    direction: Direction,
  ): void => {
    const members = asObject(now.properties);
    for (const [name, member] of Object.entries(asObject(old.properties))) {
      if (name in members) compareSchemas(member, members[name], `${place}/${name}`, direction);
      else breaks.push(`${place}: member ${name} is gone`);
    }
    const wasRequired = asList(old.required);
    for (const name of asList(now.required))
      if (direction === 'request' && !wasRequired.includes(name))
        breaks.push(`${place}: member ${name} is required now`);
    for (const name of wasRequired)
      if (direction === 'answer' && !asList(now.required).includes(name))
        breaks.push(`${place}: member ${name} may be absent now`);
  };

  const compareSchemas = (
    old: unknown,
    now: unknown,
    place: string,
    direction: Direction,
  ): void => {
    const key = JSON.stringify([asObject(old).$ref, asObject(now).$ref, direction]);
    if (asObject(old).$ref !== undefined && seen.has(key)) return;
    seen.add(key);
    const pair = { before: resolve(documents.before, old), after: resolve(documents.after, now) };
    if (isFurtherVariant(old, pair.after)) {
      compareSchemas(old, { $ref: asObject(old).$ref }, place, direction);
      return;
    }
    const [types, allowed] = [typesOf(pair.before), typesOf(pair.after)];
    const [narrow, wide] = direction === 'request' ? [types, allowed] : [allowed, types];
    const lost = wide.length > 0 ? narrow.filter((type) => !wide.includes(type)) : [];
    if (lost.length > 0) breaks.push(`${place}: type ${lost.join(', ')} does not fit any more`);
    const values = valuesOf(pair.after);
    for (const value of valuesOf(pair.before))
      if (direction === 'request' && values.length > 0 && !values.includes(value))
        breaks.push(`${place}: value ${JSON.stringify(value)} is refused now`);
    if ('const' in pair.before && 'const' in pair.after && pair.before.const !== pair.after.const)
      breaks.push(`${place}: ${pair.before.const} is ${pair.after.const} now`);
    compareMembers(pair, place, direction);
    if (pair.before.items)
      compareSchemas(pair.before.items, pair.after.items, `${place}/0`, direction);
    const variants = variantsOf(pair.after);
    for (const variant of variantsOf(pair.before)) {
      const { $ref } = asObject(variant);
      const same = variants.find((each) => $ref !== undefined && asObject(each).$ref === $ref);
      const fits = (each: unknown) => findIn(documents, variant, each, direction).length === 0;
      if (same !== undefined) compareSchemas(variant, same, place, direction);
      else if (![...variants, pair.after].some(fits)) breaks.push(`${place}: a variant is gone`);
    }
  };
  return compareSchemas;
};

/** The breaks between two schemas alone. */
const findIn = (documents: Pair, old: unknown, now: unknown, direction: Direction): string[] => {
  const found: string[] = [];
  schemaComparer(documents, found)(old, now, '', direction);
  return found;
};

/** Whether a route was announced as deprecated, and its sunset day is over. */
const mayGo = (operation: Json, today: string): boolean =>
  operation.deprecated === true &&
  typeof operation['x-sunset'] === 'string' &&
  operation['x-sunset'] < today;

/**
 * Compares two versions of the API; returns a sentence for each break. `today`: such as 2027-01-31.
 */
export const findBreaks = (
  before: unknown,
  after: unknown,
  today = new Date().toISOString().slice(0, 10),
): string[] => {
  const documents: Pair = { before: asObject(before), after: asObject(after) };
  const breaks: string[] = [];
  const compareSchemas = schemaComparer(documents, breaks);

  const compareContent = (
    old: unknown,
    now: unknown,
    place: string,
    direction: Direction,
  ): void => {
    const there = asObject(resolve(documents.after, now).content);
    for (const [type, media] of Object.entries(asObject(resolve(documents.before, old).content))) {
      if (!(type in there)) breaks.push(`${place}: ${type} is gone`);
      else compareSchemas(asObject(media).schema, asObject(there[type]).schema, place, direction);
    }
  };

  const compareParameters = (old: Json, now: Json, place: string): void => {
    const parameters = (document: Json, operation: Json) =>
      asList(operation.parameters).map((each) => resolve(document, each));
    const known = parameters(documents.before, old);
    const there = parameters(documents.after, now);
    const find = (list: Json[], { name, in: where }: Json) =>
      list.find((each) => each.name === name && each.in === where);
    for (const parameter of known) {
      const same = find(there, parameter);
      if (same)
        compareSchemas(parameter.schema, same.schema, `${place}?${parameter.name}`, 'request');
      else breaks.push(`${place}: parameter ${parameter.name} is gone`);
    }
    for (const parameter of there)
      if (parameter.required === true && find(known, parameter)?.required !== true)
        breaks.push(`${place}: parameter ${parameter.name} is required now`);
  };

  for (const [path, item] of Object.entries(asObject(documents.before.paths)))
    for (const method of METHODS) {
      const old = asObject(item)[method];
      if (old === undefined) continue;
      const place = `${method.toUpperCase()} ${path}`;
      const now = asObject(asObject(documents.after.paths)[path])[method];
      if (now === undefined) {
        if (!mayGo(asObject(old), today)) breaks.push(`${place} is gone`);
        continue;
      }
      compareParameters(asObject(old), asObject(now), place);
      compareContent(
        asObject(old).requestBody,
        asObject(now).requestBody,
        `${place} body`,
        'request',
      );
      const answers = asObject(asObject(now).responses);
      for (const [status, answer] of Object.entries(asObject(asObject(old).responses)))
        if (status in answers)
          compareContent(answer, answers[status], `${place} ${status}`, 'answer');
        else breaks.push(`${place}: answer ${status} is gone`);
    }
  return breaks;
};
