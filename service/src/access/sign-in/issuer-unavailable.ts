/** The issuer can not be reached, or does not answer as an issuer does. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The issuer cannot be reached', { cause });
    this.name = 'IssuerUnavailable';
  }
}
