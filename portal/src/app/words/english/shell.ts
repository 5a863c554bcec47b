export const shell = {
  product: 'CPE Desk',
  pages: 'Pages',
  tickets: 'Tickets',
  ticket: 'Ticket',
  history: 'CPE history',
  attention: 'Needs attention',
  overview: 'Overview',
  accessLog: 'Access log',
  sessions: 'Sessions',
  tokens: 'API tokens',
  pageNotFound: 'Page not found',
  nothingHere: 'There is nothing at this address.',
  goToTickets: 'Go to the tickets',
  skip: 'Skip to content',
  language: 'Language',
  signedInAs: 'Signed in as',
  signOut: 'Sign out',
  signOutEverywhere: 'Sign out in all browsers',
  signIn: 'Sign in',
  signInAsAnother: 'Sign in as someone else',
  noRole: 'No role for you here',
  signInPurpose:
    'Correct or refresh the device data of a service line from the ticket that showed it was wrong.',
  /** Why sign-in failed, by the code that the service puts into the address. */
  signInFailure: {
    refused: 'Signing in was refused. Ask your administrator for access to CPE Desk.',
    failed: 'Signing in did not work. Try again; if it fails again, tell your administrator.',
    unavailable: 'The sign-in service cannot be reached right now. Try again in a minute.',
    'no-role':
      'You have no role in CPE Desk, so no session began. Ask your administrator for a role, or sign in as someone else.',
    'group-overage':
      'You are in too many groups: the sign-in service sent none of them. Ask your administrator to use app roles for CPE Desk.',
  },
  offline: 'The desk cannot be reached. What you typed is still here; check your connection.',
  incident: (compared: number, lines: number) =>
    `The database may have lost updates. Each line is compared with NIG before its next update; ${compared} of ${lines} lines are compared.`,
  hold: {
    held: (by: string, since: string, reason: string) =>
      `${by} holds all CPE updates since ${since}: ${reason}`,
    notEverywhere:
      'An instance of an older release may be running. It does not hold updates: stop it.',
    open: 'Hold all updates',
    heading: 'Hold all CPE updates',
    explain:
      'Nobody can update, revert or repair a CPE until you release the hold. Reading and settling go on.',
    confirm: 'Hold updates',
    release: 'Release the hold',
  },
  sessionEnded: 'Your session has ended -',
  signInAgain: 'sign in again',
  inNewTab: 'in a new tab, then come back to this one. What you typed is still here.',
  loading: 'Loading',
  loadMore: 'Load more',
  tryAgain: 'Try again',
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s.`,
  request: 'Request',
  close: 'Close',
  cancel: 'Cancel',
  reason: 'Reason',
  giveReason: 'Give the reason',
  askingNig: 'Asking NIG',
  waitingForDesk: 'Waiting for the desk',
  leaveRunning: 'Leave it running',
  field: 'Field',
  before: 'Before',
  after: 'After',
  becomes: 'becomes',
  keyboard: 'Keyboard',
  key: 'Key',
  does: 'Does',
  /** Problems that a page shows as they are; null: the service's own words are in this language. */
  problems: null as Readonly<Record<string, { title: string; detail: string }>> | null,
  notSignedIn: {
    title: 'You are signed out',
    detail: 'Sign in again, then try again.',
  },
  noConnection: {
    title: 'The desk cannot be reached',
    detail: 'Check your connection, then try again',
  },
  noAnswer: {
    title: 'The desk did not answer',
    detail:
      'No answer came within 20 s. A change that you sent may have arrived: check, then try again.',
  },
  unexpectedAnswer: {
    title: 'The answer could not be read',
    detail: 'This page does not understand the answer of the service. Reload the page.',
  },
};
