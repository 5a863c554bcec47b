type Cookie = { value: string; path: string; attributes: string };
type Cookies = Map<string, Cookie>;

/** A browser for sign-in: it keeps cookies by path, and follows no redirect. */
export type Browser = {
  cookies: Cookies;
  get(url: string | URL, headers?: Record<string, string>): Promise<Response>;
  post(url: string | URL, headers?: Record<string, string>): Promise<Response>;
};

export const newBrowser = (origin: string, cookies: Cookies = new Map()): Browser => {
  const send = async (url: string | URL, method: string, headers: Record<string, string>) => {
    const target = new URL(url, origin);
    const response = await fetch(target, {
      method,
      headers: { accept: 'text/html', ...headers, cookie: cookiesFor(target, cookies) },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  return {
    cookies,
    get: (url, headers = {}) => send(url, 'GET', headers),
    post: (url, headers = { origin }) => send(url, 'POST', headers),
  };
};

/** A browser with one cookie. */
export const browserWith = (origin: string, name: string, value: string): Browser =>
  newBrowser(origin, new Map([[name, { value, path: '/', attributes: '' }]]));

const cookiesFor = ({ pathname }: URL, cookies: Cookies): string =>
  [...cookies]
    .filter(([, { path }]) => pathname.startsWith(path))
    .map(([name, { value }]) => `${name}=${value}`)
    .join('; ');

const keep = (cookies: Cookies, line: string): void => {
  const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
  const expires = /expires=([^;]+)/i.exec(attributes)?.[1];
  if (expires !== undefined && Date.parse(expires) < Date.now()) cookies.delete(name);
  else cookies.set(name, { value, attributes, path: /path=([^;]+)/i.exec(attributes)?.[1] ?? '/' });
};

/** Where a response sends the browser. */
export const locationOf = (response: Response): URL => {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} ${response.url} redirects nowhere`);
  return new URL(location, response.url);
};

/** Signs in as one of the demo people, up to the last redirect of the issuer. */
export const reachCallback = async (
  browser: Browser,
  person: string,
  login = '/auth/login',
): Promise<URL> => {
  const authorization = locationOf(await browser.get(login));
  const page = await (await browser.get(locationOf(await browser.get(authorization)))).text();
  const actions = [...page.matchAll(/formaction="([^"]+)"/g)].map(([, action = '']) => action);
  const action = actions.find((path) => path.endsWith(`/${person}`));
  if (action === undefined) throw new Error(`the page does not offer ${person}:\n${page}`);
  return locationOf(await browser.get(locationOf(await browser.post(action))));
};

/** Signs in; answers the last address of the browser. */
export const signIn = async (browser: Browser, person: string, login?: string): Promise<URL> =>
  locationOf(await browser.get(await reachCallback(browser, person, login)));
