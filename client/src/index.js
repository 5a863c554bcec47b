import createFetchClient from 'openapi-fetch';

/** A client of one desk. JavaScript, since Node does not strip types inside of node_modules. */
export const createClient = ({ baseUrl, token }) => {
  const client = createFetchClient({ baseUrl });
  if (token !== undefined)
    client.use({
      async onRequest({ request }) {
        request.headers.set(
          'authorization',
          `Bearer ${typeof token === 'string' ? token : await token()}`,
        );
        return request;
      },
    });
  return client;
};
