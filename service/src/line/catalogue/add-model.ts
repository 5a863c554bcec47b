import type { Caller, DeviceModel, Failure, NewModel } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { recordAccess } from '../../access/access-log/record-access.ts';
import {
  inTransaction,
  maybeOne,
  type Pool,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { done, failed, type Result } from '../../platform/result.ts';
import { deleteAnsweredRequest, insertModel, selectModel } from './catalogue.sql.ts';
import { deviceModelRow, modelOf } from './find-models.ts';

/** The model of a name or an alias, in any case; undefined where the catalogue has none. */
export const findModel = async (
  db: Queryable,
  { manufacturer, model }: { manufacturer: string; model: string },
): Promise<DeviceModel | undefined> => {
  const row = await maybeOne(db, selectModel, [manufacturer, model]);
  return row && modelOf(deviceModelRow.parse(row));
};

export const modelExists = (model: DeviceModel): Failure => ({
  code: 'model-exists',
  detail: `The catalogue has it as ${model.manufacturer} ${model.model}`,
  model,
});

/** Adds a model and answers the request of it. Instances read the catalogue from the database. */
export const addModel = (
  db: Pool,
  { id, name }: Caller,
  wanted: NewModel,
  request: FastifyRequest,
): Promise<Result<DeviceModel>> =>
  inTransaction(db, async (tx) => {
    const { manufacturer, model, access, maxPortKbps, note } = wanted;
    const row = await maybeOne(tx, insertModel, [manufacturer, model, access, maxPortKbps, note]);
    const found = await findModel(tx, wanted);
    if (!found) throw new Error('A model that was added or exists is found');
    if (!row) return failed(modelExists(found));
    await run(tx, deleteAnsweredRequest, [manufacturer, model]);
    await recordAccess(tx, 'model-added', { id, name }, request, { ...wanted, ...row });
    return done(found);
  });
