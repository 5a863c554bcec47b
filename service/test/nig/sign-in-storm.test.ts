import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { createServer, request as requestHttp } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openNig } from '../../src/nig/adapters/open-nig.ts';
import { SILENT } from '../../src/nig/conformance/open-suite.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { useDesk } from '../support/desk.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilEnd } from '../support/until-end.ts';
import { httpsNig, pemPath } from './https-nig.ts';
import { settingsOf } from './nig-settings-of.ts';
import { profileStorm, STORM_TIMES } from './profile-storm.ts';

/* Storms in which tokens end and certificates change. */

const desk = await useDesk(STORM_TIMES);

const opened = async (environment: Record<string, string>): Promise<Nig> => {
  const settings = settingsOf({
    ...{ NIG_TIMEOUT_MS: String(STORM_TIMES.nigTimeoutMs), ...environment },
  });
  const nig = await openNig(settings, settings.NIG_URL ?? '', SILENT);
  untilEnd({ [Symbol.asyncDispose]: () => nig.close() });
  return nig;
};

type Handler = Parameters<typeof httpsNig>[0];

/** Passes requests on to the simulator, unless `refuses` them with a 401. */
const proxy =
  (refuses: (authorization: string | undefined) => boolean): Handler =>
  (request, response) => {
    if (refuses(request.headers.authorization)) {
      request.resume();
      response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const { url, method, headers } = request;
    const onward = requestHttp(desk.nig.url + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.on('error', () => onward.destroy()).pipe(onward);
  };

test('tokens that end in mid-storm leave every line equal', async (t) => {
  let [token, given, refused] = [0, 0, 0];
  const issuer = untilEnd(
    await listen(
      createServer((_, response) => {
        given++;
        const answer = { access_token: `t${token}`, token_type: 'Bearer', expires_in: 3600 };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      }),
    ),
  );
  const isOld = (authorization: string | undefined) => {
    const isRefused = authorization !== `Bearer t${token}`;
    if (isRefused) refused++;
    return isRefused;
  };
  const nigServer = untilEnd(await listen(createServer(proxy(isOld))));
  const nig = await opened({
    ...{ NIG_URL: nigServer.url, NIG_AUTH: 'oauth2', NIG_OAUTH_CLIENT_ID: 'desk' },
    ...{ NIG_OAUTH_TOKEN_URL: issuer.url, NIG_OAUTH_CLIENT_SECRET: 's' },
  });
  const ending = setInterval(() => token++, 120);
  const { sent, outcomes } = await profileStorm(desk, nig).finally(() => clearInterval(ending));
  t.diagnostic(
    `${sent} requests, ${given} tokens, ${refused} of them refused as old: ${JSON.stringify(outcomes)}`,
  );
  assert.ok(given > 1 && refused > 0);
});

test('certificates that change in mid-storm leave every line equal', async (t) => {
  const folder = untilEnd(await tempFolder());
  const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
  const give = async (name: string) => {
    await copyFile(pemPath(name), cert);
    await copyFile(pemPath(`${name}-key`), key);
  };
  await give('client');
  const server = untilEnd(await httpsNig(proxy(() => false)));
  const nig = await opened({
    ...{ NIG_URL: server.url, NIG_TLS_CA_FILE: pemPath('ca') },
    ...{ NIG_TLS_CERT_FILE: cert, NIG_TLS_KEY_FILE: key },
  });
  let [isOver, changes] = [false, 0];
  const changing = (async () => {
    for (const names = ['client-2', 'expired', 'client', 'stranger']; !isOver; changes++) {
      await sleep(150);
      await give(names[changes % names.length] ?? 'client');
    }
    await give('client');
  })();
  const { sent, outcomes } = await profileStorm(desk, nig, undefined, async () => {
    isOver = true;
    await changing;
  });
  t.diagnostic(`${sent} requests, ${changes} changes: ${JSON.stringify(outcomes)}`);
  assert.ok(changes > 2);
});
