import { decodeSource } from './disk.js';
import type { FolderListing, SourceText } from './disk.js';
import { nameOf } from './file-names.js';
import type { FileBytes } from './regular-file.js';
import { GitObjects } from './git-objects.js';
import type { StoredObject } from './git-objects.js';
import { runGit, runGitNow } from './git-process.js';
import type { Answer, GitRun } from './git-process.js';
import type { TreeFiles } from './tree-files.js';

/** Asking git for what it has stored: commits, which files differ, and their bytes. Nothing is checked out. */

/** A file as a commit has it: only regular files, neither links nor submodules. */
interface Blob {
  readonly path: string;
  readonly id: string;
}

/** One file that is not the same before and after. */
export interface Difference {
  readonly path: string;
  /** Id of the blob before; undefined where there was no regular file. */
  readonly before: string | undefined;
  /** After: the id of a blob, the file on disk, or nothing where there is no regular file any more. */
  readonly after: { readonly id: string } | 'on disk' | undefined;
}

/** What is asked of git does not work; `why` is a phrase for a person. */
export interface Failure {
  readonly why: string;
}

/** The repository a tree lies in. `close` ends what it has started. */
export class Repository {
  readonly #run: GitRun;
  readonly #objects: GitObjects;

  private constructor(run: GitRun) {
    this.#run = run;
    this.#objects = new GitObjects(run);
  }

  /** @param root absolute path of the tree, which may be a folder of the repository */
  static async open(root: string, signal?: AbortSignal): Promise<Repository | Failure> {
    const filters = await filtersOff({ root, signal });
    return 'why' in filters ? filters : new Repository({ root, signal, settings: filters.settings });
  }

  close(): void {
    this.#objects.close();
  }

  /** Full id of a commit, by any name git knows for it. */
  async commit(name: string): Promise<string | Failure> {
    const found = await this.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    if (!('why' in found)) return found.bytes.toString().trim();
    const inside = await this.ask(['rev-parse', '--is-inside-work-tree']);
    return 'why' in inside ? inside : { why: `git knows no commit "${name}"` };
  }

  /** Files that differ between a commit and those on disk, or another commit, as far as git follows them. */
  async differing(from: string, to?: string): Promise<readonly Difference[] | Failure> {
    const common = ['--raw', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
    const answer = await this.ask(
      to === undefined
        ? ['diff-index', ...common, '--relative', from, '--', '.']
        : ['diff-tree', '-r', ...common, '--relative', from, to, '--', '.'],
    );
    return 'why' in answer ? answer : readRaw(answer.bytes, to === undefined);
  }

  /** The tree at a commit. */
  async filesAt(commit: string): Promise<RevisionFiles | Failure> {
    const found = await this.idsAt(commit);
    return 'why' in found ? found : new RevisionFiles(this, found.ids);
  }

  /** The ids of the regular files at a commit, by path. */
  async idsAt(commit: string): Promise<{ readonly ids: ReadonlyMap<string, string> } | Failure> {
    const answer = await this.ask(['ls-tree', '-r', '-z', commit]);
    return 'why' in answer ? answer : { ids: readTree(answer.bytes) };
  }

  /** How git is started for the repository: for another thread that reads its objects. */
  get reading(): { readonly root: string; readonly settings: readonly string[] } {
    return { root: this.#run.root, settings: this.#run.settings ?? [] };
  }

  /**
   * Reads blobs by their ids, and hands over each in order. Throws MissingObject for one that git does not have: a clone
   * may be without it.
   */
  async read(blobs: readonly Blob[], take: (object: StoredObject, blob: Blob) => void): Promise<void> {
    const lost = (why: string | undefined, at: number): never => {
      throw new MissingObject(blobs[at] ?? { path: '', id: '' }, why);
    };
    const ids = blobs.map(({ id }) => id);
    const failed = await this.#objects.read(ids, (object, at) => {
      const blob = blobs[at];
      if (object.kind === 'missing' || !blob) lost(undefined, at);
      else take(object, blob);
    });
    if (failed) lost(failed.why, failed.at);
  }

