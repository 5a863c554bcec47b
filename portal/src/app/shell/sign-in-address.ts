const FAILURE = 'sign-in-failed';

/** Where signing in begins, so that it ends on the page that was asked for. */
export const signInAddress = (path: string, query: string): string => {
  const rest = new URLSearchParams(query);
  rest.delete(FAILURE);
  const returnTo = rest.size > 0 ? `${path}?${rest}` : path;
  return `/auth/login?${new URLSearchParams({ returnTo })}`;
};

const failures = ['refused', 'failed', 'unavailable'] as const;

/** Why the service sent the browser back without a session. */
export const signInFailure = (query: string): (typeof failures)[number] | null => {
  const reason = new URLSearchParams(query).get(FAILURE);
  return reason === null ? null : (failures.find((failure) => failure === reason) ?? 'failed');
};
