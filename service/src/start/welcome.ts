type Welcome = {
  nigUrl: string;
  /** How to sign in and what to try; unless given, a request that needs no token. */
  howToTry?: string;
};

/** What is printed when the desk can be used: where it is, who to sign in as, one line to try. */
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
