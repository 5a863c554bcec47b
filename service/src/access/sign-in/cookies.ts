import type { CookieSerializeOptions } from '@fastify/cookie';

/** The cookies of sign-in and their options. */
export type SignInCookies = { session: string; attempt: string; options: CookieSerializeOptions };

/**
 * With `__Host-` a neighbouring subdomain cannot set them. Browsers accept the prefix over https
 * only (RFC 6265bis 4.1.3.2).
 */
export const cookiesFor = (publicUrl: string): SignInCookies => {
  const secure = new URL(publicUrl).protocol === 'https:';
  const prefix = secure ? '__Host-' : '';
  return {
    session: `${prefix}cpe_desk_session`,
    attempt: `${prefix}cpe_desk_sign_in`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  };
};
