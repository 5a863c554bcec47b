import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Cluster,
  locateCluster,
  runningServer,
  runOn,
} from '../../src/platform/embedded-postgres/embedded-postgres.ts';

/** Runs pg_ctl on the embedded cluster in `home`. */
export const pgCtl = async (home: string, ...args: string[]): Promise<void> => {
  await using log = await open(join(home, 'postgres.log'), 'a');
  const { code } = await runOn(await locateCluster(dirname(home)), 'pg_ctl', args, log.fd);
  if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} failed: ${home}/postgres.log`);
};

/** Stops the server that a killed desk left on `dataDir`, without a checkpoint. */
export const abandonServer = async (dataDir: string): Promise<Cluster> => {
  const cluster = await locateCluster(dataDir);
  if (await runningServer(cluster.folder))
    await pgCtl(cluster.home, 'stop', '-w', '-m', 'immediate');
  return cluster;
};
