import { z } from 'zod';
import { httpUrl, text, usually, type ValuesOf, without } from './setting.ts';

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const samplers = [...SAMPLERS, ...SAMPLERS.map((name) => `parentbased_${name}` as const)];

/** Pairs as in a W3C baggage header: `name=value,name=value`, with values in percent-encoding. */
const pairs = z.string().transform((list, context) => {
  const read: Record<string, string> = {};
  for (const pair of list.split(',')) {
    const [name = '', ...value] = pair.trim().split('=');
    try {
      if (name !== '' && value.length > 0) read[name] = decodeURIComponent(value.join('='));
      else if (pair.trim() !== '') throw new Error('no pair');
    } catch {
      context.addIssue('must be name=value pairs, separated by commas');
      return z.NEVER;
    }
  }
  return read;
});

/** Where traces go. The names and meanings are those of OpenTelemetry. */
export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: without(
    'none: no traces',
    httpUrl.optional(),
    'address of an OpenTelemetry collector (OTLP over HTTP), to which /v1/traces is added',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: without(
    'OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces',
    httpUrl.optional(),
    'the whole address for traces',
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: usually(
    'http/protobuf',
    z.enum(['http/protobuf', 'http/json']),
    'http/protobuf or http/json',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: without(
    'none',
    pairs.optional(),
    'headers for the collector, such as authorization=Bearer%20…, separated by commas',
  ),
  OTEL_SERVICE_NAME: usually('cpe-desk', text, 'name of the desk in traces'),
  OTEL_RESOURCE_ATTRIBUTES: without(
    'none',
    pairs.optional(),
    'more that each trace says of the desk, such as deployment.environment.name=test',
  ),
  OTEL_TRACES_SAMPLER: usually(
    'parentbased_always_on',
    z.enum(samplers),
    `which requests are traced: ${samplers.join(', ')}`,
  ),
  OTEL_TRACES_SAMPLER_ARG: usually(
    '1',
    z.coerce.number().min(0).max(1),
    'the part of the requests that traceidratio traces, from 0 to 1',
  ),
  OTEL_SDK_DISABLED: usually('false', z.stringbool(), 'true: no traces, whatever else is set'),
};

export type TelemetrySettings = ValuesOf<typeof telemetrySettings>;

/** The whole address for traces; undefined: no traces. */
export const tracesUrlOf = (read: TelemetrySettings): string | undefined => {
  if (read.OTEL_SDK_DISABLED) return undefined;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url } = read;
  return url ?? base?.replace(/\/*$/, '/v1/traces');
};
