import { Worker } from 'node:worker_threads';
import { decodeSource, isSourcePath, MissingObject, StoredFiles } from '../vfs/index.js';
import type { SourceText } from '../vfs/index.js';
import { comparePaths } from '../vfs/path.js';
import { aborted } from './abort.js';
import type { FileMatch, ScanRequest, ScanResult } from './scanner.js';
import { READ_STATE } from './stored-protocol.js';
import type { StoredAnswer, StoredFilters, StoredSetup, StoredTask } from './stored-protocol.js';
import type { Searches, TreeSearch } from './tree-search.js';

const WORKER = new URL('./stored-worker.js', import.meta.url);
/** A blob that is larger gets a buffer of its own. Bytes. */
const ROOM = 1024 * 1024;
/** A thread that is silent for so long has ended. Milliseconds. */
const SILENCE = 120_000;

type Found = Extract<StoredAnswer, { kind: 'found' }>;

/**
 * The files of a repository, read and searched by one other thread with one git. What was searched for in a blob is known for all
 * revisions that have it: a search costs the blobs that nobody has seen, and the names that nobody has asked for.
 */
export class StoredSource {
  readonly files: StoredFiles;
  readonly #worker: Worker;
  readonly #state: Int32Array;
  readonly #waiting = new Map<number, (answer: Found | Extract<StoredAnswer, { kind: 'lost' }>) => void>();
  #filters: ((filters: StoredFilters) => void) | undefined;
  #room = new SharedArrayBuffer(ROOM);
  #nextId = 1;
  #ended: string | undefined;
  /** The first object that the repository names and does not have. */
  #lost: MissingObject | undefined;
  /** Blobs that were searched for every name below. */
  readonly #seen = new Set<string>();
  readonly #byName = new Map<string, Set<string>>();
  /** Searches of some files: by the names, what a blob holds of them. */
  readonly #some = new Map<string, Map<string, readonly number[]>>();
  readonly #unread = new Map<string, string>();

  constructor({ root, settings }: Pick<StoredSetup, 'root' | 'settings'>) {
    const control = new SharedArrayBuffer(12);
    this.#state = new Int32Array(control);
    this.files = new StoredFiles((id, path) => this.#read(id, path));
    const setup: StoredSetup = { root, settings, control };
    this.#worker = new Worker(WORKER, { workerData: setup, execArgv: [] });
    this.#worker.on('message', (answer: StoredAnswer) => this.#take(answer));
    this.#worker.on('error', (error: unknown) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', () => this.#end('it ended'));
    this.#worker.unref();
  }

  close(): void {
    void this.#worker.terminate();
  }

  /** Throws for what a run could not read although the repository says that it has it: nothing it said is right then. */
  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  /** The searches of one run over the files as they are now. */
  searches(control: { readonly signal?: AbortSignal | undefined }): Searches {
    return {
      search: (asked) => this.#search(asked, control.signal),
      stamps: { stampOf: (path) => this.files.idOf(path), settled: () => Promise.resolve() },
      remember: () => Promise.resolve(),
      close: () => undefined,
    };
  }

  /** What the filters of blobs are that were read since the last time, to be kept. */
  takeFilters(): Promise<StoredFilters> {
    return new Promise((resolve) => {
      this.#filters = resolve;
      this.#worker.ref();
      this.#post({ kind: 'filters' });
    });
  }

  know(filters: StoredFilters): void {
    this.#post({ kind: 'know', filters });
  }

  readonly #search = async (
    { names, files, onMatch }: Pick<ScanRequest, 'names' | 'files' | 'onMatch'>,
    signal?: AbortSignal,
  ): ReturnType<TreeSearch> => {
    if (signal?.aborted) throw aborted();
    const paths = [...(files ?? this.files.ids.keys())].filter(isSourcePath);
    const result = files ? await this.#searchSome(names, paths) : await this.#searchAll(names, paths);
    if (signal?.aborted) throw aborted();
    for (const match of result.matches) onMatch?.(match);
    return result;
  };

