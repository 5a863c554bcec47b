/** The issuer cannot be reached, or its answer is not an issuer's. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The issuer cannot be reached', { cause });
    this.name = 'IssuerUnavailable';
  }
}
