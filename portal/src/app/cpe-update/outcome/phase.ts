import type { Cpe, CpePreview, CpeUpdate, CpeUpdateState } from '@cpe-desk/contract';
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
    });

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { name: Name }>;

export type DialogPhase = Exclude<Phase, { name: 'viewing' | 'editing' }>;

/** The phase, if it is shown in the dialog. */
export const dialogPhase = (phase: Phase): DialogPhase | null =>
  phase.name === 'viewing' || phase.name === 'editing' ? null : phase;

/** Whether the form is on the page, behind the dialog or not. */
export const isEditing = (phase: Phase): boolean =>
  phase.name === 'editing' || (phase.name !== 'viewing' && phase.isEditing);

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

/** What NIG holds instead, where the operator may decide to overwrite it. */
export const nigToOverwrite = ({ problem }: PhaseOf<'failed'>): Cpe | null => nigHeld(problem);

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
