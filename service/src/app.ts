import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyPluginAsync } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { registerAccessLog } from './access/access-log/routes.ts';
import { registerApiTokens } from './access/api-tokens/routes.ts';
import { registerBackchannelLogout } from './access/sign-in/backchannel-logout.ts';
import { cookiesFor } from './access/sign-in/cookies.ts';
import { issuerFrom } from './access/sign-in/issuer.ts';
import { readSessionEnd } from './access/sign-in/portal-session.ts';
import { recogniseCallers } from './access/sign-in/recognise-callers.ts';
import { registerSignIn } from './access/sign-in/routes.ts';
import { registerSessions } from './access/sign-in/session-routes.ts';
import type { SignInConfig } from './access/sign-in/sign-in-config.ts';
import { registerBulkCheck } from './bulk/check/routes.ts';
import type { BulkDeps } from './bulk/deps.ts';
import { registerBulkReading } from './bulk/read/routes.ts';
import type { BulkControlDeps } from './bulk/run/deps.ts';
import { registerBulkRun } from './bulk/run/routes.ts';
import { registerBulks } from './bulk/show/routes.ts';
import type { FlowDeps } from './cpe-update/batches.ts';
import { limitProbing } from './cpe-update/limit-probing.ts';
import { registerRevert } from './cpe-update/revert/routes.ts';
import { registerCpeUpdates } from './cpe-update/routes.ts';
import { registerAttention } from './cpe-update/settle/routes.ts';
import { registerDeskState } from './desk-state/routes.ts';
import { type ProofDeps, registerHistoryProof } from './history/proof/proof-routes.ts';
import { registerHistory } from './history/routes.ts';
import { readHold, registerHold } from './hold/routes.ts';
import { countUnread } from './inbox/read-inbox.ts';
import { registerInbox } from './inbox/routes.ts';
import { type IncidentDeps, incidentReader, registerIncident } from './incident/routes.ts';
import { registerCatalogue } from './line/catalogue/routes.ts';
import { type LiveDeps, registerEvents } from './live/event-stream.ts';
import { describeApi, registerApiReference } from './operations/api-reference.ts';
import { registerHealth } from './operations/health.ts';
import { registerLogLevel } from './operations/log-level-routes.ts';
import { type Figures, type Metrics, registerMetrics } from './operations/metrics.ts';
import type { MetricsAccess } from './operations/serve-metrics.ts';
import { registerOverview } from './overview/routes.ts';
import type { Api } from './platform/http/api.ts';
import { addressOf, readForwardedAddresses } from './platform/http/client-address.ts';
import { registerClosing } from './platform/http/close-connections.ts';
import { compressAnswers } from './platform/http/compress-answers.ts';
import { limitConnections } from './platform/http/connections.ts';
import { type Count, limitRequests } from './platform/http/count-requests.ts';
import { announceDeprecations } from './platform/http/deprecation.ts';
import { httpsServer } from './platform/http/https-server.ts';
import {
  answerUnreadable,
  type Limits,
  limitArrival,
  serverLimits,
} from './platform/http/limits.ts';
import { requireOneHost } from './platform/http/one-host.ts';
import { immutableFiles, inlineScriptSources, registerPortal } from './platform/http/portal.ts';
import { answerUnroutable, registerProblems } from './platform/http/problem.ts';
import { RequestLines } from './platform/http/request-lines.ts';
import { traceRequests } from './platform/http/trace-requests.ts';
import type { LogLevelControl } from './platform/log-level.ts';
import type { TlsFiles } from './platform/process/tls-files.ts';
import type { Readiness } from './platform/readiness.ts';
import { registerDrift } from './reconciliation/routes.ts';
import { registerRepair } from './repair/routes.ts';
import type { TicketDeps } from './tickets/deps.ts';
import { registerDeviceText } from './tickets/device-text-route.ts';
import { registerTickets } from './tickets/routes.ts';
import { registerSavedViews } from './tickets/views/routes.ts';

/** The dependencies of all features, each declared by the feature. */
export type AppDeps = TicketDeps &
  FlowDeps &
  ProofDeps &
  IncidentDeps &
  LiveDeps &
  BulkDeps &
  BulkControlDeps & {
    /** The time zone of the overview's days, such as `Asia/Kuala_Lumpur`. */
    timeZone: string;
    /** The checks and details of `/readyz`, to which the parts of the desk add their own. */
    readiness: Readiness;
  };

export type AppParts = {
  deps: AppDeps;
  signIn: SignInConfig;
  /** Of an issuer that the desk serves itself. */
  issuerRoutes?: FastifyPluginAsync;
  metrics: Metrics;
  /** Who may read `/metrics`, and whether it is here; anyone, here, unless given. */
  metricsAccess?: MetricsAccess;
  log: FastifyBaseLogger;
  logLevel: LogLevelControl;
  /** Folder of the built portal; null: programs only. */
  portal: string | null;
  limits: Limits;
  /** Of HTTPS; without it the desk speaks HTTP. */
  tls?: TlsFiles | undefined;
  /** Addresses or prefixes of proxies whose X-Forwarded-For is trusted. */
  trustedProxies?: readonly string[];
  /** How often an event stream checks that its reader is connected and may still read, ms. */
  heartbeatMs?: number;
  /** Whether the instance is about to stop. */
  isDraining?: () => boolean;
};

/** Time for active requests beyond NIG's timeout, ms. */
export const CLOSING_GRACE_MS = 5000;

/** A request's id: the caller's, where it is safe in a log, else a new one. */
const requestId = ({
  headers,
}: {
  headers: Record<string, string | string[] | undefined>;
}): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
};

/**
 * The members of a request in the log of an error. Without the query: that of the sign-in has
 * codes.
 */
