import {
  type CpeUpdateRequest,
  cpePreviewSchema,
  cpeUpdateAnswerSchema,
  cpeUpdateSchema,
  type DeviceModel,
  deviceModelListSchema,
  deviceModelSchema,
  deviceReadingSchema,
  modelRequestSchema,
  vendorIdListSchema,
} from '@cpe-desk/contract';
import { request } from '../../shell/request.ts';

/** A model by its name alone. */
export type NamedModel = Pick<DeviceModel, 'manufacturer' | 'model'>;

/** The path of one update. */
export const updatePath = (updateId: string): string =>
  `/ticket/ctt/cpe/updates/${encodeURIComponent(updateId)}`;

/** What an update would do; nothing is recorded, nothing is sent. */
export const previewUpdate = (ticketId: string, body: CpeUpdateRequest) =>
  request(cpePreviewSchema, `/ticket/ctt/cpe/preview/${encodeURIComponent(ticketId)}`, {
    method: 'POST',
    body,
  });

/** The update. The same key with the same body gets the same answer, and NIG is asked once. */
export const sendUpdate = (ticketId: string, body: CpeUpdateRequest, key: string) =>
  request(cpeUpdateAnswerSchema, `/ticket/ctt/cpe/update/${encodeURIComponent(ticketId)}`, {
    method: 'POST',
    body,
    headers: { 'idempotency-key': key },
  });

/** One update and its state. */
export const readUpdate = (updateId: string) => request(cpeUpdateSchema, updatePath(updateId));

/** What a text says of the CPE of a ticket's line; nothing is recorded, nothing is sent. */
export const readText = (ticketId: string, text: string, signal: AbortSignal) =>
  request(deviceReadingSchema, `/ticket/ctt/cpe/read/${encodeURIComponent(ticketId)}`, {
    method: 'POST',
    body: { text },
    signal,
  });

/** The makers of PON devices, by the vendor ids of their serial numbers. */
export const listVendorIds = () => request(vendorIdListSchema, '/catalog/vendor-ids');

/** Adds a model to the device catalogue. */
export const addModel = (body: NamedModel) =>
  request(deviceModelSchema, '/catalog/models', { method: 'POST', body });

/** Asks supervisors to add a model. */
export const requestModel = (body: NamedModel) =>
  request(modelRequestSchema, '/catalog/model-requests', { method: 'POST', body });

/** Models of the device catalogue that have `q` in their name. */
export const findModels = (q: string) =>
  request(deviceModelListSchema, `/catalog/models?${new URLSearchParams({ q: q.slice(0, 100) })}`);
