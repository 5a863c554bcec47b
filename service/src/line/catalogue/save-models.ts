import { LONGEST_NAME, modelAccesses } from '@cpe-desk/contract';
import { z } from 'zod';
import { type Queryable, run } from '../../platform/database/database.ts';
import { saveAliases, saveModels } from './catalogue.sql.ts';
import { readCsv } from './read-csv.ts';

const text = z.string().transform((field) => field.trim() || null);
const name = z.string().trim().min(1).max(LONGEST_NAME);
const count = text.pipe(z.coerce.number<string>().int().positive().max(2_147_483_647).nullable());

/** A line of a catalogue file (`service/data/README.md`). An empty field is unknown. */
const modelSchema = z.strictObject({
  manufacturer: name,
  model: name,
  part_number: text.optional(),
  access: text.transform((access) => access?.toLowerCase()).pipe(z.enum(modelAccesses).optional()),
  lan_ports: count.optional(),
  wan_ports: count.optional(),
  max_port_kbps: count,
  aliases: z
    .string()
    .default('')
    .transform((names) => names.split('|').flatMap((each) => each.trim() || []))
    .pipe(z.array(name)),
  note: text.optional(),
  source: text.optional(),
});
export type CatalogueRow = z.infer<typeof modelSchema>;

/** What is wrong with a line of the file. */
export type ModelRemark = { number: number; reason: string };

/**
 * The models of a catalogue file. Reports each line that breaks a rule, with its column and what
 * would be right.
 */
export const parseModels = (csv: string, remark: (line: ModelRemark) => void): CatalogueRow[] => {
  const rows: CatalogueRow[] = [];
  const seen = new Map<string, number>();
  for (const [index, record] of readCsv(csv).entries()) {
    const number = index + 2;
    const parsed = modelSchema.safeParse(record);
    if (!parsed.success) {
      const reasons = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
      remark({ number, reason: reasons.join('; ') });
      continue;
    }
    const key = `${parsed.data.manufacturer}\n${parsed.data.model}`.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined) {
      remark({ number, reason: `the same model as in line ${first}` });
      continue;
    }
    seen.set(key, number);
    rows.push(parsed.data);
  }
  return rows;
};

/** Adds models and aliases, and fills in facts. Returns how many models are new and changed. */
export const writeModels = async (
  db: Queryable,
  rows: readonly CatalogueRow[],
): Promise<{ added: number; changed: number }> => {
  const written = await run(db, saveModels, [JSON.stringify(rows)]);
  const named = rows.flatMap(({ manufacturer, model, aliases }) =>
    aliases.map((alias) => ({ manufacturer, alias, model })),
  );
  await run(db, saveAliases, [
    named.map(({ manufacturer }) => manufacturer),
    named.map(({ alias }) => alias),
    named.map(({ model }) => model),
  ]);
  const added = written.filter(({ is_new: isNew }) => isNew).length;
  return { added, changed: written.length - added };
};
