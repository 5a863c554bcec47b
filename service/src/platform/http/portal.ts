import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';
import { sendNotFound } from './problem.ts';
import { stateAction } from './state-action.ts';

/** Routes of programs. A browser that opens an unknown address there gets no page. */
const PROGRAMS = /^\/(?:ticket|catalog|access|admin|auth|desk-state|idp|docs|policy)(?:\/|$)/;

/** Addresses of the portal's pages (portal/src/app/routes.ts). */
const PAGES =
  /^\/(?:access-log|api-tokens|attention|differences|history|overview|sessions|tickets(?:\/.*)?)?$/;

const wantsPage = ({ method, headers }: FastifyRequest, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers.accept?.includes('text/html') === true &&
  !PROGRAMS.test(path);

/** Other file names contain a hash of the content. */
const isPage = (file: string): boolean => /\.html(?:\.br|\.gz)?$/.test(file);

/**
 * Returns a test for requests for an immutable file of the portal. They cost little and are not
 * counted: a page requests dozens at once.
 */
export const immutableFiles = async (
  folder: string | null,
): Promise<(request: Pick<FastifyRequest, 'url'>) => boolean> => {
  if (folder === null) return () => false;
  const names = await readdir(folder, { recursive: true });
  const paths = new Set(names.filter((name) => !isPage(name)).map((name) => `/${name}`));
  return ({ url }) => paths.has(url);
};

/**
 * The sources that allow the scripts inside the portal's page, for `script-src`: each by its hash
 * (CSP 3, 6.7.3.3). Such a script runs before anything is painted.
 */
export const inlineScriptSources = async (folder: string | null): Promise<string[]> => {
  if (folder === null) return [];
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  return [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
};

const portalFiles: FastifyPluginAsync<{ folder: string }> = async (scope, { folder }) => {
  stateAction(scope, 'public');
  await scope.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    setHeaders: (reply, path) =>
      reply.header(
        'cache-control',
        isPage(path) ? 'no-cache' : 'public, max-age=31536000, immutable',
      ),
  });
};

/**
 * Serves the built portal from `folder`; null: programs only. Any other address answers 404, with
 * the portal's page for people.
 */
export const registerPortal = async (app: Api, folder: string | null): Promise<void> => {
  if (folder !== null) await app.register(portalFiles, { folder });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path = '/'] = request.url.split('?');
    if (folder !== null && wantsPage(request, path))
      return reply.code(PAGES.test(path) ? 200 : 404).sendFile('index.html', folder);
    return sendNotFound(request, reply);
  });
};
