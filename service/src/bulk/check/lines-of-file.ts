import type { Proposal } from '../../cpe-update/2-check.ts';
import { type Claim, claimsOf } from '../../line/claims.ts';

type HeldClaim = { kind: string; value: string; holder: string };

const keyOf = ({ kind, value, holder }: HeldClaim): string => `${holder} ${kind} ${value}`;

/** What earlier rows of a file say of lines: who comes first, and which values are freed. */
export class LinesOfFile {
  readonly #rows: Map<string, number>;
  readonly #freed = new Map<string, number>();

  /** `settled`: lines of rows that are not judged again. */
  constructor(settled: readonly { row: number; service_line_id: string }[]) {
    this.#rows = new Map(settled.map(({ row, service_line_id }) => [service_line_id, row]));
  }

  /** The first row of a line, which is this one where there was none. */
  firstRow(lineId: string, row: number): number {
    const first = this.#rows.get(lineId);
    if (first !== undefined) return first;
    this.#rows.set(lineId, row);
    return row;
  }

  /** An update that the run will make: its line no longer has what it leaves. */
  addUpdate(row: number, { ticket, before, claims }: Proposal): void {
    const kept = new Set(claims.map(({ kind, value }: Claim) => `${kind} ${value}`));
    const holder = ticket.line.id;
    for (const { kind, value } of claimsOf(before, ticket.olt?.id ?? null))
      if (!kept.has(`${kind} ${value}`)) this.#freed.set(keyOf({ kind, value, holder }), row);
  }

  /** The row that frees a value which its line holds. */
  freedBy({ kind, value, holder }: HeldClaim): number | undefined {
    return this.#freed.get(keyOf({ kind, value, holder }));
  }
}
