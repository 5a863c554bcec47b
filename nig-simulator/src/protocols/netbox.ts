import { hash } from 'node:crypto';
import type { z } from 'zod';
import { answer, readJson } from '../exchange.ts';
import { handleUpdate } from '../handle-cpe-update.ts';
import type { Inventory } from '../inventory.ts';
import { object, parse, string, wholeNumberWithin } from '../parse.ts';
import type { Cpe } from '../wire.ts';
import {
  answerLookUp,
  decideByValues,
  hasRecord,
  type Protocol,
  type Simulated,
  updateOf,
} from './protocol.ts';

/*
 * The part of NetBox's REST API that the profile `netbox` uses. A device has a custom field
 * `service_line_id`; its id is made of that, so that it is the same after a restart.
 */

const DEVICES = '/api/dcim/devices/';
const kbps = wholeNumberWithin(0, Number.MAX_SAFE_INTEGER);
const nullable = string.nullable().default(null);

const patchSchema = object({
  device_type: object({ manufacturer: object({ name: string }), model: string }),
  serial: string,
  custom_fields: object({
    cpe_ip_address: string,
    cpe_ipv6_address: nullable,
    cpe_ipv6_prefix: nullable,
    cpe_mac_address: nullable,
    cpe_port: string,
    cpe_down_kbps: kbps,
    cpe_up_kbps: kbps,
    desk_update_id: string,
  }),
});

const cpeOf = ({
  device_type,
  serial,
  custom_fields: fields,
}: z.infer<typeof patchSchema>): Cpe => ({
  manufacturer: device_type.manufacturer.name,
  model: device_type.model,
  serialNumber: serial || null,
  macAddress: fields.cpe_mac_address,
  ipAddress: fields.cpe_ip_address,
  ...(fields.cpe_ipv6_address !== null && { ipv6Address: fields.cpe_ipv6_address }),
  ...(fields.cpe_ipv6_prefix !== null && { ipv6Prefix: fields.cpe_ipv6_prefix }),
  bandwidth: { downKbps: fields.cpe_down_kbps, upKbps: fields.cpe_up_kbps },
  port: fields.cpe_port,
});

/** The lines of the ids that were given out. */
const lines = new Map<number, string>();

const deviceId = (serviceLineId: string): number => {
  const id = Number.parseInt(hash('sha256', serviceLineId).slice(0, 12), 16);
  lines.set(id, serviceLineId);
  return id;
};

const deviceOf = (serviceLineId: string, inventory: Inventory) => {
  const cpe = inventory.cpeOf(serviceLineId);
  const id = deviceId(serviceLineId);
  return {
    ...{ id, url: `http://netbox.example${DEVICES}${id}/`, serial: cpe?.serialNumber ?? '' },
    device_type: {
      manufacturer: { name: cpe?.manufacturer ?? 'unknown' },
      model: cpe?.model ?? 'unknown',
    },
    custom_fields: {
      service_line_id: serviceLineId,
      desk_update_id: inventory.appliedTo(serviceLineId) ?? null,
      cpe_ip_address: cpe?.ipAddress ?? null,
      cpe_ipv6_address: cpe?.ipv6Address ?? null,
      cpe_ipv6_prefix: cpe?.ipv6Prefix ?? null,
      cpe_mac_address: cpe?.macAddress ?? null,
      cpe_port: cpe?.port ?? null,
      cpe_down_kbps: cpe?.bandwidth.downKbps ?? null,
      cpe_up_kbps: cpe?.bandwidth.upKbps ?? null,
    },
  };
};

const patchDevice = async (
  exchange: Parameters<Protocol>[0],
  serviceLineId: string,
  { inventory, faults }: Simulated,
): Promise<void> => {
  const body = parse(patchSchema, await readJson(exchange));
  const updateId = body.custom_fields.desk_update_id;
  const update = updateOf(serviceLineId, cpeOf(body));
  await handleUpdate(exchange, inventory, faults, {
    ...{ updateId, update },
    decide: (refusal) => decideByValues(inventory, updateId, update, refusal),
    replyTo(decision) {
      if (!decision) return { status: 500, body: { detail: 'NetBox failed (fault "error")' } };
      const { answer: decided } = decision;
      if (decided.status === 'accepted')
        return { status: 200, body: deviceOf(serviceLineId, inventory) };
      return { status: 400, body: { device_type: [`${decided.code}: ${decided.message}`] } };
    },
  });
};

/** NetBox's devices. */
export const netbox: Protocol = async (exchange, simulated) => {
  const { entry, query } = exchange;
  if (!entry.path.startsWith(DEVICES)) return false;
  const { inventory } = simulated;
  const rest = entry.path.slice(DEVICES.length).replace(/\/$/, '');
  if (rest === '') {
    const wanted = query.get('cf_service_line_id') ?? '';
    entry.serviceLineId = wanted;
    const results = hasRecord(wanted) ? [deviceOf(wanted, inventory)] : [];
    await answerLookUp(exchange, simulated, {
      ...{ status: 200, body: { count: results.length, results } },
    });
    return true;
  }
  const serviceLineId = lines.get(Number(rest));
  if (serviceLineId === undefined) {
    entry.outcome = 'not-found';
    answer(exchange, 404, { detail: 'No Device matches the given query.' });
    return true;
  }
  entry.serviceLineId = serviceLineId;
  if (entry.method === 'PATCH') await patchDevice(exchange, serviceLineId, simulated);
  else
    await answerLookUp(exchange, simulated, {
      ...{ status: 200, body: deviceOf(serviceLineId, inventory) },
    });
  return true;
};
