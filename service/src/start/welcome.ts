import { demoPeople } from '../access/sign-in/demo-people.ts';

/** What is printed when the desk can be used: where it is, who to sign in as, one line to try. */
export function welcome(publicUrl: string, options: { isDemo: boolean; nigUrl: string }): string {
  const { isDemo, nigUrl } = options;
  return `
CPE Desk is at  ${publicUrl}
API reference   ${publicUrl}/docs
NIG             ${nigUrl}
${isDemo ? demo(publicUrl) : `Try             curl ${publicUrl}/readyz\n`}Ctrl-C stops it
`;
}

const demo = (publicUrl: string): string => {
  const token = `$(curl -s -u demo-operator:demo -d grant_type=client_credentials ${publicUrl}/idp/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')`;
  return `Sign in as      ${demoPeople.map(({ id, name }) => `${name} (${id})`).join(', ')}; no passwords
Try             curl -H "Authorization: Bearer ${token}" ${publicUrl}/ticket/ctt/ctt-000001
`;
};
