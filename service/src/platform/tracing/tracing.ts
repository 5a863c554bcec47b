import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracePlace } from './trace-place.ts';

/** What a span says. Never a value of a CPE, a name of a person or a text of NIG. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** `server`: answers a caller. `client`: asks another system. */
export type SpanKind = 'server' | 'client' | 'internal';

/** A piece of work with its beginning and end. */
export type Span = {
  readonly place: TracePlace;
  set(attributes: SpanAttributes): void;
  /** Marks the span as failed. `type`: a code or a class of errors, never a message. */
  fail(type: string): void;
  end(): void;
};

export type SpanOptions = {
  kind?: SpanKind;
  attributes?: SpanAttributes;
  /** Other places for which the span works, too. */
  links?: readonly TracePlace[];
};

export type Tracer = {
  start(name: string, options: SpanOptions & { parent: TracePlace | undefined }): Span;
};

/** One for the process, as statements and steps of every feature begin spans. */
let tracer: Tracer | undefined;
const places = new AsyncLocalStorage<TracePlace | undefined>();

/** Begins spans with this tracer from now on; undefined: begins none. */
export const useTracer = (used: Tracer | undefined): void => {
  tracer = used;
};

/** The place in whose trace the present work is; undefined where it is in none. */
export const presentPlace = (): TracePlace | undefined => places.getStore();

/** Runs work at a place. */
export const atPlace = <Result>(place: TracePlace | undefined, work: () => Result): Result =>
  places.run(place, work);

/** Starts a span that the caller ends; undefined while spans are off. */
export const startSpan = (
  name: string,
  parent: TracePlace | undefined,
  options: SpanOptions = {},
): Span | undefined => tracer?.start(name, { ...options, parent });

/** What kind of error ended a span. A message of PostgreSQL or NIG could hold values. */
const typeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

type Work<Result> = (span: Pick<Span, 'set'>) => Promise<Result>;
const SILENT: Pick<Span, 'set'> = { set() {} };

const runIn = async <Result>(span: Span, work: Work<Result>): Promise<Result> => {
  try {
    return await places.run(span.place, () => work(span));
  } catch (error) {
    span.fail(typeOf(error));
    throw error;
  } finally {
    span.end();
  }
};

/**
 * Runs a part of traced work in a span of its own. Work that belongs to no trace, such as a poll,
 * gets none: it would fill the collector.
 */
export const traced = <Result>(
  name: string,
  work: Work<Result>,
  options: SpanOptions = {},
): Promise<Result> => {
  const parent = tracer && presentPlace();
  return parent && tracer ? runIn(tracer.start(name, { ...options, parent }), work) : work(SILENT);
};

/** Runs work of the desk's own accord as the beginning of a trace. */
export const beginTrace = <Result>(
  name: string,
  work: Work<Result>,
  options: SpanOptions = {},
): Promise<Result> =>
  tracer ? runIn(tracer.start(name, { ...options, parent: undefined }), work) : work(SILENT);

/**
 * Runs work that serves several places at once. It is in the trace of the first one; a span between
 * names the others.
 */
export const traceBatch = <Result>(
  served: readonly (TracePlace | undefined)[],
  work: () => Promise<Result>,
): Promise<Result> => {
  if (!tracer) return work();
  const [first, ...links] = served.filter((place) => place !== undefined);
  return places.run(first, () =>
    links.length === 0
      ? work()
      : traced('batch', work, { links, attributes: { 'cpe_desk.batch.size': served.length } }),
  );
};
