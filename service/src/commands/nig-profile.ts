import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { runSample } from '../nig/mapped-http/check-samples.ts';
import type { ProfileFault } from '../nig/mapped-http/compile-profile.ts';
import { faultLine, type LoadedProfile, readProfile } from '../nig/mapped-http/load-profile.ts';
import { unmappedFields } from '../nig/mapped-http/unmapped-fields.ts';
import { NOT_DONE, printResult, printStatus } from './run-command.ts';

/*
 * `npm run nig:profile -- check FILE`: checks a profile as a start does, and prints the requests of
 * its samples. Exit code 0: usable; 1: it has faults, each with line and expression; 2: no file.
 */

/** The line of a member, or of the nearest one around it. */
const lineOf = (text: string, path: readonly PropertyKey[]): number => {
  const tree = parseTree(text);
  for (let length = path.length; length >= 0; length--) {
    const at = path
      .slice(0, length)
      .map((part) => (typeof part === 'number' ? part : String(part)));
    const node = tree && findNodeAtLocation(tree, at);
    if (node) return text.slice(0, node.offset).split('\n').length;
  }
  return 1;
};

const printFaults = (file: string, text: string, faults: readonly ProfileFault[]): void => {
  for (const fault of faults)
    printResult(`${file}:${lineOf(text, fault.path)}: ${faultLine(fault)}`);
};

const printRequests = async (profile: LoadedProfile): Promise<void> => {
  for (const [index, sample] of profile.profile.samples.entries()) {
    const { requests, answer } = await runSample(profile, sample);
    printResult(`sample ${index + 1}: ${sample.name ?? sample.call}: ${JSON.stringify(answer)}`);
    for (const { method, path, body } of requests)
      printResult(`  ${method} ${path}${body === undefined ? '' : `\n    ${body}`}`);
  }
};

const check = async (file: string): Promise<number> => {
  const { text, faults, profile } = await readProfile(file);
  printFaults(file, text, faults);
  if (!profile || faults.length > 0) return 1;
  await printRequests(profile);
  for (const field of await unmappedFields(profile))
    printResult(`${file}:${lineOf(text, ['send', 'body'])}: send.body does not map "${field}"`);
  printResult(`${profile.profile.profile} ${profile.profile.version}: usable`);
  printResult(`sha256 ${profile.sha256}`);
  return 0;
};

const [verb, file, ...others] = process.argv.slice(2);
if (verb !== 'check' || file === undefined || others.length > 0) {
  printStatus('npm run nig:profile -- check FILE (or netbox, tmf639, tmf640, tmf702)');
  process.exitCode = NOT_DONE;
} else {
  process.exitCode = await check(file).catch((error: unknown) => {
    printStatus(error instanceof Error ? error.message : String(error));
    return NOT_DONE;
  });
}
