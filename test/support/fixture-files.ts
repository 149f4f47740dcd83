import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_FOLDER } from './golden.js';
import { parseMarked } from './markers.js';
import { parseRuleFixture } from './rule-fixtures.js';

/** One file of a fixture, without its markers. */
export interface FixtureFile {
  readonly path: string;
  readonly text: string;
}

/** Every file of the marked fixtures: those of the reserved test, and those of each rule. */
export function allFixtureFiles(): readonly FixtureFile[] {
  const folder = join(TEST_FOLDER, 'fixtures');
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly FixtureFile[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path).flatMap((text) => parseRuleFixture(text));
    return entry.name.endsWith('.c') ? parseMarked(readFileSync(path, 'utf8')) : [];
  });
}

function sources(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.c'));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}
