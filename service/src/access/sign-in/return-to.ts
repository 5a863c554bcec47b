import { hasControlCharacter } from '@cpe-desk/contract';

// The path is stored in a cookie, and browsers drop cookies above 4096 bytes.
const LONGEST = 1000;

/** Where to go after sign-in: the wanted path where it is one of this site, else the start page. */
export const returnToOf = (wanted: string | undefined): string =>
  wanted !== undefined && isLocalPath(wanted) ? wanted : '/';

/**
 * Browsers read `//host` and `/\host` as another site. They drop tabs and line breaks before
 * parsing (WHATWG URL 4.4).
 */
const isLocalPath = (path: string): boolean =>
  path.length <= LONGEST && /^\/(?![/\\])[^\\]*$/.test(path) && !hasControlCharacter(path);
