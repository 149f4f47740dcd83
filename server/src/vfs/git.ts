import { spawnSync } from 'node:child_process';
import { decodeSource } from './disk.js';
import type { FolderListing, SourceText } from './disk.js';
import type { TreeFiles } from './tree-files.js';

/**
 * Asking git for what it has stored. Only commands that read objects and the index are run, without a shell, and with
 * everything turned off that a repository's own configuration could make them run: hooks, monitors, transports, pagers.
 */
const SAFE = [
  ...['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', '-c', 'core.pager=cat', '-c', 'protocol.allow=never'],
  '--no-pager',
];
const MAX_BYTES = 1 << 30;

/** Output of one git command, or why there is none: what git said, on one line. */
type Answer = { readonly bytes: Buffer } | { readonly why: string };

function git(root: string, args: readonly string[], input?: string): Answer {
  const run = spawnSync('git', [...SAFE, ...args], {
    cwd: root,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    input: input ?? '',
    maxBuffer: MAX_BYTES,
  });
  if (run.error) return { why: isMissing(run.error) ? 'git is not installed' : run.error.message };
  if (run.status === 0) return { bytes: run.stdout };
  return { why: run.stderr.toString().trim().split('\n').at(-1) ?? `git ended with ${String(run.status)}` };
}

function isMissing(error: Error): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}

/** A commit of the repository a tree lies in. */
export interface GitRevision {
  /** Full id. */
  readonly commit: string;
  /** The tree at that commit; nothing is checked out. */
  readonly files: TreeFiles;
}

/** Finds a commit by any name git knows for it. `root` is the top of the tree, which may be a folder of the repository. */
export function openRevision(root: string, name: string): GitRevision | { readonly why: string } {
  const found = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if ('why' in found) {
    const inside = git(root, ['rev-parse', '--is-inside-work-tree']);
    return 'why' in inside ? inside : { why: `git knows no commit "${name}"` };
  }
  const commit = found.bytes.toString().trim();
  return { commit, files: new RevisionFiles(root, commit) };
}

/** Paths of files that differ between a commit and the files on disk (or another commit), as far as git follows them. */
export function differingPaths(root: string, from: string, to?: string): readonly string[] | { readonly why: string } {
  const common = ['--name-only', '-z', '--no-renames', '--ignore-submodules=all', '--relative'];
  const answer =
    to === undefined
      ? git(root, ['diff-index', ...common, from, '--', '.'])
      : git(root, ['diff-tree', '-r', ...common, from, to, '--', '.']);
  if ('why' in answer) return answer;
  return decodeSource(answer.bytes)
    .split('\0')
    .filter((path) => path !== '');
}

/** Texts of blobs by their (abbreviated) ids; undefined for those that git does not have. */
export function readBlobs(root: string, ids: readonly string[]): readonly (string | undefined)[] {
  const wanted = ids.map((id) => (/^[0-9a-f]{4,64}$/.test(id) ? id : '0'.repeat(40)));
  return readObjects(root, wanted).map((bytes) => (bytes === undefined ? undefined : decodeSource(bytes)));
}

/** The contents of objects in the order of their names, in one run of git. */
function readObjects(root: string, names: readonly string[]): (Buffer | undefined)[] {
  if (names.length === 0) return [];
  const answer = git(root, ['cat-file', '--batch'], names.map((name) => `${name}\n`).join(''));
  if ('why' in answer) return names.map(() => undefined);
  const found: (Buffer | undefined)[] = [];
  let at = 0;
  for (const _name of names) {
    const newline = answer.bytes.indexOf(10, at);
    const head = answer.bytes.toString('latin1', at, newline < 0 ? at : newline);
    at = newline + 1;
    const size = Number(/^[0-9a-f]+ (\w+) (\d+)$/.exec(head)?.[2] ?? NaN);
    if (Number.isNaN(size)) {
      found.push(undefined);
      continue;
    }
    found.push(/ blob \d+$/.test(head) ? answer.bytes.subarray(at, at + size) : undefined);
    at += size + 1;
  }
  return found;
}

/** Files that are read together: asking git for one costs as much as asking for a thousand. */
const TOGETHER = /(^|\/)Kconfig[^/]*$/;

class RevisionFiles implements TreeFiles {
  private readonly texts = new Map<string, SourceText>();
  private paths: readonly string[] | undefined;
  private folders: Map<string, { folders: Set<string>; files: string[] }> | undefined;

  constructor(
    private readonly root: string,
    private readonly commit: string,
  ) {}

  read(path: string): SourceText {
    const known = this.texts.get(path);
    if (known) return known;
    this.fetch(TOGETHER.test(path) ? this.allPaths().filter((one) => TOGETHER.test(one)) : [path]);
    return this.texts.get(path) ?? { why: 'no such file or folder' };
  }

  private fetch(paths: readonly string[]): void {
    // A newline would end the name early; git has no other way to say it.
    const asked = paths.filter((path) => !path.includes('\n'));
    const objects = readObjects(
      this.root,
      asked.map((path) => `${this.commit}:./${path}`),
    );
    asked.forEach((path, at) => {
      const bytes = objects[at];
      this.texts.set(path, bytes ? { text: decodeSource(bytes) } : { why: 'no such file or folder' });
    });
  }

  list(folder: string): FolderListing | { readonly why: string } {
    const found = this.allFolders().get(folder);
    if (!found) return { why: 'no such file or folder' };
    return { folders: [...found.folders], files: found.files };
  }

  private allPaths(): readonly string[] {
    if (this.paths) return this.paths;
    const answer = git(this.root, ['ls-tree', '-r', '-z', '--name-only', this.commit]);
    return (this.paths =
      'why' in answer
        ? []
        : decodeSource(answer.bytes)
            .split('\0')
            .filter((path) => path !== ''));
  }

  private allFolders(): Map<string, { folders: Set<string>; files: string[] }> {
    if (this.folders) return this.folders;
    const all = new Map([['', { folders: new Set<string>(), files: [] as string[] }]]);
    const folderOf = (path: string): { folders: Set<string>; files: string[] } => {
      const known = all.get(path);
      if (known) return known;
      const made = { folders: new Set<string>(), files: [] };
      all.set(path, made);
      const slash = path.lastIndexOf('/');
      folderOf(slash < 0 ? '' : path.slice(0, slash)).folders.add(path.slice(slash + 1));
      return made;
    };
    for (const path of this.allPaths()) {
      const slash = path.lastIndexOf('/');
      folderOf(slash < 0 ? '' : path.slice(0, slash)).files.push(path.slice(slash + 1));
    }
    return (this.folders = all);
  }
}
