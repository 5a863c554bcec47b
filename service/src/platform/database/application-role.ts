import { randomBytes } from 'node:crypto';
import { connect } from './connect.ts';

/**
 * Creates the desk's role on the embedded or test server. Returns `ownerUrl` with that role in it.
 * The password is new each time, because only this process needs it.
 */
export const makeApplicationRole = async (ownerUrl: string, role = 'cpe_desk'): Promise<string> => {
  const password = randomBytes(24).toString('hex');
  await using client = await connect(ownerUrl, 'role');
  const name = client.escapeIdentifier(role);
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${name}`);
  await client.query(
    `alter role ${name} login nosuperuser nocreatedb nocreaterole password ${client.escapeLiteral(password)}`,
  );
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(role);
  url.password = password;
  return url.href;
};
