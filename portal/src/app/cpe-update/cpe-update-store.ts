import { computed, effect, Injectable, inject, signal, untracked } from '@angular/core';
import {
  type CpeUpdateAnswer,
  type CpeUpdateLiveEvent,
  type CpeUpdateRequest,
  isUnsettled,
  problems,
  reasonErrors,
  type Ticket,
} from '@cpe-desk/contract';
import * as z from 'zod';
import type { Problem } from '../shell/request.ts';
import { Clock } from './clock.ts';
import { byField, type DraftField } from './cpe-draft.ts';
import { CpeDraftStore, withoutVersion } from './cpe-draft-store.ts';
import { previewUpdate, readUpdate, sendUpdate } from './cpe-update-client.ts';
import { needsNewKey } from './failure-words.ts';
import {
  behind,
  type Decision,
  dialogPhase,
  isEditing,
  type Phase,
  type PhaseOf,
  problemOf,
} from './phase.ts';
import { appliedMessage } from './words.ts';

/** How soon an unknown outcome is asked for again, ms; live events are usually sooner. */
const FOLLOW_MS = 2000;

const errorsSchema = z.object(problems['invalid-cpe'].members);
const updateIdSchema = z.object({ updateId: z.string() });

/** Whom the store tells. */
export type Told = { applied(answer: CpeUpdateAnswer): void; reload(): void };

/** The update of one ticket's CPE, from "edit" to its outcome. */
@Injectable()
export class CpeUpdateStore {
  readonly #draft = inject(CpeDraftStore);
  readonly #clock = new Clock();
  readonly #phase = signal<Phase>({ name: 'viewing' });
  readonly #ticket = signal<Ticket | null>(null);
  readonly #message = signal('');
  readonly #retryAt = signal(0);
  /** The updates of this page: their events are no news. */
  readonly #own = new Set<string>();
  #told: Told | null = null;
  #sent: { text: string; key: string } | null = null;
  #isMerging = false;
  #following: ReturnType<typeof setTimeout> | undefined;

