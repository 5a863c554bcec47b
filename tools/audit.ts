import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { auditSchema, exceptionsSchema, findAuditFaults } from './audit-rules.ts';

// `npm run audit`: serious known vulnerabilities in the installed packages. audit-exceptions.json
// has the exceptions, each with its reason and its end. Fails where the registry gives no report.
const file = new URL('audit-exceptions.json', import.meta.url);
const exceptions = exceptionsSchema.parse(JSON.parse(await readFile(file, 'utf8')));

/** npm's report. npm exits with 1 when it finds vulnerabilities. */
const report = await new Promise<string>((resolve) => {
  execFile('npm', ['audit', '--json', '--audit=true'], { maxBuffer: 64 << 20 }, (_, stdout) =>
    resolve(stdout),
  );
});
const audit = auditSchema.safeParse(report === '' ? undefined : JSON.parse(report));
if (audit.success) {
  const faults = findAuditFaults(audit.data, exceptions, new Date().toISOString().slice(0, 10));
  for (const fault of faults) console.error(fault);
  console.log(`npm audit: ${faults.length} serious vulnerabilities without an exception`);
  if (faults.length > 0) process.exitCode = 1;
} else {
  console.error(`npm audit did not run: the registry gave no report.\n${report.slice(0, 300)}`);
  process.exitCode = 1;
}
