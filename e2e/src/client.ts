import { createClient } from '@cpe-desk/client';
import { clientOf as untypedClientOf } from '../../service/test/support/client.ts';

/** The typed client of a desk, signed in as one of the demo people. */
export const clientOf = (origin: string, person: string) => {
  const { authorization } = untypedClientOf(origin, person);
  return createClient({
    baseUrl: origin,
    token: async () => (await authorization()).replace('Bearer ', ''),
  });
};
