import { callerSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { request } from './request.ts';

/** Who is signed in. */
export const loadCaller = () => request(callerSchema, '/auth/me');

/** Ends the session. The answer has no body. */
export const endSession = () => request(z.null(), '/auth/logout', { method: 'POST' });
