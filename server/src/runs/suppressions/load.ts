import { join } from 'node:path';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import { exists, readGiven, readSource } from '../../vfs/index.js';
import type { SourceText, TreeFiles } from '../../vfs/index.js';
import { CannotRun } from '../../project/options.js';
import type { SuppressionFile } from './apply.js';

/** A line for each finding of a large tree fits many times over. Bytes. */
export const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The judgements of a tree and of a baseline, in that order. Throws CannotRun where a file has mistakes: a run without
 * it would say something else than was asked.
 * @param root absolute path of the tree
 * @param baseline absolute path of a file a person gave
 * @param stored the files of the tree, where they are not on disk
 */
export async function loadSuppressions(
  root: string,
  baseline?: string,
  stored?: TreeFiles,
): Promise<readonly SuppressionFile[]> {
  const own = join(root, SUPPRESSIONS_FILE);
  const files: SuppressionFile[] = [];
  if (own !== baseline && (stored ? isStored(stored) : exists(own))) {
    const text = stored?.read(SUPPRESSIONS_FILE) ?? readSource(root, SUPPRESSIONS_FILE, MOST_BYTES);
    files.push(await readOne({ path: own, shown: SUPPRESSIONS_FILE, baseline: false }, text));
  }
  if (baseline !== undefined) {
    const shown = own === baseline ? SUPPRESSIONS_FILE : baseline;
    files.push(await readOne({ path: baseline, shown, baseline: true }, readGiven(baseline, MOST_BYTES)));
  }
  return files;
}

function isStored(files: TreeFiles): boolean {
  const top = files.list('');
  return !('why' in top) && top.files.includes(SUPPRESSIONS_FILE);
}

async function readOne(place: Omit<SuppressionFile, 'suppressions'>, source: SourceText): Promise<SuppressionFile> {
  const { shown } = place;
  if ('why' in source) throw new CannotRun(`cannot read the judged findings: ${shown}: ${source.why}`);
  const [{ readSuppressions }, { problemLine }] = await Promise.all([
    import('./read.js'),
    import('../../project/user-model/json.js'),
  ]);
  const { suppressions, problems } = readSuppressions(source.text, shown);
  if (problems.length === 0) return { ...place, suppressions };
  throw new CannotRun(mistakes(problems.map((one) => problemLine(shown, source.text, one))));
}

/** A file that is something else has a mistake on every line. */
const MOST_LINES = 50;

function mistakes(lines: readonly string[]): string {
  const head = lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`;
  const more = lines.length > MOST_LINES ? ['...'] : [];
  return [
    `${head} in the judged findings:`,
    ...lines.slice(0, MOST_LINES),
    ...more,
    'docs/suppressions.md says what can stand there.',
  ].join('\n');
}
