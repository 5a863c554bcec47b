type MigrationErrorCode =
  | 'bad-file-name'
  | 'bad-file'
  | 'changed'
  | 'newer-database'
  | 'out-of-order'
  | 'older-instances'
  | 'locked'
  | 'failed';

/** The database's schema and this build's migrations do not match; `message` gives the remedy. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MigrationError';
    this.code = code;
  }
}
