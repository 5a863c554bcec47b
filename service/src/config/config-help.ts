import { settingGroups } from './config.ts';

type Setting = { name: string; usual: string; description: string };

/** What most deployments set; the help shows these first. */
const COMMON = [
  ...['PORT', 'HOST', 'PUBLIC_URL', 'DATA_DIR', 'DATABASE_URL', 'NIG_URL', 'OIDC_ISSUER'],
  ...['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'LOG_LEVEL'],
];

const everyGroup = Object.entries(settingGroups).map(([title, group]) => ({
  title,
  settings: Object.entries(group).map(([name, schema]): Setting => {
    const { usual, description } = schema.meta() ?? {};
    return { name, usual: String(usual), description: String(description) };
  }),
}));
const everySetting = everyGroup.flatMap(({ settings }) => settings);

const groups = [
  {
    title: 'Common',
    settings: COMMON.flatMap((name) => everySetting.filter((setting) => setting.name === name)),
  },
  ...everyGroup.map(({ title, settings }) => ({
    title,
    settings: settings.filter(({ name }) => !COMMON.includes(name)),
  })),
];

/** The help text, by group: each variable, its usual value and its meaning. */
export const configHelp = (): string =>
  groups
    .map(({ title, settings }) =>
      [
        `${title}:`,
        ...settings.map(
          ({ name, usual, description }) => `  ${name} (${usual})\n      ${description}`,
        ),
      ].join('\n'),
    )
    .join('\n\n');

/** The same as Markdown tables. */
export const configTable = (): string =>
  groups
    .map(({ title, settings }) =>
      [
        `## ${title}`,
        '',
        '| variable | usually | what |',
        '| --- | --- | --- |',
        ...settings.map(
          ({ name, usual, description }) => `| \`${name}\` | ${usual} | ${description} |`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