  /** What to tell everybody who listens, also without looking. */
  readonly message = this.#message.asReadonly();
  readonly reason = signal('');
  readonly reasonError = computed(() => reasonErrors(this.reason().trim() || null)[0]?.detail ?? null);
  readonly isEditing = computed(() => isEditing(this.#phase()));
  /** The phase, where it is one of the dialog's. */
  readonly dialog = computed(() => dialogPhase(this.#phase()));
  readonly isUnsaved = computed(() => this.isEditing() && this.#draft.changed().length > 0);

  /** Others changed the CPE while it is being edited. */
  readonly isOutdated = computed(() => {
    const [opened, cpe] = [this.#draft.opened(), this.#ticket()?.cpe];
    return this.isEditing() && !!opened && !!cpe && opened.version !== cpe.version;
  });

  /** Seconds since NIG is being asked. */
  readonly elapsed = computed(() => {
    const phase = this.#phase();
    return phase.name === 'sending' ? Math.max(0, Math.floor((this.#clock.now() - phase.since) / 1000)) : 0;
  });

  /** Seconds until the service wants to be asked again. */
  readonly wait = computed(() => Math.max(0, Math.ceil((this.#retryAt() - this.#clock.now()) / 1000)));

  constructor() {
    effect(() => {
      const { name } = this.#phase();
      untracked(() => this.#clock.run(name === 'sending' || name === 'failed'));
    });
  }

  connect(told: Told): void {
    this.#told = told;
  }

  stop(): void {
    clearTimeout(this.#following);
    this.#clock.run(false);
    this.#told = null;
  }

  /** The ticket as it is shown now. */
  show(ticket: Ticket): void {
    const isOther = this.#ticket()?.id !== ticket.id;
    this.#ticket.set(ticket);
    if (isOther) this.#leave();
    else if (this.#isMerging) this.#merge();
  }

  edit(): void {
    const ticket = this.#ticket();
    if (!ticket?.cpe) return;
    this.#draft.open(ticket.cpe, ticket.lineFacts);
    this.#message.set('');
    this.#phase.set({ name: 'editing' });
  }

  cancel(): void {
    this.#leave();
  }

  /** Asks what the update would do; answers the first field that has to be mended before. */
  review(): DraftField | null {
    const draft = this.#draft.wanted();
    if (!draft) return null;
    if ('wrong' in draft) return draft.wrong;
    void this.#check({ isEditing: true, wanted: draft.wanted });
    return null;
  }

  refresh(): void {
    const cpe = this.#ticket()?.cpe;
    if (!cpe) return;
    this.#message.set('');
    const current = withoutVersion(cpe);
    void this.#check({ isEditing: false, wanted: { current, new: current } });
  }

  async #check(decision: Decision): Promise<void> {
    const ticket = this.#ticket();
    if (!ticket) return;
    const checking: Phase = { name: 'checking', ...decision };
    this.#phase.set(checking);
    const answer = await previewUpdate(ticket.id, { ...decision.wanted, reason: null });
    if (this.#phase() !== checking) return;
    if (answer.ok) this.#phase.set({ ...checking, name: 'confirming', preview: answer.value });
    else this.#fail(answer.problem, { ...checking, preview: null });
  }

  /** The confirmed update: to NIG. */
  send(): void {
    const phase = this.#phase();
    if (phase.name === 'confirming' && this.reasonError() === null) void this.#send(phase);
  }

  /** Once more, after a failure that may pass. */
  tryAgain(): void {
    const phase = this.#phase();
    if (phase.name !== 'failed' || this.wait() > 0) return;
    if (needsNewKey(phase.problem.code)) this.#sent = null;
    if (phase.preview === null) void this.#check({ isEditing: phase.isEditing, wanted: phase.wanted });
    else void this.#send({ ...phase, preview: phase.preview });
  }

  async #send({ isEditing, wanted, preview }: Omit<PhaseOf<'confirming'>, 'name'>): Promise<void> {
    const ticket = this.#ticket();
    if (!ticket) return;
    const sending: PhaseOf<'sending'> = { name: 'sending', isEditing, wanted, preview, since: Date.now() };
    this.#phase.set(sending);
    const body = { ...wanted, reason: this.reason().trim() || null };
    const answer = await sendUpdate(ticket.id, body, this.#keyOf(body));
    if (this.#phase() !== sending) return;
    if (answer.ok) this.#succeed(answer.value);
    else if (answer.problem.code === 'nig-outcome-unknown') this.#follow(answer.problem, sending);
    else this.#fail(answer.problem, sending);
  }

  /** The same key for the same body: a try that did arrive is answered, not repeated. */
  #keyOf(body: CpeUpdateRequest): string {
    const text = JSON.stringify(body);
    if (this.#sent?.text !== text) this.#sent = { text, key: crypto.randomUUID() };
    return this.#sent.key;
  }

  #succeed(answer: CpeUpdateAnswer): void {
    this.#own.add(answer.updateId);
    this.#leave();
    this.#message.set(appliedMessage(answer.kind, answer.nig.reference));
    this.#told?.applied(answer);
  }

  #fail(problem: Problem, { isEditing, wanted, preview }: Omit<PhaseOf<'failed'>, 'name' | 'problem'>): void {
    const errors = errorsSchema.safeParse(problem);
    if (errors.success) this.#draft.refuse(byField(errors.data.errors));
    this.#retryAt.set(Date.now() + (problem.retryAfterSeconds ?? 0) * 1000);
    this.#phase.set({ name: 'failed', isEditing, wanted, preview, problem });
  }

  /** Unknown is asked about until it is known. */
  #follow(problem: Problem, { isEditing, wanted, preview }: PhaseOf<'sending'>): void {
    const updateId = updateIdSchema.safeParse(problem).data?.updateId;
    if (updateId === undefined) {
      this.#fail(problem, { isEditing, wanted, preview });
      return;
    }
    this.#own.add(updateId);
    const following = { isEditing, wanted, preview, problem, updateId, state: 'unknown' } as const;
    this.#phase.set({ name: 'following', ...following });
    this.#told?.reload();
    this.#following = setTimeout(() => void this.#look(updateId), FOLLOW_MS);
  }

  async #look(updateId: string): Promise<void> {
    clearTimeout(this.#following);
    const answer = await readUpdate(updateId);
    const phase = this.#phase();
    if (phase.name !== 'following' || phase.updateId !== updateId) return;
    if (!answer.ok || isUnsettled(answer.value.state)) {
      if (answer.ok) this.#phase.set({ ...phase, state: answer.value.state });
      clearTimeout(this.#following);
      this.#following = setTimeout(() => void this.#look(updateId), FOLLOW_MS);
      return;
    }
    const { state, kind, nig } = answer.value;
    this.#told?.reload();
    if (state !== 'applied') {
      this.#fail(problemOf(answer.value), phase);
      return;
    }
    this.#leave();
    this.#message.set(appliedMessage(kind, nig.reference ?? ''));
  }

  /** Leaves the dialog; what was typed stays, unless it has been sent. */
  back(): void {
    const phase = this.#phase();
    if (phase.name === 'sending') return;
    if (phase.name === 'following') {
      // From now on its events are news.
      this.#own.delete(phase.updateId);
      this.#leave();
    } else this.#phase.set(behind(phase));
    if (phase.name === 'following' || phase.name === 'failed') this.#told?.reload();
  }

  /** The values of others, with the operator's own where he changed something. */
  loadCurrent(): void {
    this.#isMerging = this.isEditing();
    this.#phase.set(behind(this.#phase()));
    if (this.#isMerging && this.isOutdated()) this.#merge();
    else this.#told?.reload();
  }

  #merge(): void {
    const cpe = this.#ticket()?.cpe;
    if (!cpe || !this.isOutdated()) return;
    this.#isMerging = false;
    this.#draft.merge(cpe);
  }

  #leave(): void {
    clearTimeout(this.#following);
    this.#phase.set({ name: 'viewing' });
    this.#draft.close();
    this.#isMerging = false;
    this.#sent = null;
    this.reason.set('');
  }

  /** A committed state of an update of this line, ours or another's. */
  hear(event: CpeUpdateLiveEvent): void {
    const phase = this.#phase();
    if (phase.name === 'following' && phase.updateId === event.updateId) void this.#look(event.updateId);
    if (phase.name === 'sending' || this.#own.has(event.updateId)) return;
    this.#told?.reload();
    if (event.state === 'applied') this.#message.set(`${event.by} updated this CPE`);
  }
}
