const LONGEST = 72;

/** `area: imperative` or `area, area: imperative`; an area is a word such as `cpe-update`. */
const SUBJECT = /^[a-z][a-z\d-]*(?:, [a-z][a-z\d-]*)*: [a-z]/;

/** What is wrong with the subject of a commit. */
export const subjectFaults = (subject: string): string[] => [
  ...(SUBJECT.test(subject) ? [] : ['write "area: imperative", both in lower case']),
  ...(subject.length > LONGEST ? [`${subject.length} characters, at most ${LONGEST}`] : []),
  ...(subject.endsWith('.') ? ['ends with a full stop'] : []),
];
