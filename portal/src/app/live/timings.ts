/** When the tabs act, ms. Tests have shorter ones. */
export type Timings = {
  /** Changes of the wanted tickets are collected for so long. */
  collectMs: number;
  /** A stream or a leader that is silent for longer is dead: the service pings every 15 s. */
  silentMs: number;
  /** A leader answers within this time. */
  answerMs: number;
  /** How often silence is checked. A hidden tab may be slower: browsers throttle its timers. */
  checkMs: number;
  /** The wait after a refusal (an ended session, a proxy's 502); it doubles up to the last one. */
  refusedMs: number;
  mostRefusedMs: number;
};

export const TIMINGS: Timings = {
  collectMs: 150,
  silentMs: 40_000,
  answerMs: 3000,
  checkMs: 10_000,
  refusedMs: 5000,
  mostRefusedMs: 60_000,
};
