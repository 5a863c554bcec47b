import type { Story } from './story.ts';

/** An event, with the time that its writer recorded. */
export type Moment = { at: string; what: string; text: string };

const listed = (...parts: (string | null | undefined | false)[]): string =>
  parts.filter(Boolean).join(', ');
const quoted = (reason: string | null | undefined): string | null =>
  reason ? `"${reason}"` : null;
const short = (hash: string): string => hash.slice(0, 12);
const by = (instance: string | null | undefined): string | null =>
  instance ? `by ${instance}` : null;

const requestMoments = ({ update, key, access }: Story): Moment[] => [
  {
    at: update.requested_at,
    what: 'requested',
    text: listed(
      `by ${update.actor_name} (${update.actor_id})`,
      `request ${update.request_id ?? 'unknown'}`,
      quoted(update.reason),
    ),
  },
  {
    at: update.recorded_at,
    what: 'recorded',
    text: listed(
      by(update.instance) ?? 'by an unknown instance',
      key && `idempotency key sha256 ${short(key.key_hash)}, body ${short(key.body_hash)}`,
    ),
  },
  ...access.map(({ at, event }) => ({ at, what: 'access log', text: event })),
];

const nigMoments = ({ update }: Story): Moment[] =>
  update.attempts.map(({ at, call, ms, outcome, detail, instance }) => ({
    at,
    what: `NIG ${call}`,
    text: listed(`${outcome} after ${ms} ms`, detail, by(instance)),
  }));

const personMoments = ({ update: { attention, settlement } }: Story): Moment[] => [
  ...(attention
    ? [
        {
          ...attention,
          what: 'needs a person',
          text: `${attention.reason}; NIG held: ${attention.holds}`,
        },
      ]
    : []),
  ...(settlement
    ? [
        {
          at: settlement.at,
          what: 'settled by a person',
          text: listed(
            `as ${settlement.outcome} by ${settlement.by.name}`,
            quoted(settlement.reason),
          ),
        },
      ]
    : []),
];

const endMoments = ({ update, history, key }: Story): Moment[] => {
  if (update.settled_at === null) return [];
  const entry = history && `history entry ${history.sequence}, hash ${short(history.hash)}`;
  const answer = key?.status != null && `retries get ${key.status}`;
  const nig = listed(update.nig_reference, update.nig_code, update.nig_message);
  return [{ at: update.settled_at, what: update.state, text: listed(nig, entry, answer) }];
};

const repairMoments = ({ repair, reverts }: Story): Moment[] => [
  ...(repair
    ? [
        {
          at: repair.requested_at,
          what: 'repair',
          text: listed(
            `${repair.id} takes ${repair.take}'s values`,
            `by ${repair.actor_name}`,
            quoted(repair.reason),
            `verdict ${repair.verdict ?? 'none yet'}`,
          ),
        },
      ]
    : []),
  ...reverts.map(({ id, state, requested_at: at, actor_name }) => ({
    at,
    what: 'reverted',
    text: `by update ${id} of ${actor_name}, ${state}`,
  })),
];

const incidentMoments = ({ incidents }: Story): Moment[] =>
  incidents.flatMap(({ id, cause, opened_at, closed_at, line }) => [
    { at: opened_at, what: 'incident', text: `${id} opens: ${cause}` },
    ...(line
      ? [
          {
            at: line.compared_at,
            what: 'line compared',
            text: listed(
              line.agrees ? 'NIG and the desk agree' : 'NIG and the desk differ',
              line.opened_by && `opened by ${line.opened_by}`,
              quoted(line.reason),
            ),
          },
        ]
      : []),
    ...(closed_at ? [{ at: closed_at, what: 'incident', text: `${id} closes` }] : []),
  ]);

const holdMoments = ({ holds }: Story): Moment[] =>
  holds.map(({ at, event, name, detail }) => ({
    at,
    what: event === 'updates-held' ? 'updates held' : 'updates released',
    text: listed(name && `by ${name}`, quoted(detail.reason)),
  }));

const eventMoments = ({ events }: Story): Moment[] =>
  events.map(({ at, state }) => ({ at, what: 'event', text: state }));

/** The events of an update and around it, by time. */
export const momentsOf = (story: Story): Moment[] =>
  [requestMoments, nigMoments, personMoments, eventMoments, endMoments, repairMoments]
    .concat(incidentMoments, holdMoments)
    .flatMap((of) => of(story))
    .map(({ at, what, text }) => ({ at, what, text }))
    .toSorted((a, b) => a.at.localeCompare(b.at));

const changesOf = ({ changed, before, after }: Story['update']): string[] =>
  changed.map(
    (field) =>
      `${field}: ${JSON.stringify(before[field] ?? null)} -> ${JSON.stringify(after[field] ?? null)}`,
  );

const currentLines = ({ update, claims, hold, instances, now }: Story): string[] => [
  `now       ${now}`,
  `state     ${update.state}`,
  ...(update.settled_at === null
    ? [
        `asked     ${update.asked} times, again ${update.ask_at}, a person after ${update.ask_until}`,
      ]
    : []),
  `claims    ${claims.join(', ') || 'none held by this update'}`,
  ...(hold ? [`hold      since ${hold.at} by ${hold.actor_name}: ${hold.reason}`] : []),
  ...instances.map(
    ({ host, process_id, id, version, seen_at }) =>
      `instance  ${host}/${process_id}/${id}, version ${version}, last seen ${seen_at}`,
  ),
];

const COLUMN = 16;

/** The story for people: the update, its events by time, and the present state. */
export const linesOf = (story: Story): string[] => {
  const { update } = story;
  return [
    `${update.kind} ${update.id}: ${update.state}`,
    `ticket ${update.ticket_no} (${update.ctt_id}), line ${update.service_line_id}`,
    ...(update.revert_of ? [`reverts update ${update.revert_of}`] : []),
    ...changesOf(update),
    '',
    ...momentsOf(story).map(({ at, what, text }) => `${at}  ${what.padEnd(COLUMN)} ${text}`),
    '',
    ...currentLines(story),
  ];
};
