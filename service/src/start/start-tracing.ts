import type { Config } from '../config/config.ts';
import { tracesUrlOf } from '../config/telemetry.ts';
import { buildVersion } from '../platform/build-version.ts';
import type { Log } from '../platform/log.ts';
import { useTracer } from '../platform/tracing/tracing.ts';

/** Begins to send traces where a collector is set; the SDK is loaded only then. */
export const startTracing = async (
  config: Config,
  instance: string,
  log: Pick<Log, 'warn'>,
): Promise<{ stop(): Promise<void> }> => {
  const url = tracesUrlOf(config);
  if (url === undefined) return { stop: async () => {} };
  const { openTelemetry } = await import('../platform/tracing/open-telemetry.ts');
  const { tracer, stop } = await openTelemetry(
    {
      url,
      protocol: config.OTEL_EXPORTER_OTLP_PROTOCOL,
      headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {},
      sampler: { name: config.OTEL_TRACES_SAMPLER, ratio: config.OTEL_TRACES_SAMPLER_ARG },
      attributes: {
        ...config.OTEL_RESOURCE_ATTRIBUTES,
        'service.name': config.OTEL_SERVICE_NAME,
        'service.version': buildVersion(),
        'service.instance.id': instance,
      },
    },
    log,
  );
  useTracer(tracer);
  return {
    async stop() {
      useTracer(undefined);
      await stop();
    },
  };
};
