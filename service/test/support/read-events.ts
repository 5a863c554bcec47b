const EVENT = /^event: (\S+)\ndata: (.*)$/;

/** Reads server-sent events (HTML, 9.2) until the answer ends or its request is aborted. */
export const readAllEvents = async (
  answer: Response,
  heard: (name: string, data: unknown) => void,
): Promise<void> => {
  let text = '';
  try {
    for await (const chunk of answer.body ?? []) {
      text += new TextDecoder().decode(chunk);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name, data] = EVENT.exec(block) ?? [];
        if (name !== undefined && data !== undefined) heard(name, JSON.parse(data));
      }
    }
  } catch {
    // Aborted or disconnected.
  }
};

/** Reads the events with one name. */
export const readEvents = (
  answer: Response,
  name: string,
  heard: (data: unknown) => void,
): Promise<void> =>
  readAllEvents(answer, (named, data) => {
    if (named === name) heard(data);
  });
