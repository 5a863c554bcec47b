import type { FastifyPluginAsync } from 'fastify';
import type { SignInConfig } from '../access/sign-in/sign-in-config.ts';
import type { Config } from '../config/config.ts';
import type { Pool } from '../platform/database/database.ts';

type Print = (line: string) => void;

/** Starts a bundled NIG; `stop` ends it. */
type StartNig = (options: {
  port: number;
  /** The protocol that the desk will speak. */
  adapter: Config['NIG_ADAPTER'];
  dataDir: string;
  print: Print;
}) => Promise<{ url: string; stop(): Promise<void> }>;

/** An OpenID provider that the desk serves itself. */
type OwnIssuer = {
  urlAt(publicUrl: string): string;
  routes(signIn: SignInConfig, dataDir: string): FastifyPluginAsync;
  /** How to sign in, for the operator at the terminal. */
  welcome(publicUrl: string): string;
};

/**
 * Replacements for missing settings. The demo workspace has all of them, a production install none,
 * so that `service` does not depend on the demo.
 */
export type StandIns = {
  /** For NIG_URL. */
  startNig?: StartNig;
  /** For OIDC_ISSUER; returns undefined where its packages are not installed. */
  openIssuer?: () => Promise<OwnIssuer | undefined>;
  /** For DATABASE_URL: fills the embedded database, as the owner of its tables. */
  loadData?: (owner: Pool, print: Print) => Promise<void>;
};

/** The configured parts, or their replacements. */
export type Parts = {
  nig: string | StartNig;
  issuer: string | OwnIssuer;
  loadData?: StandIns['loadData'];
};

type Chosen = { ok: true; parts: Parts } | { ok: false; messages: string[] };

/** Chooses the parts of this start. A message names each variable that must be set. */
export const chooseParts = async (config: Config, standIns: StandIns): Promise<Chosen> => {
  const issuer = config.OIDC_ISSUER ?? (await standIns.openIssuer?.());
  const nig = config.NIG_URL ?? standIns.startNig;
  const loadData = config.DATABASE_URL === undefined ? standIns.loadData : undefined;
  if (issuer !== undefined && nig !== undefined)
    return { ok: true, parts: { issuer, nig, loadData } };
  const messages = [
    ...(issuer === undefined
      ? [`OIDC_ISSUER: set your issuer; ${NONE} demo identity provider`]
      : []),
    ...(nig === undefined ? [`NIG_URL: set the address of NIG; ${NONE} NIG simulator`] : []),
  ];
  return { ok: false, messages };
};

const NONE = 'this install has no';