const loggedRequest = (request: { method?: string; url?: string; ip?: string }) => ({
  method: request.method,
  path: request.url?.split('?')[0],
  ip: addressOf({ ip: request.ip }),
});

/** Headers for browsers: pages load only the desk's own files, and no site may frame them. */
const registerHeaders = async (
  app: Api,
  publicUrl: string,
  scripts: readonly string[],
): Promise<void> => {
  const isHttps = publicUrl.startsWith('https:');
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        // ZXing reads labels in browsers without a barcode detector.
        'script-src': ["'self'", "'wasm-unsafe-eval'", ...scripts],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(isHttps && { 'upgrade-insecure-requests': [] }),
      },
    },
    strictTransportSecurity: isHttps,
  });
};

const ANYONE_HERE: MetricsAccess = { token: () => undefined, hasOwnPort: false };

/** What platform engineers use. */
const registerOperations = (
  app: Api,
  { deps, metrics, metricsAccess = ANYONE_HERE, logLevel }: AppParts,
  figures: Figures,
): void => {
  registerHealth(app, deps.readiness);
  registerLogLevel(app, { db: deps.db, logLevel });
  registerMetrics(app, metrics, { ...deps, ...figures, metricsAccess });
};

/** The kind of server, for Fastify's options. */
const serverOf = ({ tls }: Pick<AppParts, 'tls'>, isBehindProxy: boolean) => ({
  ...serverLimits(isBehindProxy),
  ...(tls && { serverFactory: httpsServer(tls, isBehindProxy) }),
});

/** The routes that change a CPE. */
const registerUpdates = (app: Api, deps: AppDeps): void => {
  const probing = limitProbing(app, deps);
  registerCpeUpdates(app, deps, probing);
  registerRevert(app, deps, probing);
  registerAttention(app, deps);
  registerBulkRun(app, deps);
};

/** What supervisors do with many lines. */
const registerManyLines = async (app: Api, deps: AppDeps): Promise<void> => {
  await registerBulkReading(app, deps);
  registerBulkCheck(app, deps);
  registerBulks(app, deps);
  registerDrift(app, deps);
  registerRepair(app, deps);
};

/** Hold and incident, each alone and together with what else every page shows. */
const registerDeskStates = (app: Api, deps: AppParts['deps'], signIn: AppParts['signIn']): void => {
  const readIncident = incidentReader(deps);
  registerIncident(app, deps, readIncident);
  registerHold(app, deps);
  const { session } = cookiesFor(signIn.publicUrl);
  registerDeskState(app, deps, {
    readHold,
    readIncident,
    countUnread,
    readSessionEnd: (db, request) => readSessionEnd(db, request.cookies[session], signIn),
  });
};

/** The HTTP server with all its routes, not listening yet. */
export const buildApp = async (parts: AppParts): Promise<Api> => {
  const { deps, signIn, limits, trustedProxies = [] } = parts;
  const isBehindProxy = trustedProxies.length > 0;
  let countUnroutable: Count = async () => false;
  const lines = new RequestLines();
  const log = parts.log.child({}, { serializers: { req: loggedRequest } });
  parts.logLevel.follow(log);
  const app: Api = Fastify({
    logController: lines,
    loggerInstance: log,
    genReqId: requestId,
    ...serverOf(parts, isBehindProxy),
    // A request that arrives on an open connection while the server closes is answered as usual.
    return503OnClosing: false,
    clientErrorHandler(error, socket) {
      const answered = answerUnreadable(error, socket);
      if (answered) lines.answeredUnreadable(socket, answered, parts.log);
    },
    trustProxy: isBehindProxy ? [...trustedProxies] : false,
    frameworkErrors: (_, request, reply) => void answerUnroutable(request, reply, countUnroutable),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const connections = limitConnections(app, limits, trustedProxies);
  // An active request may wait for NIG.
  const graceMs = deps.nigTimeoutMs + CLOSING_GRACE_MS;
  registerClosing(app, { graceMs, connections, isDraining: parts.isDraining ?? (() => false) });
  readForwardedAddresses(app);
  traceRequests(app);
  // All bodies are JSON; Fastify would also read plain text.
  app.removeContentTypeParser('text/plain');
  registerProblems(app);
  limitArrival(app);
  announceDeprecations(app);
  await registerHeaders(app, signIn.publicUrl, await inlineScriptSources(parts.portal));
  requireOneHost(app);
  await compressAnswers(app);
  await describeApi(app, signIn.publicUrl);
  const { issuer, keysAgeS } = issuerFrom(signIn, parts.log);
  await recogniseCallers(app, { ...deps, config: signIn, issuer });
  countUnroutable = await limitRequests(app, limits, await immutableFiles(parts.portal));
  registerSignIn(app, { config: signIn, db: deps.db, issuer });
  registerBackchannelLogout(app, { config: signIn, db: deps.db, issuer });
  registerSessions(app, { ...deps, config: signIn });
  registerApiTokens(app, deps);
  if (parts.issuerRoutes) await app.register(parts.issuerRoutes);
  registerTickets(app, deps);
  registerSavedViews(app, deps);
  registerDeviceText(app, deps);
  registerUpdates(app, deps);
  registerInbox(app, deps);
  const countStreams = registerEvents(app, deps, parts.heartbeatMs);
  registerHistory(app, deps);
  registerHistoryProof(app, deps);
  await registerManyLines(app, deps);
  registerOverview(app, deps);
  registerCatalogue(app, deps);
  registerAccessLog(app, deps);
  registerDeskStates(app, deps, signIn);
  registerOperations(app, parts, { keysAgeS, countStreams });
  await registerApiReference(app);
  await registerPortal(app, parts.portal);
  return app;
};
