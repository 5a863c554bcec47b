import {
  createTraceState,
  DiagLogLevel,
  diag,
  SpanKind as OtelKind,
  type SpanOptions as OtelOptions,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracePlace } from './trace-place.ts';
import type { Span, SpanKind, Tracer } from './tracing.ts';

/** Where spans go, and which. Named after the standard variables of OpenTelemetry. */
export type TelemetryOptions = {
  /** The whole address for traces, such as `http://collector:4318/v1/traces`. */
  url: string;
  protocol: 'http/protobuf' | 'http/json';
  headers: Record<string, string>;
  sampler: { name: string; ratio: number };
  attributes: Record<string, string>;
};

type Log = { warn(details: object, message: string): void };

const KINDS: Readonly<Record<SpanKind, OtelKind>> = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  internal: OtelKind.INTERNAL,
};

const contextOf = ({ traceId, spanId, flags, state }: TracePlace): SpanContext => ({
  ...{ traceId, spanId, traceFlags: Number.parseInt(flags, 16) },
  ...(state !== undefined && { traceState: createTraceState(state) }),
});

const placeOf = ({ traceId, spanId, traceFlags, traceState }: SpanContext): TracePlace => {
  const state = traceState?.serialize();
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { traceId, spanId, flags, ...(state && { state }) };
};

const samplerOf = ({ name, ratio }: TelemetryOptions['sampler']): Sampler => {
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name.replace('parentbased_', '')]?.() ?? new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
};

const exporterOf = async ({ url, protocol, headers }: TelemetryOptions): Promise<SpanExporter> => {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url, headers });
};

/** A collector that is away is in the log once in this time. */
const REPORT_EVERY_MS = 60_000;

/** Sends the SDK's own complaints to the log. Their texts name addresses and codes. */
const reportFaults = (log: Log): void => {
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = (...parts: unknown[]) => {
    if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = performance.now();
    log.warn(
      { fault: parts.map(String).join(' ') },
      'spans may be lost on the way to the collector',
    );
  };
  const logger = { error: report, warn: report, info() {}, debug() {}, verbose() {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
};

const STOP_WITHIN_MS = 1500;

/**
 * Sends spans to a collector by OTLP, in the background: at most 2,048 wait, later ones are
 * dropped, so that a collector that is away costs nothing but its spans. The SDK is loaded only
 * where this file is.
 */
export const openTelemetry = async (
  options: TelemetryOptions,
  log: Log,
): Promise<{ tracer: Tracer; stop(): Promise<void> }> => {
  reportFaults(log);
  const provider = new TracerProvider({
    sampler: samplerOf(options.sampler),
    spanProcessors: [new BatchSpanProcessor({ exporter: await exporterOf(options) })],
    resource: resourceFromAttributes(options.attributes),
  });
  const otel = provider.getTracer('cpe-desk');
  const start: Tracer['start'] = (name, { parent, kind = 'internal', attributes, links = [] }) => {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)) : ROOT_CONTEXT;
    const given: OtelOptions = {
      kind: KINDS[kind],
      links: links.map((place) => ({ context: contextOf(place) })),
      ...(attributes && { attributes: { ...attributes } }),
    };
    const span = otel.startSpan(name, given, context);
    return {
      place: placeOf(span.spanContext()),
      set: (more) => void span.setAttributes({ ...more }),
      fail: (type) =>
        void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }),
      end: () => span.end(),
    } satisfies Span;
  };
  return {
    tracer: { start },
    async stop() {
      const over = new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), over]);
    },
  };
};
