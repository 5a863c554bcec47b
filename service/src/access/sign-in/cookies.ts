import type { CookieSerializeOptions } from '@fastify/cookie';

/** The cookies of sign-in and how they are set. */
export type SignInCookies = { session: string; attempt: string; options: CookieSerializeOptions };

/** `__Host-` keeps a neighbouring subdomain from planting them; browsers take it over https only (RFC 6265bis 4.1.3.2). */
export const cookiesFor = (publicUrl: string): SignInCookies => {
  const secure = new URL(publicUrl).protocol === 'https:';
  const prefix = secure ? '__Host-' : '';
  return {
    session: `${prefix}cpe_desk_session`,
    attempt: `${prefix}cpe_desk_sign_in`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  };
};
