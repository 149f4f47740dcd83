import { dirname, join } from 'node:path';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import type { Suppression } from '@pageref/shared';
import { exists, readSource } from '../vfs/index.js';
import type { SourceText } from '../vfs/index.js';
import type { EditorFinding, TextAnalysis } from './incremental.js';
import { suppressionKey } from '../runs/suppressions/apply.js';
import { MOST_BYTES } from '../runs/suppressions/load.js';

/** What people have judged in a tree. A broken line costs itself alone: in an editor its mistake is shown in the file. */
export interface TreeSuppressions {
  /** The judgement of each finding, by the path it is in and its key. */
  readonly byPath: ReadonlyMap<string, ReadonlyMap<string, Suppression>>;
}

export const NO_SUPPRESSIONS: TreeSuppressions = { byPath: new Map() };

/** What a finding of an editor is called in a file of judged findings. */
export function suppressible(
  path: string,
  { function: fn, rule, fingerprint }: EditorFinding,
): Omit<Suppression, 'verdict' | 'reason'> {
  return { path, function: fn, rule, fingerprint };
}

export function suppressionOf(
  { byPath }: TreeSuppressions,
  path: string,
  finding: EditorFinding,
): Suppression | undefined {
  return byPath.get(path)?.get(suppressionKey(suppressible(path, finding)));
}

/** The analysis without the findings that somebody has judged. */
export function unsuppressed(analysis: TextAnalysis, suppressions: TreeSuppressions): TextAnalysis {
  const { path, findings } = analysis;
  if (!suppressions.byPath.has(path)) return analysis;
  return { ...analysis, findings: findings.filter((finding) => !suppressionOf(suppressions, path, finding)) };
}

/** A text that changes whenever another set of findings of a file is silent, for the identity of its diagnostics. */
export function suppressionsIdentity({ byPath }: TreeSuppressions, path: string): string {
  return [...(byPath.get(path)?.keys() ?? [])].sort().join('\n');
}

export interface SuppressionEvents {
  /** Told of files that cannot be read, or have lines that are left out. */
  readonly log?: (message: string) => void;
  /** Findings have become silent, or speak again. */
  readonly onChange?: () => void;
}

/** The judgements of each tree of an editor session: read when they are first asked for, and again when the file changes. */
export class SuppressionStore {
  private readonly known = new Map<string, Promise<TreeSuppressions>>();

  /** @param buffers texts that stand for the files at these absolute paths */
  constructor(
    private readonly buffers: ReadonlyMap<string, string>,
    private readonly events: SuppressionEvents = {},
  ) {}

  /** Those of the file in a folder; none for a document that is in no tree. Never rejects. */
  of(root: string | undefined): Promise<TreeSuppressions> {
    if (root === undefined) return Promise.resolve(NO_SUPPRESSIONS);
    let suppressions = this.known.get(root);
    if (!suppressions) {
      suppressions = this.read(root);
      this.known.set(root, suppressions);
    }
    return suppressions;
  }

  /** The text of the file in a folder, an editor's before the disk's; undefined where there is none. */
  text(root: string): SourceText | undefined {
    const path = join(root, SUPPRESSIONS_FILE);
    const text = this.buffers.get(path);
    if (text !== undefined) return { text };
    return exists(path) ? readSource(root, SUPPRESSIONS_FILE, MOST_BYTES) : undefined;
  }

  /** Notes that a file of judged findings changed, came or went. */
  changed(path: string): void {
    const root = dirname(path);
    const before = this.known.get(root);
    if (!before) return;
    this.known.delete(root);
    // Changes that come in one go are read once.
    setImmediate(() => void this.compare(root, before));
  }

  /** For editors that do not tell of files. */
  recheck(): void {
    for (const root of [...this.known.keys()]) this.changed(join(root, SUPPRESSIONS_FILE));
  }

  private async compare(root: string, before: Promise<TreeSuppressions>): Promise<void> {
    const [was, now] = await Promise.all([before, this.of(root)]);
    const paths = new Set([...was.byPath.keys(), ...now.byPath.keys()]);
    if ([...paths].some((path) => suppressionsIdentity(was, path) !== suppressionsIdentity(now, path)))
      this.events.onChange?.();
  }

  private async read(root: string): Promise<TreeSuppressions> {
    const source = this.text(root);
    if (!source) return NO_SUPPRESSIONS;
    const path = join(root, SUPPRESSIONS_FILE);
    if ('why' in source) {
      this.events.log?.(`the judged findings are not used: ${path}: ${source.why}`);
      return NO_SUPPRESSIONS;
    }
    const { readSuppressions } = await import('../runs/suppressions/read.js');
    const { suppressions, problems } = readSuppressions(source.text, SUPPRESSIONS_FILE);
    // What somebody is typing is shown where it is typed.
    if (problems.length > 0 && !this.buffers.has(path)) this.events.log?.(leftOut(path, problems.length));
    const byPath = new Map<string, Map<string, Suppression>>();
    for (const { suppression } of suppressions) {
      const here = byPath.get(suppression.path) ?? new Map<string, Suppression>();
      byPath.set(suppression.path, here.set(suppressionKey(suppression), suppression));
    }
    return { byPath };
  }
}

function leftOut(path: string, count: number): string {
  return `${path}: ${count === 1 ? '1 line has a mistake and is' : `${count} lines have mistakes and are`} left out`;
}

/** What a hover says of a finding that somebody has judged. */
export function suppressionText(suppression: Suppression | undefined): string[] {
  return suppression ? [`Judged (${suppression.verdict}): ${suppression.reason}`] : [];
}
