import { createHash } from 'node:crypto';
import { oneLine } from './common.js';

/** What the HTML reports are made of. Everything that comes from a tree goes through `text` or `code`. */

/** Colours of the editor where the page is shown in one, else those of the browser. */
const STYLE = `
:root { color-scheme: light dark; --strong: var(--vscode-charts-orange, #c4581a); --weak: var(--vscode-charts-blue, #5b8fb9); }
body { font: 14px/1.5 var(--vscode-font-family, system-ui, sans-serif); margin: 2em auto; max-width: 75em; padding: 0 1em;
  color: var(--vscode-foreground, CanvasText); background: var(--vscode-editor-background, Canvas); }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } td, th { padding: 0.25em 0.75em; text-align: left; vertical-align: top; }
.sites td, .sites th { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
code { font-family: var(--vscode-editor-font-family, monospace); } footer { margin-top: 2em; opacity: 0.7; }
`;

/**
 * A page that stands alone: no script, no font, no picture from elsewhere, and a policy that would forbid them.
 * @param parts HTML; empty ones are left out
 */
export function page(title: string, style: string, parts: readonly string[]): string {
  const css = STYLE + style;
  const hash = createHash('sha256').update(css).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text(title)}</title>`,
    `<style>${css}</style>`,
  ].join('\n');
  const body = parts.filter((part) => part !== '').join('\n');
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

/** @param rows cells as HTML */
export function table(
  className: string,
  columns: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
): string {
  const line = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const lines = [...(columns ? [line('th', columns)] : []), ...rows.map((cells) => line('td', cells))];
  return `<table class="${className}">\n${lines.join('\n')}\n</table>`;
}

export function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function text(value: string): string {
  return oneLine(value).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
