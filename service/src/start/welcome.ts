type Welcome = {
  nigUrl: string;
  /** How to sign in and what to try; by default a request that needs no token. */
  howToTry?: string;
};

/** The text when the desk is ready: its address, how to sign in, and one line to try. */
export const welcome = (
  publicUrl: string,
  { nigUrl, howToTry = `Try             curl ${publicUrl}/readyz` }: Welcome,
): string => `
CPE Desk is at  ${publicUrl}
API reference   ${publicUrl}/docs
NIG             ${nigUrl}
${howToTry}
Ctrl-C stops it
`;
