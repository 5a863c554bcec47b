import { hash } from 'node:crypto';
import { z } from 'zod';
import { openJournal } from './journal.ts';
import { filledString, object, parse } from './parse.ts';
import {
  type Answer,
  answerSchema,
  type Cpe,
  type CpeUpdate,
  cpeSchema,
  cpeUpdateSchema,
} from './wire.ts';

type Settled = {
  readonly fingerprint: string;
  readonly answer: Answer;
  readonly durable: Promise<void>;
};

/**
 * The decision on one `PUT /cpe-updates/{updateId}`. `repeated`: this id was answered before, and
 * this is that answer.
 */
export type Decision = {
  readonly outcome: Answer['status'] | 'repeated' | 'id-reused';
  readonly answer: Answer;
};

const ID_REUSED: Decision = {
  outcome: 'id-reused',
  answer: {
    status: 'rejected',
    code: 'id-reused',
    message: 'This update id was sent before with another body',
  },
};

/** A line of the data file. */
const entrySchema = z.discriminatedUnion(
  'type',
  [
    object({ type: z.literal('cpe'), serviceLineId: filledString, cpe: cpeSchema }),
    object({
      type: z.literal('cpe-update'),
      updateId: filledString,
      update: cpeUpdateSchema,
      answer: answerSchema,
    }),
  ],
  'cpe or cpe-update',
);

/**
 * Equal for bodies that differ only in spacing and in the order of members. A parsed update has its
 * members in one order.
 */
const fingerprintOf = (update: CpeUpdate): string =>
  hash('sha256', JSON.stringify(update), 'base64');

const referenceOf = (sequence: number): string => `NIG-${String(sequence).padStart(6, '0')}`;
const sequenceOf = (reference: string): number => Number(reference.slice('NIG-'.length));

/**
 * NIG's data, stored in `dataFile`: its answer to each update, and the CPE of each service line.
 */
export const openInventory = (dataFile: string) => {
  const settled = new Map<string, Settled>();
  const cpes = new Map<string, Cpe>();
  /** The update that each line's CPE came by. */
  const appliedTo = new Map<string, string>();
  let lastSequence = 0;

  const replay = (value: unknown): void => {
    const entry = parse(entrySchema, value, 'the entry');
    if (entry.type === 'cpe') {
      cpes.set(entry.serviceLineId, entry.cpe);
      return;
    }
    const { updateId, update, answer } = entry;
    settled.set(updateId, {
      fingerprint: fingerprintOf(update),
      answer,
      durable: Promise.resolve(),
    });
    if (answer.status !== 'accepted') return;
    cpes.set(update.serviceLineId, update.new);
    appliedTo.set(update.serviceLineId, updateId);
    lastSequence = Math.max(lastSequence, sequenceOf(answer.reference));
  };
  const journal = openJournal(dataFile, replay);

  const record = async (updateId: string, update: CpeUpdate, answer: Answer): Promise<void> => {
    try {
      await journal.append({
        type: 'cpe-update',
        at: new Date().toISOString(),
        updateId,
        update,
        answer,
      });
      if (answer.status !== 'accepted') return;
      cpes.set(update.serviceLineId, update.new);
      appliedTo.set(update.serviceLineId, updateId);
    } catch (error) {
      // The write failed, so NIG never got the update. The same id may be sent again.
      settled.delete(updateId);
      throw error;
    }
  };

  return {
    /**
     * Settles an update once: with `refusal` if given and the id is new, else accepted. Repeats of
     * the id wait until the first is on disk and get its answer.
     */
    decide: async (updateId: string, update: CpeUpdate, refusal?: Answer): Promise<Decision> => {
      const fingerprint = fingerprintOf(update);
      const earlier = settled.get(updateId);
      if (earlier !== undefined) {
        await earlier.durable;
        return earlier.fingerprint === fingerprint
          ? { outcome: 'repeated', answer: earlier.answer }
          : ID_REUSED;
      }
      const answer: Answer = refusal ?? {
        status: 'accepted',
        reference: referenceOf(++lastSequence),
      };
      const durable = record(updateId, update, answer);
      settled.set(updateId, { fingerprint, answer, durable });
      await durable;
      return { outcome: answer.status, answer };
    },

    /** The answer to an update, or undefined if NIG never got it. */
    answerTo: async (updateId: string): Promise<Answer | undefined> => {
      const found = settled.get(updateId);
      // "Never got it" would be false for an update that is being written.
      await found?.durable;
      return found?.answer;
    },

    cpeOf: (serviceLineId: string): Cpe | undefined => cpes.get(serviceLineId),

    /** The id of the update by which a line got its CPE; undefined: by none. */
    appliedTo: (serviceLineId: string): string | undefined => appliedTo.get(serviceLineId),

    /** Sets the CPE that NIG holds for a line, without an update. */
    hold: async (serviceLineId: string, cpe: Cpe): Promise<void> => {
      await journal.append({ type: 'cpe', at: new Date().toISOString(), serviceLineId, cpe });
      cpes.set(serviceLineId, cpe);
      appliedTo.delete(serviceLineId);
    },

    close: journal.close,
  };
};
export type Inventory = ReturnType<typeof openInventory>;
