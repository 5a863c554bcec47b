export type StartErrorCode =
  | 'data-dir-in-use'
  | 'postgres-not-packaged'
  | 'postgres-does-not-run'
  | 'postgres-account'
  | 'database-away'
  | 'postgres-location'
  | 'postgres-version'
  | 'postgres-not-answering'
  | 'postgres-failed'
  | 'not-heard'
  | 'nig'
  | 'tls'
  | 'nig-simulator'
  | 'portal-build'
  | 'address'
  | 'schema'
  | 'history-key'
  | 'history-restore'
  | 'client-key'
  | 'time-zone'
  // The database's schema and this build's migrations do not match.
  | 'bad-file-name'
  | 'bad-file'
  | 'changed'
  | 'newer-database'
  | 'out-of-order'
  | 'older-instances'
  | 'locked'
  | 'failed';

/** Why the product cannot start, in words for the operator: print the message, not the stack. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
    this.code = code;
  }
}

/** The error code of a failed system call, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
