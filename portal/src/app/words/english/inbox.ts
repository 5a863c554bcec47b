/** Notifications: what happened to a person's updates after their page was left. */
export const inbox = {
  name: 'Notifications',
  unread: 'unread',
  announce: (unread: number) =>
    unread === 1 ? '1 unread notification' : `${unread} unread notifications`,
  empty: 'Nothing new. Updates that settle after you leave their page are listed here for 30 days.',
  allow: 'Show notifications outside this page',
  applied: (ticket: string, by: string | null) =>
    `${ticket}: the update is applied${by === null ? '' : `, settled by ${by}`}`,
  rejected: (ticket: string, by: string | null) =>
    by === null
      ? `${ticket}: NIG refused the update. Nothing changed`
      : `${ticket}: ${by} settled the update as not accepted. Nothing changed`,
  abandoned: (ticket: string) => `${ticket}: NIG never got the update. Nothing changed`,
  needsAttention: (ticket: string, by: string | null) =>
    `${ticket}: a supervisor must settle ${by === null ? 'an update' : `the update of ${by}`}`,
  bulk: (name: string) => `Bulk update ${name} is finished`,
};
