import {
  type Cpe,
  type CpePreview,
  type CpeUpdate,
  type CpeUpdateKind,
  type CpeUpdateState,
  changedFields,
  completeCpe,
  problems,
} from '@cpe-desk/contract';
import * as z from 'zod';
import type { Problem } from '../../shell/request.ts';
import { canTryAgain } from '../failure/failure-rules.ts';
import { nigHeld } from './nig-held.ts';

/** What is being decided on: the values as they were opened, and the wanted ones. */
export type Wanted = {
  current: Cpe;
  new: Cpe;
  /** NIG's CPE that the operator has seen and decided to overwrite. */
  nigSeen?: Cpe;
};

/** `isEditing`: the form is open behind the dialog, and comes back when that is left. */
export type Decision = { isEditing: boolean; wanted: Wanted };

/** Where the operator is. All but the first two are shown in the dialog. */
export type Phase =
  | { name: 'viewing' }
  | { name: 'editing' }
  | (Decision & { name: 'checking' })
  | (Decision & { name: 'confirming'; preview: CpePreview })
  | (Decision & { name: 'sending'; preview: CpePreview; since: number })
  | (Decision & {
      name: 'failed';
      preview: CpePreview | null;
      problem: Problem;
      /** An earlier try of the same update may have been recorded all the same. */
      mayHaveArrived: boolean;
      /** The other, unsettled update of the line, as last read. */
      other: CpeUpdate | null;
    })
  | (Decision & {
      name: 'following';
      preview: CpePreview;
      problem: Problem;
      /** Both are null while the desk has not answered at all. */
      updateId: string | null;
      state: CpeUpdateState | null;
    })
  | {
      name: 'applied';
      kind: CpeUpdateKind;
      reference: string;
      preview: CpePreview;
    };

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { name: Name }>;

export type DialogPhase = Exclude<Phase, { name: 'viewing' | 'editing' }>;

/** The phase, if it is shown in the dialog. */
export const dialogPhase = (phase: Phase): DialogPhase | null =>
  phase.name === 'viewing' || phase.name === 'editing' ? null : phase;

/** Whether the form is on the page, behind the dialog or not. */
export const isEditing = (phase: Phase): boolean =>
  phase.name === 'editing' || ('isEditing' in phase && phase.isEditing);

/** Whether the update was sent, and its outcome is awaited. */
export const isSent = ({ name }: Phase): boolean => name === 'sending' || name === 'following';

/** What is left when the dialog is left. */
export const behind = (phase: Phase): Phase =>
  isEditing(phase) ? { name: 'editing' } : { name: 'viewing' };

/**
 * Whether the same update may be tried again from here: its failure may pass, or what stood in its
 * way is gone.
 */
export const mayTryAgain = ({ problem, other }: PhaseOf<'failed'>): boolean =>
  canTryAgain(problem.code) || other?.state === 'rejected' || other?.state === 'abandoned';

/** Whether the operator decided on values that are not the current ones any more. */
export const needsCurrent = ({ problem, other }: PhaseOf<'failed'>): boolean =>
  problem.code === 'stale-cpe' || other?.state === 'applied';

/** Whether other values could pass, or the same ones after a correction of the form. */
const isAboutValues = (code: string): boolean =>
  ['invalid-cpe', 'value-in-use', 'nig-rejected', 'model-exists', 'body-too-large'].includes(code);

/** What can help after a failure: the one action that the dialog puts first. */
export const remedyOf = (
  phase: PhaseOf<'failed'>,
): 'sign-in' | 'load' | 'overwrite' | 'edit' | 'again' | 'back' => {
  if (phase.problem.code === 'unauthenticated') return 'sign-in';
  if (needsCurrent(phase)) return 'load';
  if (nigToOverwrite(phase)) return 'overwrite';
  if (isAboutValues(phase.problem.code)) {
    if (phase.isEditing) return 'back';
    if (phase.problem.code === 'invalid-cpe') return 'edit';
  }
  return mayTryAgain(phase) ? 'again' : 'back';
};

/** What NIG holds instead, where the operator may decide to overwrite it. */
export const nigToOverwrite = ({ problem }: PhaseOf<'failed'>): Cpe | null => nigHeld(problem);

/**
 * The failure of a decision on values that are not the recorded ones any more, as the service would
 * answer it; null while they are.
 */
export const staleProblem = ({ current, new: wanted }: Wanted, now: Cpe): Problem | null => {
  const fields = changedFields(completeCpe(current, now), now);
  if (fields.length === 0) return null;
  const conflicts = fields.map((field) => ({
    field,
    opened: current[field] ?? null,
    now: now[field] ?? null,
    wanted: completeCpe(wanted, now)[field] ?? null,
  }));
  const { status, title } = problems['stale-cpe'];
  return {
    ...{ type: '', code: 'stale-cpe', status, title, detail: '', conflicts },
    ...{ retryAfterSeconds: null, requestId: null },
  };
};

const updateIdSchema = z.object({ updateId: z.string() });

/** The update that a problem is about, where it names one. */
export const updateIdOf = (problem: Problem): string | undefined =>
  updateIdSchema.safeParse(problem).data?.updateId;

/**
 * The failure of an update that was settled without being applied, as the service would have
 * answered it at once.
 */
export const problemOf = (update: CpeUpdate): Problem => {
  const common = { type: '', status: 422, retryAfterSeconds: null, requestId: null };
  const { code, message } = update.nig;
  return update.state === 'rejected'
    ? {
        ...common,
        code: 'nig-rejected',
        title: 'NIG refused the update',
        detail: message ?? '',
        nig: { code: code ?? '', message: message ?? '' },
      }
    : { ...common, code: 'never-got-it', title: 'NIG never got the update', detail: message ?? '' };
};
