import { callerSchema, signedOutSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** Who is signed in. */
export const loadCaller = () => request(callerSchema, '/auth/me');

/** Ends one or all sessions of a person; an answer says where to sign out at the issuer, too. */
export const endSession = (everywhere: boolean) =>
  request(signedOutSchema.nullable(), `/auth/logout${everywhere ? '?everywhere=true' : ''}`, {
    method: 'POST',
  });
