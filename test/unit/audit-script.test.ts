import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../support/golden.js';

/** Runs scripts/audit.mjs with a npm that answers this for the packages that ship, and that for all of them. */
function audit(shipped: string, all: string): { readonly code: number | null; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pageref-audit-'));
  try {
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\ncase "$*" in *omit=dev*) echo '${shipped}';; *) echo '${all}';; esac\nexit 1\n`);
    chmodSync(npm, 0o755);
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const ran = spawnSync(process.execPath, [join(REPOSITORY, 'scripts', 'audit.mjs')], { env, encoding: 'utf8' });
    return { code: ran.status, text: ran.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const answer = (severity: string): string =>
  JSON.stringify({ vulnerabilities: { leaky: { severity, via: ['below', { title: 'it leaks' }] } } });
const NONE = JSON.stringify({ vulnerabilities: {} });

test(
  'holes fail where they ship and are high, and are printed everywhere',
  { skip: process.platform === 'win32' },
  () => {
    const cases: readonly (readonly [shipped: string, all: string, code: number, said: RegExp])[] = [
      [NONE, NONE, 0, /^npm audit: 0 packages with known holes, 0 of them/],
      [NONE, answer('critical'), 0, /^npm audit: leaky: critical: below; it leaks\nnpm audit: 1 packages .* 0 of them/],
      [answer('moderate'), answer('moderate'), 0, /leaky: moderate/],
      [answer('high'), answer('high'), 1, /1 of them ship and are high or critical/],
      ['{"error":{"code":"EAUDITNOTSUPPORTED"}}', NONE, 0, /^npm audit: the registry does not answer/],
      ['', '', 0, /^npm audit: the registry does not answer/],
    ];
    for (const [shipped, all, code, said] of cases) {
      const ran = audit(shipped, all);
      assert.equal(ran.code, code, ran.text);
      assert.match(ran.text, said);
    }
  },
);