  /** The text of a blob by its id or the beginning of one; undefined where git has none, or cannot be asked. */
  async find(id: string): Promise<string | undefined> {
    let text: string | undefined;
    await this.#objects.read([id], (object) => {
      if (object.kind === 'blob') text = decodeSource(object.bytes);
    });
    return text;
  }

  /** One blob at once, by its full id: for what nobody knew before to be wanted. */
  readNow(id: string): SourceText {
    const answer = runGitNow(this.#run, ['cat-file', 'blob', id]);
    return 'why' in answer ? { why: `git does not have it: ${answer.why}` } : { text: decodeSource(answer.bytes) };
  }

  /** What a command prints that reads objects, the index or names. */
  ask(args: readonly string[]): Promise<Answer> {
    return runGit(this.#run, args);
  }
}

/** An object that a repository names and does not have. */
export class MissingObject extends Error {
  override readonly name = 'MissingObject';

  constructor({ path, id }: Blob, why: string | undefined) {
    const said = why === undefined ? '' : ` (${why})`;
    super(`git does not have ${path} (${id})${said}: a partial clone fetches it with git cat-file -p ${id}`);
  }
}

const FILTER = /^filter\.([^]+)\.(?:clean|smudge|process|required)$/;

/**
 * Settings that turn off the filters a repository configures: comparing a file on disk with the index may run them.
 * An empty command is none; a name with `=` in it cannot be said with -c.
 */
async function filtersOff(run: GitRun): Promise<{ readonly settings: readonly string[] } | Failure> {
  const answer = await runGit(run, ['config', '--list', '-z', '--name-only']);
  if ('why' in answer) return answer;
  const keys = answer.bytes.toString('utf8').split('\0');
  const drivers = new Set(keys.flatMap((key) => FILTER.exec(key)?.[1] ?? []));
  const odd = [...drivers].find((name) => /[=\n\ufffd]/.test(name));
  if (odd !== undefined) return { why: `its configuration has a filter with an odd name: ${JSON.stringify(odd)}` };
  const settings = [...drivers].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
  return { settings };
}

/** The fields of `-z` output, as bytes. */
function* fields(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    yield bytes.subarray(at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
  }
}

/** `:100644 100644 OLD NEW M` and the path. */
function readRaw(bytes: Buffer, isDisk: boolean): Difference[] {
  const found: Difference[] = [];
  const all = fields(bytes);
  for (let head = all.next(); !head.done; head = all.next()) {
    const path = all.next();
    const [, oldMode, newMode, oldId = '', newId = '', status] =
      /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])/.exec(head.value.toString('latin1')) ?? [];
    if (path.done || status === undefined) continue;
    const isStored = /[1-9a-f]/.test(newId);
    const after = isStored ? { id: newId } : isDisk && status !== 'D' ? ('on disk' as const) : undefined;
    found.push({
      path: nameOf(path.value),
      before: isRegular(oldMode) ? oldId : undefined,
      after: isRegular(newMode) || after === 'on disk' ? after : undefined,
    });
  }
  return found;
}

/** `100644 blob ID<tab>path`: regular files by path. */
function readTree(bytes: Buffer): Map<string, string> {
  const ids = new Map<string, string>();
  for (const field of fields(bytes)) {
    const tab = field.indexOf(9);
    const [, mode, id] = /^(\d+) blob ([0-9a-f]+)$/.exec(field.toString('latin1', 0, tab)) ?? [];
    if (id !== undefined && isRegular(mode)) ids.set(nameOf(field.subarray(tab + 1)), id);
  }
  return ids;
}

function isRegular(mode: string | undefined): boolean {
  return mode?.startsWith('100') ?? false;
}

/** Bytes of an object that stands for a source. */
export function bytesOf(object: StoredObject): FileBytes {
  if (object.kind === 'blob') return { bytes: object.bytes };
  return { why: object.kind === 'large' ? `it has ${object.size} bytes` : 'it is no file' };
}

function textOf(object: StoredObject): SourceText {
  const source = bytesOf(object);
  return 'why' in source ? source : { text: decodeSource(source.bytes) };
}

const NOT_THERE = { why: 'no such file or folder' };

/** The files of a commit. What is to be read is loaded before: git is asked while others wait, and not by everyone. */
export class RevisionFiles implements TreeFiles {
  readonly #repository: Repository;
  readonly #ids: ReadonlyMap<string, string>;
  readonly #texts = new Map<string, SourceText>();
  #folders: Map<string, { folders: Set<string>; files: string[] }> | undefined;

  constructor(repository: Repository, ids: ReadonlyMap<string, string>) {
    this.#repository = repository;
    this.#ids = ids;
  }

  /** Loads the files that are wanted, once. Throws MissingObject. */
  async load(isWanted: (path: string) => boolean): Promise<void> {
    const wanted = [...this.#ids].filter(([path]) => !this.#texts.has(path) && isWanted(path));
    await this.#repository.read(
      wanted.map(([path, id]) => ({ path, id })),
      (object, { path }) => this.#texts.set(path, textOf(object)),
    );
  }

  has(path: string): boolean {
    return this.#ids.has(path);
  }

  read(path: string): SourceText {
    const [known, id] = [this.#texts.get(path), this.#ids.get(path)];
    if (known) return known;
    if (id === undefined) return NOT_THERE;
    const text = this.#repository.readNow(id);
    this.#texts.set(path, text);
    return text;
  }

  list(folder: string): FolderListing | { readonly why: string } {
    const found = this.#allFolders().get(folder);
    return found ? { folders: [...found.folders], files: found.files } : NOT_THERE;
  }

  #allFolders(): Map<string, { folders: Set<string>; files: string[] }> {
    if (this.#folders) return this.#folders;
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
    for (const path of this.#ids.keys()) {
      const slash = path.lastIndexOf('/');
      folderOf(slash < 0 ? '' : path.slice(0, slash)).files.push(path.slice(slash + 1));
    }
    return (this.#folders = all);
  }
}
