import { signInFailureWords } from './words.ts';

const FAILURE = 'sign-in-failed';

/** Where signing in begins, so that it ends on the page that was asked for. */
export const signInAddress = (path: string, query: string): string => {
  const rest = new URLSearchParams(query);
  rest.delete(FAILURE);
  const returnTo = rest.size > 0 ? `${path}?${rest}` : path;
  return `/auth/login?${new URLSearchParams({ returnTo })}`;
};

/** Why the service sent the browser back without a session, in words. */
export const signInFailure = (query: string): string | null => {
  const reason = new URLSearchParams(query).get(FAILURE);
  if (reason === null) return null;
  return new Map(Object.entries(signInFailureWords)).get(reason) ?? signInFailureWords.failed;
};
