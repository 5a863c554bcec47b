/** The text of a desk's /metrics. */
export const readMetrics = async ({ origin }: { origin: string }): Promise<string> =>
  (await fetch(`${origin}/metrics`)).text();
