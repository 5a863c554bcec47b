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

/**
 * The secret of a setting, or of its file, which is read again when it changes; undefined where
 * there is none. While the file cannot be read or is not usable, the last secret counts.
 */
export const secretReader = (
  value: string | undefined,
  path: string | undefined,
  isUsable = (text: string) => text !== '',
): (() => string | undefined) => {
  if (path === undefined) return () => value;
  const file = watchFile(path);
  let last = value;
  return () => {
    try {
      const text = file.read().trim();
      if (isUsable(text)) last = text;
    } catch {
      // Whoever replaces it may have removed it first.
    }
    return last;
  };
};
