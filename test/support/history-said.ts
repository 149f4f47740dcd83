import type { AuditReport, CheckReport } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from './cli.js';

/** What is said of one tree: a line for each test of the bit, and one for each finding of the other rules. Sorted. */
export interface Said {
  readonly tests: readonly string[];
  readonly findings: readonly string[];
}

/** What `audit` and `check` say of a tree on disk. */
export async function saidOnDisk(root: string): Promise<Said> {
  const audit = (await reportOn(root, 'audit')) as AuditReport;
  const check = (await reportOn(root, 'check')) as CheckReport;
  return {
    tests: audit.sites
      .map((one) => `${one.path}:${one.line} ${stateOf(one.verdict, one.impact)} ${one.fingerprint}`)
      .sort(),
    findings: check.findings
      .filter(({ rule }) => rule !== 'reserved-conflates-zone-device')
      .map((one) => `${one.path}:${one.line} ${one.rule} ${stateOf(one.severity, one.impact)} ${one.fingerprint}`)
      .sort(),
  };
}

async function reportOn(root: string, command: 'audit' | 'check'): Promise<unknown> {
  return JSON.parse((await pageref([command, root, '--no-cache', '--format', 'json'], { engine })).stdout);
}

function stateOf(state: string, impact: string | null): string {
  return impact === null ? state : `${state}/${impact}`;
}

/** A test or finding of a history in one of its columns. */
export interface SaidThere {
  readonly kind: 'test' | 'finding';
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly state: string;
  readonly fingerprint: string;
}

/** The same words for what a history says of one column. */
export function saidThere(all: readonly SaidThere[]): Said {
  const isTest = ({ kind }: SaidThere): boolean => kind === 'test';
  return {
    tests: all
      .filter(isTest)
      .map((one) => `${one.path}:${one.line} ${one.state} ${one.fingerprint}`)
      .sort(),
    findings: all
      .filter((one) => !isTest(one))
      .map((one) => `${one.path}:${one.line} ${one.rule} ${one.state} ${one.fingerprint}`)
      .sort(),
  };
}