  async #searchAll(names: readonly string[], paths: readonly string[]): Promise<ScanResult> {
    const blobs = new Map(paths.map((path) => [path, this.files.idOf(path) ?? '']));
    const all = new Set(blobs.values());
    const added = [...all].filter((blob) => !this.#seen.has(blob));
    const asked = [...new Set(names)].filter((name) => !this.#byName.has(name));
    let bytesRead = await this.#enter(added, [...new Set([...this.#byName.keys(), ...names])]);
    for (const blob of added) this.#seen.add(blob);
    bytesRead += await this.#enter(
      [...this.#seen].filter((blob) => !added.includes(blob)),
      asked,
    );
    for (const name of names) if (!this.#byName.has(name)) this.#byName.set(name, new Set());
    const held = new Map<string, string[]>();
    for (const name of names) {
      for (const blob of this.#byName.get(name) ?? []) {
        const known = held.get(blob);
        if (known) known.push(name);
        else held.set(blob, [name]);
      }
    }
    return this.#result(blobs, (blob) => held.get(blob) ?? [], bytesRead);
  }

  /** Searches blobs for names, and notes which of them hold which. */
  async #enter(blobs: readonly string[], names: readonly string[]): Promise<number> {
    if (blobs.length === 0 || names.length === 0) return 0;
    const { hits, bytesRead } = await this.#ask(blobs, names);
    for (const [at, held] of hits) {
      for (const index of held) {
        const name = names[index] ?? '';
        const known = this.#byName.get(name);
        if (known) known.add(blobs[at] ?? '');
        else this.#byName.set(name, new Set([blobs[at] ?? '']));
      }
    }
    return bytesRead;
  }

  async #searchSome(names: readonly string[], paths: readonly string[]): Promise<ScanResult> {
    const blobs = new Map(
      paths.flatMap((path) => {
        const id = this.files.idOf(path);
        return id === undefined ? [] : [[path, id] as const];
      }),
    );
    const key = names.join();
    const known = this.#some.get(key) ?? new Map<string, readonly number[]>();
    // Names are those of the last revisions; others are not asked for again.
    if (!this.#some.has(key) && this.#some.size >= MOST_LISTS) this.#some.delete([...this.#some.keys()][0] ?? '');
    this.#some.set(key, known);
    const asked = [...new Set(blobs.values())].filter((blob) => !known.has(blob));
    const { hits, bytesRead } = asked.length > 0 ? await this.#ask(asked, names) : { hits: [], bytesRead: 0 };
    for (const blob of asked) known.set(blob, []);
    for (const [at, held] of hits) known.set(asked[at] ?? '', held);
    return this.#result(blobs, (blob) => (known.get(blob) ?? []).map((index) => names[index] ?? ''), bytesRead);
  }

  #result(
    blobs: ReadonlyMap<string, string>,
    namesIn: (blob: string) => readonly string[],
    bytesRead: number,
  ): ScanResult {
    const matches: FileMatch[] = [];
    const unreadable: { path: string; why: string }[] = [];
    for (const [path, blob] of blobs) {
      const why = this.#unread.get(blob);
      if (why !== undefined) unreadable.push({ path, why });
      const names = namesIn(blob);
      if (names.length > 0) matches.push({ path, names });
    }
    const byPath = (a: { path: string }, b: { path: string }): number => comparePaths(a.path, b.path);
    const filesRead = blobs.size - unreadable.length;
    return { matches: matches.sort(byPath), unreadable: unreadable.sort(byPath), filesRead, bytesRead };
  }

  async #ask(blobs: readonly string[], names: readonly string[]): Promise<Found> {
    const id = this.#nextId++;
    const answer = await new Promise<Found | Extract<StoredAnswer, { kind: 'lost' }>>((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(new Error(`the thread that reads git stopped: ${this.#ended}`));
        return;
      }
      this.#waiting.set(id, resolve);
      // An idle thread must not keep the process alive; one that is waited for has to.
      this.#worker.ref();
      this.#post({ kind: 'search', id, blobs, names });
    });
    if (answer.kind === 'lost') throw this.#lose(blobs[answer.blob] ?? '', answer.why);
    for (const [at, why] of answer.unread) this.#unread.set(blobs[at] ?? '', why);
    return answer;
  }

  #lose(id: string, why: string | undefined): MissingObject {
    const path = [...this.files.ids].find(([, one]) => one === id)?.[0] ?? '';
    return (this.#lost ??= new MissingObject({ path, id }, why));
  }

  /** The bytes come while this thread waits: whoever analyses a file asks for others in the middle of it. */
  #read(id: string, path: string): SourceText {
    for (;;) {
      Atomics.store(this.#state, 0, READ_STATE.waiting);
      this.#post({ kind: 'read', blob: id, into: this.#room });
      if (Atomics.wait(this.#state, 0, READ_STATE.waiting, SILENCE) === 'timed-out') {
        this.#lost ??= new MissingObject({ path, id }, 'the thread that reads git does not answer');
        return { why: 'it could not be read' };
      }
      const [state = READ_STATE.failed, size = 0] = this.#state;
      if (state === READ_STATE.read) return { text: decodeSource(Buffer.from(new Uint8Array(this.#room, 0, size))) };
      if (state === READ_STATE.short) this.#room = new SharedArrayBuffer(size);
      else if (state === READ_STATE.large) return { why: 'it is larger than any source' };
      else if (state === READ_STATE.other) return { why: 'it is no file' };
      else {
        this.#lost ??= new MissingObject({ path, id }, state === READ_STATE.failed ? 'git ended' : undefined);
        return { why: 'git does not have it' };
      }
    }
  }

  #post(task: StoredTask): void {
    this.#worker.postMessage(task);
  }

  #take(answer: StoredAnswer): void {
    this.#worker.unref();
    if (answer.kind === 'filters') {
      this.#filters?.(answer.filters);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.(answer);
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const [id, resolve] of this.#waiting) resolve({ kind: 'lost', id, blob: 0, why: this.#ended });
    this.#waiting.clear();
  }
}

/** Lists of names that are looked for in some files: one or two for a revision. */
const MOST_LISTS = 16;
