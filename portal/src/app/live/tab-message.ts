import * as z from 'zod';

/**
 * What the tabs of a browser say to each other. One of them leads: it holds the event stream and
 * passes on what it hears. A tab may be older or newer than another: unknown messages are ignored.
 */
const tabMessageSchema = z.discriminatedUnion('kind', [
  /** A tab shows these tickets; it was visible last at `shownAt`. */
  z.object({
    kind: z.literal('shows'),
    tab: z.string(),
    tickets: z.array(z.string()),
    shownAt: z.number(),
  }),
  /** Asks whether a tab leads. */
  z.object({ kind: z.literal('who') }),
  /** The answer, and the first message of a new leader. Every tab answers with its tickets. */
  z.object({ kind: z.literal('leads'), tab: z.string() }),
  /** An event of the stream, its data as it came. */
  z.object({ kind: z.literal('event'), name: z.string(), data: z.string() }),
  /** The events of these tickets, and of no other, arrive from now on. */
  z.object({ kind: z.literal('covers'), tickets: z.array(z.string()) }),
  /** Nothing arrives now. `isRefused`: the service answered so, a request tells why. */
  z.object({ kind: z.literal('broken'), isRefused: z.boolean() }),
]);

export type TabMessage = z.infer<typeof tabMessageSchema>;
export type Shows = Extract<TabMessage, { kind: 'shows' }>;

/** The message, or undefined where this tab does not know it. */
export const tabMessageOf = (data: unknown): TabMessage | undefined =>
  tabMessageSchema.safeParse(data).data;
