import { hash } from 'node:crypto';
import { openJournal } from './journal.ts';
import { anObject, someText, Unacceptable } from './parse.ts';
import { type Answer, type Cpe, type CpeUpdate, parseAnswer, parseCpe, parseCpeUpdate } from './wire.ts';

type Settled = { readonly fingerprint: string; readonly answer: Answer; readonly durable: Promise<void> };

/** What became of one `PUT /cpe-updates/{updateId}`. `repeated`: this id had its answer already, and this is it. */
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

/** Equal for bodies that differ only in spacing and in the order of members: a parsed update has its members in one order. */
const fingerprintOf = (update: CpeUpdate): string => hash('sha256', JSON.stringify(update), 'base64');

const referenceOf = (sequence: number): string => `NIG-${String(sequence).padStart(6, '0')}`;
const sequenceOf = (reference: string): number => Number(reference.slice('NIG-'.length));

/** What NIG knows: its answer to each update, and the CPE of each service line. Kept in `dataFile`. */
export const openInventory = (dataFile: string) => {
  const settled = new Map<string, Settled>();
  const cpes = new Map<string, Cpe>();
  let lastSequence = 0;

  const replay = (value: unknown): void => {
    const entry = anObject(value, 'the entry');
    if (entry.type === 'cpe') {
      cpes.set(someText(entry.serviceLineId, 'serviceLineId'), parseCpe(entry.cpe, 'cpe'));
      return;
    }
    if (entry.type !== 'cpe-update') throw new Unacceptable('type must be cpe or cpe-update');
    const update = parseCpeUpdate(entry.update);
    const answer = parseAnswer(entry.answer);
    const durable = Promise.resolve();
    settled.set(someText(entry.updateId, 'updateId'), {
      fingerprint: fingerprintOf(update),
      answer,
      durable,
    });
    if (answer.status !== 'accepted') return;
    cpes.set(update.serviceLineId, update.new);
    lastSequence = Math.max(lastSequence, sequenceOf(answer.reference));
  };
  const journal = openJournal(dataFile, replay);

  const record = async (updateId: string, update: CpeUpdate, answer: Answer): Promise<void> => {
    try {
      await journal.append({ type: 'cpe-update', at: new Date().toISOString(), updateId, update, answer });
      if (answer.status === 'accepted') cpes.set(update.serviceLineId, update.new);
    } catch (error) {
      // It could not be written, so NIG never got it; the same id may be sent again.
      settled.delete(updateId);
      throw error;
    }
  };

  return {
    /**
     * Settles an update once: with `refusal` if given and the id is new, else accepted. Repeats of the id wait for
     * the first to be on disk and get its answer.
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
      const answer: Answer = refusal ?? { status: 'accepted', reference: referenceOf(++lastSequence) };
      const durable = record(updateId, update, answer);
      settled.set(updateId, { fingerprint, answer, durable });
      await durable;
      return { outcome: answer.status, answer };
    },

    /** The answer to an update, or undefined if NIG never got it. */
    answerTo: async (updateId: string): Promise<Answer | undefined> => {
      const found = settled.get(updateId);
      // "Never got it" would be untrue of one that is still on its way to the disk.
      await found?.durable;
      return found?.answer;
    },

    cpeOf: (serviceLineId: string): Cpe | undefined => cpes.get(serviceLineId),

    /** Sets what NIG holds of a line, without an update. */
    hold: async (serviceLineId: string, cpe: Cpe): Promise<void> => {
      await journal.append({ type: 'cpe', at: new Date().toISOString(), serviceLineId, cpe });
      cpes.set(serviceLineId, cpe);
    },

    close: journal.close,
  };
};
export type Inventory = ReturnType<typeof openInventory>;
