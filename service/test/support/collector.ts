import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from './listen.ts';

const valueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
});
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((list) =>
    Object.fromEntries(
      list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
    ),
  );
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: attributesSchema,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
});
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});
export type ReceivedSpan = z.infer<typeof spanSchema> & { resource: Record<string, unknown> };

/** An OpenTelemetry collector that keeps what it receives (OTLP/HTTP, as JSON or protobuf). */
export const startCollector = async () => {
  const received: { path: string | undefined; type: string | undefined; body: Buffer }[] = [];
  const { url, [Symbol.asyncDispose]: stop } = await listen(
    createServer(async (request, response) => {
      const { url: path, headers } = request;
      received.push({ path, type: headers['content-type'], body: await buffer(request) });
      response.setHeader('content-type', headers['content-type'] ?? '').end('{}');
    }),
  );
  return {
    url,
    received,
    /** All bytes, as text. */
    text: () => received.map(({ body }) => body.toString('latin1')).join('\n'),
    /** The spans that came as JSON. */
    spans: (): ReceivedSpan[] =>
      received.flatMap(({ body }) =>
        requestSchema
          .parse(JSON.parse(body.toString()))
          .resourceSpans.flatMap(({ resource, scopeSpans }) =>
            scopeSpans
              .flatMap(({ spans }) => spans)
              .map((span) => ({ ...span, resource: resource.attributes })),
          ),
      ),
    [Symbol.asyncDispose]: stop,
  };
};
