import { startTestNig } from '../support/test-nig.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';

/*
 * An issuer and a NIG for an install, until they are ended. Prints their addresses and the header
 * `Authorization` of an operator. The argument is NIG's folder.
 */

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name a folder for NIG');
const issuer = await startTokenIssuer();
const nig = await startTestNig(folder);
for (const line of [issuer.url, nig.url, await issuer.tokenOf('erin')]) console.log(line);
