import { segmentGroups } from '@cpe-desk/contract';
import { type DemoPerson, demoPeople } from './people.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: Canvas; color: CanvasText; }
  main { width: min(26rem, calc(100vw - 2rem)); padding-block: 2rem; }
  h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
  ul { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: .5rem; }
  button { width: 100%; padding: .75rem 1rem; font: inherit; text-align: start; cursor: pointer; color: inherit;
    background: transparent; border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; }
  button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
  button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
  button strong, button span { display: block; }
  button span { font-size: .875rem; opacity: .8; }`;

/** A page with its Content-Security-Policy: no scripts, only its own style. */
export type DemoPage = { html: string; policy: string };

const page = (title: string, body: string): DemoPage => {
  const nonce = crypto.randomUUID();
  return {
    policy: `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} · CPE Desk demo</title>
<style nonce="${nonce}">${STYLE}</style>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</html>
`,
  };
};

/** The page on which to choose a person; `path` is the address of this sign-in. */
export const personPicker = (path: string): DemoPage =>
  page(
    'Who are you?',
    `<p>This is the demo’s identity provider: no passwords, choose a person.</p>
<form method="post">
<ul>
${demoPeople.map((person) => `<li>${personButton(person, path)}</li>`).join('\n')}
</ul>
</form>`,
  );

const personButton = (
  { id, name, role, segmentGroups: groups }: DemoPerson,
  path: string,
): string => {
  const scope =
    groups.length === segmentGroups.length ? 'all segment groups' : `only ${groups.join(', ')}`;
  const action = escaped(`${path}/${id}`);
  return `<button formaction="${action}"><strong>${escaped(name)}</strong><span>${escaped(`${role}, ${scope}`)}</span></button>`;
};

/** An error, and a link back to the desk. */
export const demoErrorPage = (detail: string): DemoPage =>
  page(
    'This sign-in did not work',
    `<p>${escaped(detail)}</p>\n<p><a href="/">Back to CPE Desk</a></p>`,
  );
