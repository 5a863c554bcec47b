import { callerSchema, signedOutSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** Who is signed in. */
export const loadCaller = () => request(callerSchema, '/auth/me');

/** Ends the session, or all of the person's; the answer, if any, says where to sign out at the issuer, too. */
export const endSession = (everywhere: boolean) =>
  request(signedOutSchema.nullable(), `/auth/logout${everywhere ? '?everywhere=true' : ''}`, {
    method: 'POST',
  });
