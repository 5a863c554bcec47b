import type { NigSettings } from './nig.ts';
import { type Conflict, isOpen } from './setting.ts';

const TOKEN = 'NIG_TOKEN or NIG_TOKEN_FILE';

const adapterConflicts = (given: NigSettings): Conflict[] => {
  const { NIG_ADAPTER: adapter, NIG_PROFILE: profile, NIG_URL: url } = given;
  const isNats = adapter === 'nats';
  const isNatsUrl = url !== undefined && !url.startsWith('http');
  return [
    adapter === 'mapped-http' && !profile && 'NIG_PROFILE: NIG_ADAPTER=mapped-http needs it',
    adapter !== 'mapped-http' &&
      profile !== undefined &&
      'NIG_PROFILE: goes with NIG_ADAPTER=mapped-http',
    isNats &&
      url !== undefined &&
      !isNatsUrl &&
      'NIG_URL: NIG_ADAPTER=nats needs nats:// or tls://',
    !isNats && isNatsUrl && 'NIG_URL: nats:// and tls:// go with NIG_ADAPTER=nats',
    !isNats && given.NIG_NATS_SUBJECT !== 'nig' && 'NIG_NATS_SUBJECT: goes with NIG_ADAPTER=nats',
    !isNats &&
      given.NIG_NATS_CREDS_FILE !== undefined &&
      'NIG_NATS_CREDS_FILE: goes with NIG_ADAPTER=nats',
    isNats && given.NIG_AUTH !== 'none' && 'NIG_AUTH: nats signs in by NIG_NATS_CREDS_FILE',
    adapter !== 'http' &&
      given.NIG_BARE_404 !== 'unknown' &&
      'NIG_BARE_404: goes with NIG_ADAPTER=http',
  ];
};

const tokenConflicts = (given: NigSettings): Conflict[] => {
  const { NIG_AUTH: auth, NIG_TOKEN: token, NIG_TOKEN_FILE: file } = given;
  const takesToken = auth !== 'none' && auth !== 'oauth2';
  const goesWith = 'goes with NIG_AUTH=bearer, basic or a scheme word';
  return [
    !takesToken && token !== undefined && `NIG_TOKEN: ${goesWith}`,
    !takesToken && file !== undefined && `NIG_TOKEN_FILE: ${goesWith}`,
    takesToken && !token && !file && `NIG_TOKEN: NIG_AUTH=${auth} needs ${TOKEN}`,
    token !== undefined && file !== undefined && `NIG_TOKEN_FILE: give either ${TOKEN}`,
    auth === 'basic' && token?.includes(':') === false && 'NIG_TOKEN: must be user:password',
  ];
};

const oauthConflicts = (given: NigSettings): Conflict[] => {
  const { NIG_OAUTH_CLIENT_SECRET: secret, NIG_OAUTH_CLIENT_SECRET_FILE: file } = given;
  if (given.NIG_AUTH === 'oauth2')
    return [
      !given.NIG_OAUTH_TOKEN_URL && 'NIG_OAUTH_TOKEN_URL: NIG_AUTH=oauth2 needs it',
      !given.NIG_OAUTH_CLIENT_ID && 'NIG_OAUTH_CLIENT_ID: NIG_AUTH=oauth2 needs it',
      !secret && !file && 'NIG_OAUTH_CLIENT_SECRET: NIG_AUTH=oauth2 needs it, or its _FILE',
      secret !== undefined &&
        file !== undefined &&
        'NIG_OAUTH_CLIENT_SECRET_FILE: give either it or NIG_OAUTH_CLIENT_SECRET',
    ];
  return Object.entries(given).map(
    ([name, value]) =>
      name.startsWith('NIG_OAUTH_') && value !== undefined && `${name}: goes with NIG_AUTH=oauth2`,
  );
};

const tlsConflicts = (given: NigSettings): Conflict[] => {
  const { NIG_TLS_CERT_FILE: cert, NIG_TLS_KEY_FILE: key, NIG_URL: url = 'http:' } = given;
  const isTls = /^(https|tls|nats):/.test(url);
  const isAnyTls = isTls || given.NIG_OAUTH_TOKEN_URL?.startsWith('https:');
  return [
    cert !== undefined && !key && 'NIG_TLS_KEY_FILE: NIG_TLS_CERT_FILE needs it',
    key !== undefined && !cert && 'NIG_TLS_CERT_FILE: NIG_TLS_KEY_FILE needs it',
    cert !== undefined && !isTls && 'NIG_TLS_CERT_FILE: goes with an https:// or tls:// NIG_URL',
    given.NIG_TLS_CA_FILE !== undefined &&
      !isAnyTls &&
      'NIG_TLS_CA_FILE: goes with an https:// or tls:// NIG_URL',
  ];
};

/** What is sent to such an address can be read on its way to another machine. */
const openConflicts = (given: NigSettings): Conflict[] =>
  (['NIG_URL', 'NIG_OAUTH_TOKEN_URL'] as const).map((name) => {
    const url = given[name]?.replace(/^nats:/, 'http:');
    return (
      url !== undefined &&
      isOpen(url) &&
      !given.NIG_ALLOW_HTTP &&
      `${name}: ${given[name]} is not https; set NIG_ALLOW_HTTP=true if nobody can read or change what is on the way`
    );
  });

export const nigConflicts = (given: NigSettings): Conflict[] =>
  [adapterConflicts, tokenConflicts, oauthConflicts, tlsConflicts, openConflicts].flatMap((find) =>
    find(given),
  );

/** Node.js would accept any certificate, also that of whoever stands between desk and NIG. */
export const tlsWithoutCheck = (value: string | undefined): Conflict =>
  value === '0' &&
  'NODE_TLS_REJECT_UNAUTHORIZED: 0 accepts every certificate; give the CAs in NIG_TLS_CA_FILE or NODE_EXTRA_CA_CERTS';
