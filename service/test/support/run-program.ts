import { execFile } from 'node:child_process';

export type ProgramResult = { code: number; out: string; err: string };

/** Runs a file of this project with the node of the tests. */
export const runProgram = (
  file: string,
  args: readonly string[] = [],
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<ProgramResult> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
