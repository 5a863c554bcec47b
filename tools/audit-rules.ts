import { z } from 'zod';

/**
 * The parts of `npm audit --json` for a package. `via` has advisories, or names of packages that
 * have them.
 */
export const auditSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({
      severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
      via: z.array(
        z.union([
          z.string(),
          z.looseObject({ url: z.string(), title: z.string(), severity: z.string() }),
        ]),
      ),
    }),
  ),
});

/** A known advisory that is accepted, with the reason and the end of the exception. */
export const exceptionsSchema = z.array(
  z.strictObject({ advisory: z.url(), reason: z.string().min(20), until: z.iso.date() }),
);

const SERIOUS = new Set(['high', 'critical']);

/**
 * Serious advisories without an exception on this day (`2026-11-24`), and exceptions that have
 * ended.
 */
export const findAuditFaults = (
  { vulnerabilities }: z.infer<typeof auditSchema>,
  exceptions: z.infer<typeof exceptionsSchema>,
  today: string,
): string[] => {
  const excepted = new Set(
    exceptions.filter(({ until }) => until >= today).map(({ advisory }) => advisory),
  );
  const serious = Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via
      .filter((each) => typeof each !== 'string')
      .filter(({ severity, url }) => SERIOUS.has(severity) && !excepted.has(url))
      .map(({ title, url }) => `${name}: ${title} (${url})`),
  );
  const ended = exceptions
    .filter(({ until }) => until < today)
    .map(({ advisory }) => `${advisory}: its exception has ended`);
  return [...new Set([...serious, ...ended])];
};
