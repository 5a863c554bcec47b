/** Reads server-sent events (HTML, 9.2) until the answer ends or its request is aborted; hears the data of those with a name. */
export const readEvents = async (
  answer: Response,
  name: string,
  heard: (data: unknown) => void,
): Promise<void> => {
  const event = new RegExp(`^event: ${name}\\ndata: (.*)$`);
  let text = '';
  try {
    for await (const chunk of answer.body ?? []) {
      text += new TextDecoder().decode(chunk);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = event.exec(block)?.[1];
        if (data !== undefined) heard(JSON.parse(data));
      }
    }
  } catch {
    // Aborted, or cut off.
  }
};
