/**
 * Which folder may import which: each folder with the folders that its files may import, lower ones
 * first. A file belongs to the longest folder name that its path begins with. `npm run check` fails
 * on any other arrow, an unused arrow and a circle.
 */
export type Arrows = Readonly<Record<string, readonly string[]>>;

const PLATFORM = {
  'platform/process': [],
  'platform/tracing': [],
  'platform/database': ['platform/process', 'platform/tracing'],
  platform: ['platform/database', 'platform/tracing'],
  'platform/http': ['platform/process', 'platform/database', 'platform/tracing'],
  'platform/tables': [],
  'platform/instances': ['platform', 'platform/database'],
  'platform/schema': ['platform/process', 'platform/database', 'platform/instances'],
  'platform/embedded-postgres': ['platform/process', 'platform/database'],
} as const;

const HISTORY = {
  'history/chain': ['platform/database'],
  'history/keys': ['platform/process', 'platform/database'],
  history: ['platform/database', 'platform/http', 'tickets'],
  'history/anchors': [
    ...['platform/process', 'platform', 'platform/database', 'history/keys', 'history'],
  ],
  'history/proof': [
    ...['platform/database', 'platform/http', 'access/access-log', 'tickets', 'history/chain'],
    ...['history/keys', 'history/anchors', 'history'],
  ],
} as const;

const FLOW = {
  'cpe-update/events': ['platform', 'platform/database', 'incident'],
  'cpe-update': [
    ...['platform', 'platform/tracing', 'platform/database', 'platform/http'],
    ...['platform/instances', 'access'],
    ...[
      'access/access-log',
      'line',
      'line/catalogue',
      'hold',
      'incident',
      'nig',
      'tickets',
      'history/chain',
      'history',
    ],
    'cpe-update/events',
  ],
  'cpe-update/revert': ['platform', 'platform/http', 'hold', 'tickets', 'cpe-update'],
  'cpe-update/settle': [
    ...['platform', 'platform/tracing', 'platform/database', 'platform/http', 'line', 'nig'],
    'tickets',
    ...['cpe-update/events', 'cpe-update'],
  ],
} as const;

const BULK = {
  bulk: ['platform', 'platform/database', 'platform/http', 'access'],
  'bulk/read': [
    ...['platform', 'platform/database', 'platform/http', 'platform/tables'],
    ...['access/access-log', 'bulk'],
  ],
  'bulk/check': [
    ...['platform', 'platform/database', 'platform/http', 'access', 'line', 'tickets'],
    ...['cpe-update', 'bulk', 'bulk/read'],
  ],
  'bulk/show': [
    ...['platform/database', 'platform/http', 'platform/tables', 'access/access-log', 'nig'],
    ...['tickets', 'cpe-update', 'bulk'],
  ],
} as const;

