import * as z from 'zod';

/** Sets the faults of the NIG simulator; none by default (nig-simulator/README.md). */
export async function setFaults(
  nigUrl: string,
  faults: { mode?: string; latencyMs?: number; lookup?: unknown } = {},
): Promise<void> {
  const response = await fetch(`${nigUrl}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(`The simulator refused the faults: ${await response.text()}`);
}

const logSchema = z.object({
  entries: z.array(
    z.object({ method: z.string(), outcome: z.string(), serviceLineId: z.string().optional() }),
  ),
});

/** What NIG was sent for a line, and what it made of it. */
export async function sentTo(nigUrl: string, lineId: string): Promise<{ outcome: string }[]> {
  const { entries } = logSchema.parse(await (await fetch(`${nigUrl}/log`)).json());
  return entries.filter(
    ({ method, serviceLineId }) => method === 'PUT' && serviceLineId === lineId,
  );
}

const heldSchema = z.object({ cpe: z.looseObject({ ipAddress: z.string(), port: z.string() }) });

/** The CPE that NIG holds for a line. */
export async function heldBy(nigUrl: string, lineId: string) {
  return heldSchema.parse(await (await fetch(`${nigUrl}/cpes/${lineId}`)).json()).cpe;
}

/** Gives NIG another CPE for a line, behind the desk's back. */
export async function holdInNig(nigUrl: string, lineId: string, cpe: object): Promise<void> {
  const response = await fetch(`${nigUrl}/cpes/${lineId}`, {
    method: 'PUT',
    body: JSON.stringify({ cpe }),
  });
  if (!response.ok) throw new Error(`The simulator refused the CPE: ${await response.text()}`);
}
