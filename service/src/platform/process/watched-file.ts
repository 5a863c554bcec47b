import { readFileSync, statSync } from 'node:fs';

/**
 * A file that is read again when it changed, by its times, size and number: a secret that is
 * mounted into a container changes by a link to another file. `read` throws where that fails.
 */
export const watchFile = (path: string): { read(): string } => {
  let known: { mark: string; text: string } | undefined;
  return {
    read() {
      const { mtimeMs, ctimeMs, size, ino } = statSync(path);
      const mark = [mtimeMs, ctimeMs, size, ino].join();
      if (known?.mark !== mark) known = { mark, text: readFileSync(path, 'utf8') };
      return known.text;
    },
  };
};
