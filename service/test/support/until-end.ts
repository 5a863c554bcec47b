import { after } from 'node:test';

const open: (() => unknown)[] = [];

/**
 * Does something at the end of the test that calls this, or of the file where no test does. The
 * last call goes first: what stands on another resource was opened after it.
 */
export function atEnd(dispose: () => unknown): void {
  open.push(dispose);
  after(() => open.pop()?.());
}

/** Disposes of a resource at the end of the test, or of the file. */
export function untilEnd<Resource extends AsyncDisposable>(resource: Resource): Resource {
  atEnd(() => resource[Symbol.asyncDispose]());
  return resource;
}
