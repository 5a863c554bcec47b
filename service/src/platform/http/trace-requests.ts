import { placeOfRequest, readPlace } from '../tracing/trace-place.ts';
import { atPlace, startSpan } from '../tracing/tracing.ts';
import type { Api } from './api.ts';
import { addToLine, isProbe, statusOf } from './request-lines.ts';

/**
 * Puts each request into the trace that its `traceparent` names (W3C Trace Context), in a span of
 * its own where spans are on. Its log line has the trace id. Probes and scrapes have no span.
 */
export const traceRequests = (app: Pick<Api, 'addHook'>): void => {
  app.addHook('onRequest', (request, { raw }, done) => {
    const { method, headers, id } = request;
    const { url: route = 'none' } = request.routeOptions;
    const ofCaller = readPlace(headers);
    const span = isProbe(request)
      ? undefined
      : startSpan(`${method} ${route}`, ofCaller, {
          kind: 'server',
          attributes: {
            'http.request.method': method,
            'http.route': route,
            'cpe_desk.request_id': id,
          },
        });
    const place = span?.place ?? ofCaller ?? placeOfRequest(id);
    addToLine(request, { traceId: place.traceId });
    raw.once('close', () => {
      const status = statusOf(raw);
      span?.set({ 'http.response.status_code': status });
      if (status >= 500) span?.fail(String(status));
      span?.end();
    });
    atPlace(place, done);
  });
};
