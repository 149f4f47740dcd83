import type { HistoryCell, HistoryColumn, HistoryReport, HistoryRow } from '@pageref/shared';
import { countOf, oneLine } from '../common.js';
import { code, page, table, text } from '../html-parts.js';
import { aboutText, MARKS, nameOf, shownColumns, sinceOf, stateMark, stepsOf } from './common.js';
import type { Step } from './common.js';

/** Columns that a wide screen has room for. */
const MOST_COLUMNS = 60;

/**
 * A heat map of what was found over the revisions, as one page that stands alone. What needs no care is folded away until it is asked
 * for; each row opens into its places, and a column's head leads to what happened there.
 */
export function historyHtml(report: HistoryReport): string {
  const { tool, columns } = report;
  const title = 'History of page findings';
  return page(title, STYLE, [
    `<h1>${text(title)}</h1>`,
    `<p>${text(`${countOf(columns.length, 'revision')}. ${MARKS}.`)}</p>`,
    filters(),
    heatMap(report),
    ...stepsOf(report, 'all').map((step) => stepBlock(step, report)),
    subsystemBlock(report),
    `<footer>${text(`${tool.name} ${tool.version}`)}</footer>`,
  ]);
}

const STYLE = `
body { max-width: none; } .heat th, .heat td { padding: 0.1em 0.4em; } .heat thead th { position: sticky; top: 0;
  background: var(--vscode-editor-background, Canvas); vertical-align: bottom; } .heat td.cell { text-align: center; min-width: 1.6em; }
.w2 { background: color-mix(in srgb, var(--strong) 75%, transparent); } .w1 { background: color-mix(in srgb, var(--strong) 30%, transparent); }
.w0 { background: color-mix(in srgb, var(--weak) 20%, transparent); } .silent { opacity: 0.5; } details ul { margin: 0.2em 0; }
#wrong:checked ~ .heat tr.most1, #wrong:checked ~ .heat tr.most0, #care:checked ~ .heat tr.most0 { display: none; }
`;

/** Which rows are shown, without a script: the boxes stand in front of the table that they speak of. */
function filters(): string {
  const one = (id: string, label: string, checked: string): string =>
    `<input type="radio" name="shown" id="${id}"${checked}><label for="${id}">${label}</label>`;
  return [
    one('wrong', 'wrong today', ''),
    one('care', 'what needs care', ' checked'),
    one('every', 'everything', ''),
  ].join('\n');
}

function heatMap(report: HistoryReport): string {
  const { columns, rows } = report;
  const shown = shownColumns(report, MOST_COLUMNS);
  const head = shown.map(
    (at) => `<th><a href="#c${String(at)}">${text(nameOf(columns[at] as HistoryColumn))}</a></th>`,
  );
  const lines = rows.map((row) => rowLine(row, shown, columns));
  return [
    '<table class="heat">',
    `<thead><tr><th>what</th><th>since</th>${head.join('')}</tr></thead>`,
    `<tbody>\n${lines.join('\n')}\n</tbody>`,
    '</table>',
  ].join('\n');
}

function rowLine(row: HistoryRow, shown: readonly number[], columns: readonly HistoryColumn[]): string {
  const most = Math.max(0, ...row.cells.map((cell) => (cell && !cell.silent ? cell.weight : 0)));
  const cells = shown.map((at) => cellOf(row.cells[at] ?? null, columns[at] as HistoryColumn));
  const about = `<details><summary>${text(aboutText(row))}</summary>${placesOf(row, shown, columns)}</details>`;
  return `<tr class="most${String(most)}"><td>${about}</td><td>${code(sinceOf(row, columns))}</td>${cells.join('')}</tr>`;
}

function cellOf(cell: HistoryCell | null, column: HistoryColumn): string {
  if (!cell) return '<td class="cell"></td>';
  const silent = cell.silent ? ' silent' : '';
  const title = text(`${nameOf(column)}: ${cell.state}, ${placeOf(cell)}`);
  return `<td class="cell w${String(cell.weight)}${silent}" title="${title}">${stateMark(cell)}</td>`;
}

/** What it says, and where it is in each column in which it is somewhere else. */
function placesOf(
  { text: said, cells, id }: HistoryRow,
  shown: readonly number[],
  columns: readonly HistoryColumn[],
): string {
  let last = '';
  const items = shown.flatMap((at) => {
    const cell = cells[at];
    const now = cell ? `${placeOf(cell)} ${cell.state}` : '';
    if (!cell || now === last) return [];
    last = now;
    return [`<li>${text(nameOf(columns[at] as HistoryColumn))}: ${code(placeOf(cell))} ${text(cell.state)}</li>`];
  });
  return `<p>${text(said)} ${code(id.slice(0, 12))}</p><ul>${items.join('')}</ul>`;
}

function placeOf({ path, line, column }: HistoryCell): string {
  return oneLine(`${path}:${String(line)}:${String(column)}`);
}

function stepBlock({ column, events }: Step, { columns }: HistoryReport): string {
  const { date, subject, commit } = column;
  const about = [nameOf(column), date, subject, commit?.slice(0, 12)].filter(
    (part) => part !== null && part !== undefined,
  );
  const rows = events.map(({ what, of, states, place }) => [
    what,
    text(states),
    text(aboutText(of)),
    code(place),
    code(of.id.slice(0, 12)),
  ]);
  const head = `<h2 id="c${String(columns.indexOf(column))}">${text(about.join('  '))}</h2>`;
  return `${head}\n${table('sites', ['', 'state', 'what', 'place', 'fingerprint'], rows)}`;
}

function subsystemBlock({ subsystems, columns }: HistoryReport): string {
  const last = columns.at(-1);
  const rows = subsystems.flatMap(({ subsystem, columns: counts }) => {
    const [first, now] = [counts[0], counts.at(-1)];
    if (!first || !now || first.care + first.problems + now.care + now.problems === 0) return [];
    return [[text(subsystem), String(first.care + first.problems), String(now.care + now.problems)]];
  });
  if (rows.length === 0 || !last || !columns[0]) return '';
  const head = ['subsystem', text(nameOf(columns[0])), text(nameOf(last))];
  return `<h2>What needs care, by subsystem</h2>\n${table('sites', head, rows)}`;
}
