import type { ApiDescription } from '../../runs/api/describe.js';
import type { EffectTable } from '../../runs/api/effect-table.js';
import { apiText } from './text.js';
import { placeText } from '../common.js';
import { cell, code, table } from '../markdown-parts.js';
import { plain } from '../paint.js';

/**
 * What a name does to each page kind, then all the model knows of it, as markdown.
 * @param description undefined for a name the model does not know
 */
export function effectTableMarkdown(
  name: string,
  effects: EffectTable | undefined,
  description: ApiDescription | undefined,
): string {
  const release = effects?.release ?? description?.release;
  const blocks = [
    `# ${code(name)}${release === undefined ? '' : ` in Linux ${release}`}`,
    effects ? kindsBlock(effects) : 'Nothing it does depends on what the page is.',
    description ? `## What the model says\n\n\`\`\`text\n${apiText(description, { paint: plain })}\`\`\`` : '',
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function kindsBlock({ from, columns, rows }: EffectTable): string {
  const source = from ? `Read from its own code, ${code(placeText({ ...from, column: 1 }))}.\n\n` : '';
  const lines = rows.map(({ kind, title, reserved, cells }) => [code(kind), cell(title), cell(reserved), ...cells]);
  return `${source}${table(['page kind', 'what it is', 'PG_reserved', ...columns.map(cell)], lines)}`;
}
