import { readFileSync } from 'node:fs';
import type { AuditReport, Site } from '@pageref/shared';

/** One row of an expert's table. */
export interface TruthRow {
  readonly path: string;
  readonly line: number;
  readonly function: string;
  readonly form: string;
  readonly kind: string;
  /** The verdict first, then what an expert could also answer. */
  readonly verdicts: readonly string[];
  /** wrong-today, right-by-accident, either, or "-". */
  readonly impact: string;
}

export interface Score {
  readonly rows: number;
  readonly right: number;
  readonly kindRight: number;
  readonly unclear: number;
  readonly impactRows: number;
  readonly impactRight: number;
  /** Rows that need ZONE_DEVICE and were called safe. */
  readonly dangerous: readonly string[];
  readonly wrong: readonly string[];
  readonly missing: readonly string[];
}

const ALIAS: Readonly<Record<string, string>> = { needs: 'needs-zone-device', never: 'never-zone-device' };

export function readTruth(file: URL): TruthRow[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [path = '', at = '', fn = '', form = '', kind = '', verdict = '', , , note = '', impact = '-'] =
      line.split('\t');
    const alternatives = (/\[alt=([^\]]+)\]/.exec(note)?.[1] ?? '').split(/[,|/ ]+/).filter((word) => word !== '');
    const verdicts = [verdict, ...alternatives].map((word) => ALIAS[word] ?? word);
    return { path, line: Number(at), function: fn, form, kind, verdicts, impact };
  });
}

/** Scores a report against a table; a row whose line moved is matched by path, function, form and order. */
export function score(rows: readonly TruthRow[], report: AuditReport): Score {
  const [wrong, missing, dangerous]: string[][] = [[], [], []];
  let [right, kindRight, unclear, impactRows, impactRight] = [0, 0, 0, 0, 0];
  const left = new Set(report.sites);
  for (const row of rows) {
    const site = siteOf(row, left);
    if (!site) {
      missing?.push(`${row.path}:${row.line} ${row.function}`);
      continue;
    }
    left.delete(site);
    if (site.kind === row.kind) kindRight++;
    if (site.verdict === 'unclear') unclear++;
    if (row.verdicts.includes(site.verdict)) right++;
    else {
      const said = `${row.path}:${row.line} ${row.function}: said ${site.verdict} (${site.reason.contract}), truth ${row.verdicts.join(' or ')}`;
      wrong?.push(said);
      if (row.verdicts[0] === 'needs-zone-device' && site.verdict !== 'unclear') dangerous?.push(said);
    }
    if (row.verdicts[0] === 'needs-zone-device') {
      impactRows++;
      if (row.impact === 'either' || row.impact === site.impact) impactRight++;
    }
  }
  return {
    rows: rows.length,
    right,
    kindRight,
    unclear,
    impactRows,
    impactRight,
    dangerous: dangerous ?? [],
    wrong: wrong ?? [],
    missing: missing ?? [],
  };
}

function siteOf(row: TruthRow, sites: ReadonlySet<Site>): Site | undefined {
  const same = [...sites].filter((site) => site.path === row.path && site.form === row.form);
  return same.find((site) => site.line === row.line) ?? same.find((site) => site.function === row.function);
}
