import type { Client } from 'openapi-fetch';
import type { components, paths } from './api.js';

export type { components, paths } from './api.js';

/** A schema of the API by its name, such as `Schema<'CpeUpdate'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export type ClientOptions = {
  /** Where the desk is, such as `https://desk.example`. */
  baseUrl: string;
  /** An access token, or a function that brings one for each request. Absent: public routes only. */
  token?: string | (() => string | Promise<string>);
};

/** `GET`, `POST` and `PUT` of each path; answers `{ data, error, response }` and throws on no answer only. */
export declare const createClient: (options: ClientOptions) => Client<paths>;
