import type { LineListener } from './line-listeners.ts';
import { LiveConnection } from './live-connection.ts';
import { streamHeardAt, streamState } from './stream-state.ts';
import { TIMINGS } from './timings.ts';

let live: LiveConnection | undefined;

const connect = (): LiveConnection => {
  const connection = new LiveConnection({
    name: 'cpe-desk-live',
    locks: navigator.locks,
    openSource: (url) => new EventSource(url),
    timings: TIMINGS,
    told: (state) => streamState.set(state),
    heard: () => streamHeardAt.set(Date.now()),
  });
  const isVisible = () => document.visibilityState === 'visible';
  const wake = () => connection.wake(isVisible());
  document.addEventListener('visibilitychange', () => {
    if (isVisible()) wake();
  });
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) connection.restore();
  });
  window.addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) connection.stop();
  });
  return connection;
};

/** Hears of a ticket's line until the returned function is called. */
export const hearLine = (listener: LineListener): (() => void) => {
  live ??= connect();
  return live.hear(listener);
};
