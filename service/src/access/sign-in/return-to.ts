import { hasControlCharacter } from '@cpe-desk/contract';

// It travels in a cookie, and browsers drop cookies beyond 4096 bytes.
const LONGEST = 1000;

/** Where to go after signing in: the path that was asked for if it is one of this site, else the start page. */
export const returnToOf = (wanted: string | undefined): string =>
  wanted !== undefined && isOurPath(wanted) ? wanted : '/';

/**
 * Browsers read `//host` and `/\host` as another site, and drop tabs and line breaks before they look
 * (WHATWG URL 4.4).
 */
const isOurPath = (path: string): boolean =>
  path.length <= LONGEST && /^\/(?![/\\])[^\\]*$/.test(path) && !hasControlCharacter(path);
