import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { stateAction } from '../sign-in/require-action.ts';
import type { Api } from './api.ts';
import { sendNotFound } from './problem.ts';

/** Where the routes of programs live; a browser that asks for another address there gets no page. */
const PROGRAMS = /^\/(?:ticket|catalog|auth|idp|docs)(?:\/|$)/;

/** Addresses of the portal's own pages (portal/src/app/routes.ts): loading one shows it, as following a link to it does. */
const PAGES = /^\/(?:access-log|attention|overview|tickets(?:\/.*)?)?$/;

const wantsPage = ({ method, headers }: FastifyRequest, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers.accept?.includes('text/html') === true &&
  !PROGRAMS.test(path);

const portalFiles: FastifyPluginAsync<{ folder: string }> = async (scope, { folder }) => {
  stateAction(scope, 'public');
  await scope.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    // Its other file names carry a hash of what is in them.
    setHeaders: (reply, path) =>
      reply.header(
        'cache-control',
        /\.html(?:\.br|\.gz)?$/.test(path) ? 'no-cache' : 'public, max-age=31536000, immutable',
      ),
  });
};

/** Serves the built portal from `folder`; null: programs only. Everything unknown is a 404, for people the portal's own. */
export const registerPortal = async (app: Api, folder: string | null): Promise<void> => {
  if (folder !== null) await app.register(portalFiles, { folder });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path = '/'] = request.url.split('?');
    if (folder !== null && wantsPage(request, path))
      return reply.code(PAGES.test(path) ? 200 : 404).sendFile('index.html', folder);
    return sendNotFound(request, reply);
  });
};
