import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { buildVersion } from '../platform/build-version.ts';
import type { Api } from '../platform/http/api.ts';
import { describeDeprecation } from '../platform/http/deprecation.ts';
import { stateAction } from '../platform/http/state-action.ts';

const TAGS = [
  { name: 'tickets', description: 'Customer trouble tickets (CTT) and their service lines' },
  { name: 'cpe updates', description: 'Corrections, refreshes and swaps of a line’s CPE' },
  { name: 'history', description: 'The CPE history, one entry per applied update' },
  { name: 'catalogue', description: 'The device catalogue' },
  { name: 'sign-in', description: 'Sessions of the portal' },
  { name: 'operations', description: 'For operators of the desk' },
];

/** Collects the routes that are registered after this call, for `/openapi.json`. */
export const describeApi = async (app: Api, publicUrl: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'CPE Desk',
        version: buildVersion(),
        description:
          'Corrects or refreshes CPE records from customer trouble tickets, under control.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
      security: [{ bearer: [] }],
    },
    hideUntagged: true,
    transform(parts) {
      const { schema, url } = jsonSchemaTransform(parts);
      const { action, deprecated } = parts.route.config ?? {};
      const described = { ...schema, 'x-action': action, ...describeDeprecation(deprecated) };
      return { url, schema: action === 'public' ? { ...described, security: [] } : described };
    },
    transformObject: jsonSchemaTransformObject,
  });
};

/** Only the desk's own files. Swagger UI requests one inline style, and works without it. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

const browsable: FastifyPluginAsync = async (scope) => {
  stateAction(scope, 'public');
  await scope.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'CPE Desk API' },
    staticCSP: DOCS_POLICY,
    uiConfig: { deepLinking: true },
  });
};

/** `GET /openapi.json` and the browsable `/docs`. */
export const registerApiReference = async (app: Api): Promise<void> => {
  app.get('/openapi.json', { config: { action: 'public' } }, async () => app.swagger());
  await app.register(browsable);
};
