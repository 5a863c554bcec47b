import type { Ground } from './ground.ts';
import { administer } from './test-server.ts';

/** Whether new sessions of the desk may only read, as those of a standby. */
export const setReadOnly = (
  { databaseUrl, ownerUrl }: Ground,
  value: 'on' | 'off',
): Promise<void> => {
  const { pathname, username } = new URL(databaseUrl);
  return administer(
    ownerUrl,
    `alter role ${username} in database ${pathname.slice(1)} set default_transaction_read_only = ${value}`,
  );
};
