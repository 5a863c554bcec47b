import { DEMO_CLIENT_SECRET, DEMO_PATH, demoPeople } from './people.ts';

/** Who to sign in as, and one line to try. */
export const demoWelcome = (publicUrl: string): string => {
  const token = `$(curl -s -u demo-operator:${DEMO_CLIENT_SECRET} -d grant_type=client_credentials ${publicUrl}${DEMO_PATH}/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')`;
  return `Sign in as      ${demoPeople.map(({ id, name }) => `${name} (${id})`).join(', ')}; no passwords
Try             curl -H "Authorization: Bearer ${token}" ${publicUrl}/ticket/ctt/ctt-000001`;
};
