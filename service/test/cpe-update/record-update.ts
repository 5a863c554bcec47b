import assert from 'node:assert/strict';
import { type CpeUpdateRequest, callerSchema } from '@cpe-desk/contract';
import { loadContext } from '../../src/cpe-update/1-load.ts';
import { checkUpdate } from '../../src/cpe-update/2-check.ts';
import { recordIntent } from '../../src/cpe-update/3-record.ts';
import type { TestDesk } from '../support/desk.ts';

/** Takes an update by the operator through the steps before NIG gets it. */
export async function recordUpdate(
  { deps, operator }: TestDesk,
  id: string,
  request: CpeUpdateRequest,
) {
  const caller = callerSchema.parse((await operator.get('/auth/me')).body);
  const context = await loadContext(deps.db, {
    ...{ segmentGroups: caller.segmentGroups, cttId: id, device: request.new, key: null },
  });
  const checked = checkUpdate(deps, id, request, context);
  assert.ok(checked.ok);
  const recorded = await recordIntent(deps, caller, checked.value, null, {
    requestId: 'a-request',
  });
  assert.ok(recorded.ok);
  return { caller, intent: recorded.value };
}
