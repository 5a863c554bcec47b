import type { NigPayload, NigRequestPreview } from '@cpe-desk/contract';
import type { Nig } from '../nig.ts';
import { previewOf, statusOf } from '../nig-connections.ts';
import { deadlineOf, findRecord, sendRequest } from './mapped-calls.ts';
import { cpeOfMapped, lookUpMapped } from './mapped-look-up.ts';
import { sendMapped } from './mapped-send.ts';
import { type Mapped, reasonOf } from './read-by-rules.ts';

export type MappedNigOptions = Omit<Mapped, 'base'> & {
  sha256: string;
  /** False: the deployer's NIG has no look-up although the profile has one. */
  canLookUp?: boolean;
};

/** Whoever waits for a preview should not wait long for a NIG that hangs. */
const PREVIEW_MS = 2000;

const previewMapped = async (
  mapped: Mapped,
  updateId: string,
  payload: NigPayload,
): Promise<NigRequestPreview> => {
  const by = mapped.connections.lookUp;
  const subject = { updateId, serviceLineId: payload.serviceLineId, handle: null };
  const deadline = deadlineOf(Math.min(by.timeoutMs, PREVIEW_MS));
  const found = await findRecord(mapped, by, subject, payload, deadline);
  if (found.found === 'failed') return { known: false, why: found.why };
  if (found.found === 'none') return { known: false, why: 'NIG has no record of this line' };
  if (found.found === 'many') return { known: false, why: 'NIG has several records of this line' };
  return previewOf(await sendRequest(mapped, payload, found.bindings, {}));
};

/** Adapter `mapped-http`: NIG's protocol as a profile describes it. */
export const mappedNig = ({ sha256, canLookUp = true, ...rest }: MappedNigOptions): Nig => {
  const mapped: Mapped = { ...rest, base: rest.connections.base };
  const { profile, connections } = mapped;
  const capabilities = {
    ...profile.capabilities,
    lookUp: profile.capabilities.lookUp && canLookUp,
  };
  return {
    capabilities,
    send: (call) =>
      sendMapped(mapped, call).catch((error) => ({ outcome: 'unknown', why: reasonOf(error) })),
    async lookUp(call) {
      if (!capabilities.lookUp) return { outcome: 'unknown', why: 'This NIG has no look-up' };
      return lookUpMapped(mapped, call).catch((error) => ({
        ...{ outcome: 'unknown', why: `The profile's "lookUp": ${reasonOf(error)}` },
      }));
    },
    // An expression that fails on this record: it is no CPE.
    cpeOf: (serviceLineId, options = {}) =>
      cpeOfMapped(mapped, serviceLineId, options).catch(() => undefined),
    preview: ({ updateId, payload }) =>
      previewMapped(mapped, updateId, payload).catch((error) => ({
        ...{ known: false, why: reasonOf(error) },
      })),
    status: () =>
      statusOf(connections, {
        ...{ adapter: 'mapped-http', capabilities },
        profile: { name: profile.profile, version: profile.version, sha256 },
      }),
    close: connections.close,
  };
};
