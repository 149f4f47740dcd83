import type { FunctionOwners, OwnedAcquisition, OwnedBy, OwnedUnit, OwnedWay, OwnersReport } from '@pageref/shared';
import { countOf, oneLine, placeText, releaseText } from '../common.js';
import { coverageLists, row, type TextOptions } from '../text-rows.js';

/** For each function what it takes, with a line for each way out. */
export function ownersText({ functions, summary }: OwnersReport, { verbose, paint }: TextOptions): string {
  const missing = coverageLists(summary, verbose);
  const lines = [
    ...functions.flatMap((one) => [...functionLines(one, (text) => paint('bold', text)), '']),
    row('release', releaseText(summary.release)),
    row('taken', `${countOf(summary.acquisitions, 'time')}, ${String(summary.reported)} of them reported by check`),
    ...(missing.length > 0 ? ['', ...missing] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function functionLines(one: FunctionOwners, bold: (text: string) => string): string[] {
  return [bold(`${placeText(one)}: ${oneLine(one.function)}()`), ...one.acquisitions.flatMap(acquisitionLines)];
}

const WHAT: Readonly<Record<OwnedUnit, string>> = {
  reference: 'page',
  pin: 'pin',
  page: 'page',
  fragment: 'fragment',
  'page-pool': 'page of the pool',
  'pgmap-reference': 'pgmap',
  'kvm-map': 'mapping',
  lock: 'lock',
};

function acquisitionLines({ line, api, unit, ways, silence }: OwnedAcquisition): string[] {
  const width = Math.max(0, ...ways.map(({ returns }) => returned(returns).length));
  return [
    `  ${WHAT[unit]} of ${api}(), line ${String(line)}`,
    ...ways.map((way) => wayLine(way, Math.min(width, WIDEST))),
    ...silence.map((why) => `    nothing is reported: ${why}`),
  ];
}

/** Columns of what is returned. */
const WIDEST = 40;

function wayLine({ line, returns, owners }: OwnedWay, width: number): string {
  const said = owners.map(ownerText).join('; or ');
  return `    ${String(line).padStart(5)}  ${returned(returns).padEnd(width)}  ${said}`;
}

function returned(returns: string): string {
  const text = returns === '' ? 'end' : `return ${oneLine(returns)}`;
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 3)}...` : text;
}

function ownerText({ owner, by, line }: OwnedBy): string {
  const where = line === null ? '' : `, line ${String(line)}`;
  switch (owner) {
    case 'this-function':
      return 'this function still owes it';
    case 'given-back':
      return `given back by ${by}()${where}`;
    case 'kept':
      return `kept in ${oneLine(by)}`;
    case 'returned':
      return 'the caller gets it';
    case 'handed-over':
      return `taken over by ${by}()${where}`;
    case 'unknown-call':
      return `this function owes it, or ${by}() took it over${where}`;
    case 'lost':
      return `lost${where}`;
    case 'not-followed':
      return 'followed no further';
  }
}
