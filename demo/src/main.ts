/**
 * `npm start`: the desk with stand-ins for what is not configured: demo data in the embedded
 * database, the NIG simulator, an identity provider with demo people. What is configured needs none
 * of them: each is loaded when it is needed.
 */

import { run } from '../../service/src/main.ts';
import { systemErrorCode } from '../../service/src/platform/process/start-error.ts';
import { demoWelcome } from './sign-in/welcome.ts';

/** The identity provider; undefined where `npm ci --omit=dev` has left out its packages. */
const openIssuer = async () => {
  try {
    const { demoIdentityProvider, demoIssuerAt } = await import('./sign-in/identity-provider.ts');
    return { urlAt: demoIssuerAt, routes: demoIdentityProvider, welcome: demoWelcome };
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

await run({
  openIssuer,
  async startNig(options) {
    const { startNigSimulator } = await import('./start-nig-simulator.ts');
    options.print('Starting the NIG simulator');
    const { natsUrl, ...simulator } = await startNigSimulator({
      ...options,
      ...(options.adapter === 'nats' && { natsPort: 0 }),
    });
    return { ...simulator, url: natsUrl ?? simulator.url };
  },
  async loadData(owner, print) {
    const { loadDemoData } = await import('./data/load-demo-data.ts');
    print('Checking the demo data (the first start loads it)');
    await loadDemoData(owner);
  },
});
