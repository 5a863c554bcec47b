import { once } from 'node:events';
import { createServer } from 'node:http';
import { segmentGroups } from '@cpe-desk/contract';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const AUDIENCE = 'cpe-desk';

export type TokenIssuer = {
  url: string;
  /** The `Authorization` of any operator. */
  tokenOf(subject: string): Promise<string>;
  stop(): void;
};

/** An issuer that signs a token for any subject. It has no sign-in page. */
export const startTokenIssuer = async (): Promise<TokenIssuer> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }];
  const server = createServer(({ url: path, headers }, response) => {
    const issuer = `http://${headers.host}`;
    const about = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(path === '/jwks' ? { keys } : about));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The issuer has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    async tokenOf(subject) {
      const claims = { name: subject, roles: ['operator'], segment_groups: segmentGroups };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setIssuer(url)
        .setSubject(subject)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey);
      return `Bearer ${token}`;
    },
    stop: () => void server.close(),
  };
};
