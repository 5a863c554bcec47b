import { deviceModelSchema, type ModelRequest, modelRequestListSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { request } from '../shell/request.ts';

/** Requested models that the catalogue lacks, the oldest first. */
export const listModelRequests = () => request(modelRequestListSchema, '/catalog/model-requests');

/** Adds the requested model, which answers the request. */
export const acceptRequest = ({ manufacturer, model, note }: ModelRequest) =>
  request(deviceModelSchema, '/catalog/models', {
    method: 'POST',
    body: { manufacturer, model, note },
  });

export const declineRequest = ({ id }: ModelRequest) =>
  request(z.null(), `/catalog/model-requests/${encodeURIComponent(id)}`, { method: 'DELETE' });
