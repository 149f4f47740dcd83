#!/usr/bin/env node
/**
 * Asks the registry whether packages of the lock file have known holes. High and critical ones in what ships fail; others are
 * printed. A registry that does not answer this question (mirrors do not) fails nothing, and is said.
 */
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const FAILS = ['high', 'critical'];

const [shipped, all] = [ask(['--omit=dev']), ask([])];
if (shipped && all) tell(shipped, all);
else say('the registry does not answer: nothing is known of holes in packages');

function tell(shipped, all) {
  for (const [name, { severity, via }] of Object.entries(all)) say(`${name}: ${severity}: ${reasons(via)}`);
  const failing = Object.values(shipped).filter(({ severity }) => FAILS.includes(severity));
  const count = Object.keys(all).length;
  say(`${count} packages with known holes, ${failing.length} of them ship and are high or critical`);
  process.exitCode = failing.length > 0 ? 1 : 0;
}

/** Packages with holes, by name; undefined where the registry has given no answer. */
function ask(options) {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...options], {
    cwd: TOP,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  try {
    return JSON.parse(stdout).vulnerabilities;
  } catch {
    return undefined;
  }
}

function reasons(via) {
  return via.map((one) => (typeof one === 'string' ? one : one.title)).join('; ');
}

function say(text) {
  process.stdout.write(`npm audit: ${text}\n`);
}
