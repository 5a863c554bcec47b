const FAILURE = 'sign-in-failed';

/**
 * Where signing in begins, so that it ends on the page that was asked for. `asksAgain`: the issuer
 * asks who it is, also where it knows somebody.
 */
export const signInAddress = (path: string, query: string, asksAgain = false): string => {
  const rest = new URLSearchParams(query);
  rest.delete(FAILURE);
  const returnTo = rest.size > 0 ? `${path}?${rest}` : path;
  return `/auth/login?${new URLSearchParams({ returnTo, ...(asksAgain && { asksAgain: 'true' }) })}`;
};

const failures = ['refused', 'failed', 'unavailable', 'no-role', 'group-overage'] as const;

/** Why the service sent the browser back without a session. */
export const signInFailure = (query: string): (typeof failures)[number] | null => {
  const reason = new URLSearchParams(query).get(FAILURE);
  return reason === null ? null : (failures.find((failure) => failure === reason) ?? 'failed');
};