/** The folders of `service/src`, lowest first. */
export const serviceArrows: Arrows = {
  ...PLATFORM,
  access: [],
  'access/access-log': ['platform/database', 'platform/http', 'access'],
  'access/identity': [],
  'access/api-tokens': [
    ...['platform/database', 'platform/http', 'access/access-log', 'access/identity'],
  ],
  'access/sign-in': [
    ...['platform/process', 'platform/database', 'platform/http', 'access/access-log'],
    ...['access/identity', 'access/api-tokens'],
  ],
  line: ['platform/database'],
  'line/catalogue': ['platform', 'platform/database', 'platform/http', 'access/access-log'],
  hold: ['platform/database', 'platform/http', 'platform/instances', 'access/access-log'],
  incident: ['platform/process', 'platform', 'platform/database', 'platform/http'],
  nig: ['platform/process', 'platform/tracing', 'config'],
  'nig/mapped-http': ['platform/process', 'nig'],
  'nig/nats': ['platform/process', 'nig'],
  'nig/adapters': ['platform/process', 'config', 'nig', 'nig/mapped-http', 'nig/nats'],
  'nig/conformance': ['config', 'nig', 'nig/mapped-http', 'nig/adapters'],
  'tickets/search': ['platform/database'],
  'tickets/views': ['platform/database', 'platform/http'],
  tickets: [
    ...[
      'platform/database',
      'platform/http',
      'platform/tables',
      'access',
      'access/access-log',
      'line',
      'line/catalogue',
      'nig',
    ],
    'tickets/search',
  ],
  ...HISTORY,
  ...FLOW,
  ...BULK,
  'bulk/run': [
    ...['platform', 'platform/database', 'platform/http', 'access/access-log'],
    ...['history/chain', 'cpe-update', 'bulk'],
  ],
  reconciliation: ['platform', 'platform/database', 'platform/http', 'line', 'incident', 'nig'],
  repair: [
    ...['platform', 'platform/tracing', 'platform/database', 'platform/http'],
    ...['platform/instances', 'line', 'tickets'],
    ...['cpe-update', 'reconciliation'],
  ],
  overview: ['platform/process', 'platform/database', 'platform/http', 'nig'],
  presence: ['platform', 'platform/database'],
  inbox: ['platform/database', 'platform/http'],
  live: [
    'platform',
    'platform/database',
    'platform/http',
    'incident',
    'tickets',
    'cpe-update/events',
    'presence',
    'inbox',
  ],
  import: ['platform/database', 'platform/tables', 'line'],
  explain: ['platform/database'],
  'desk-state': ['platform/database', 'platform/http'],
  operations: [
    ...[
      'live',
      'platform/process',
      'access/access-log',
      'platform',
      'platform/database',
      'platform/http',
      'hold',
      'incident',
      'nig',
      'history/anchors',
    ],
    'reconciliation',
  ],
  'app.ts': [
    ...['bulk', 'bulk/read', 'bulk/check', 'bulk/show'],
    ...[
      'platform',
      'platform/process',
      'platform/http',
      'access/access-log',
      'access/api-tokens',
      'access/sign-in',
      'line/catalogue',
      'hold',
    ],
    ...[
      'incident',
      'tickets',
      'history',
      'history/proof',
      'bulk/run',
      'cpe-update',
      'cpe-update/revert',
      'cpe-update/settle',
    ],
    ...['reconciliation', 'repair', 'overview', 'inbox', 'live', 'operations', 'desk-state'],
    'tickets/views',
  ],
  config: ['platform/database', 'platform/http', 'access/identity', 'access/sign-in'],
  start: [
    ...['platform', 'platform/tracing', 'platform/process', 'platform/database'],
    ...['platform/schema', 'platform/embedded-postgres'],
    ...['access/sign-in', 'line/catalogue', 'history/keys', 'presence', 'live', 'config'],
    ...['nig/adapters', 'nig/mapped-http'],
  ],
  commands: [
    ...['platform/process', 'platform/database', 'platform/instances', 'platform/schema'],
    ...[
      'platform/embedded-postgres',
      'access/sign-in',
      'line/catalogue',
      'nig',
      'nig/mapped-http',
      'nig/adapters',
      'nig/conformance',
      'history/keys',
      'history/anchors',
      'history/proof',
      'reconciliation',
      'import',
      'explain',
      'config',
      'start',
    ],
  ],
  'background-work.ts': [
    ...['access/access-log', 'access/sign-in', 'app.ts', 'bulk/run', 'config'],
    ...['bulk/read', 'bulk/check', 'bulk/show'],
    ...['cpe-update', 'cpe-update/events', 'cpe-update/settle', 'history'],
    ...['history/anchors', 'inbox', 'operations', 'overview', 'platform', 'platform/database'],
    ...['reconciliation', 'repair', 'tickets/search'],
  ],
  'start-desk.ts': [
    ...['access/access-log', 'access/sign-in', 'app.ts', 'background-work.ts'],
    ...['config', 'cpe-update', 'incident', 'line/catalogue'],
    ...['live', 'nig', 'nig/adapters', 'operations'],
    ...['overview', 'platform', 'platform/database', 'platform/instances'],
    ...['platform/process', 'reconciliation', 'start'],
  ],
  'main.ts': ['platform/process', 'app.ts', 'config', 'start', 'start-desk.ts'],
};

/** The folders of `demo/src`. It may also use `service/src`, which never uses it (biome.json). */
export const demoArrows: Arrows = {
  data: [],
  'sign-in': [],
  'start-nig-simulator.ts': [],
  'main.ts': ['data', 'sign-in', 'start-nig-simulator.ts'],
};

/** The folders of `portal/src/app`. */
export const portalArrows: Arrows = {
  storage: [],
  'words/english': [],
  'words/malay': ['words/english'],
  words: ['storage', 'words/english', 'words/malay'],
  live: [],
  shell: ['storage', 'words', 'words/english', 'live'],
  'cpe-update/failure': ['words', 'words/english', 'shell'],
  'cpe-update/outcome': ['storage', 'words', 'shell', 'cpe-update/failure'],
  'cpe-update/draft': ['storage', 'words', 'shell', 'cpe-update/outcome'],
  'cpe-update/paste': ['words', 'shell', 'cpe-update/outcome', 'cpe-update/draft'],
  'cpe-update': [
    ...['words', 'shell', 'live', 'cpe-update/failure', 'cpe-update/outcome', 'cpe-update/draft'],
    'cpe-update/paste',
  ],
  history: ['words', 'shell', 'cpe-update/failure', 'cpe-update/outcome'],
  tickets: ['storage', 'words', 'shell', 'history', 'cpe-update'],
  attention: ['words', 'shell', 'history', 'cpe-update/outcome'],
  overview: ['words', 'shell'],
  'access-log': ['words', 'shell'],
  access: ['words', 'shell'],
  'routes.ts': [
    ...['words', 'shell', 'tickets', 'history', 'attention', 'overview'],
    'access-log',
    'access',
  ],
};

/** The folders of `contract/src`; `*` are the files beside them. */
export const contractArrows: Arrows = {
  fields: [],
  'fields/ports': ['fields'],
  '*': ['fields', 'fields/ports'],
  'device-text/core': ['fields', 'fields/ports', '*'],
  'device-text/sources': ['fields/ports', 'device-text/core'],
  'device-text': ['fields', 'fields/ports', '*', 'device-text/core', 'device-text/sources'],
  bulk: ['fields', '*', 'device-text/core'],
  'index.ts': ['fields', 'fields/ports', '*', 'device-text/core', 'device-text', 'bulk'],
};
