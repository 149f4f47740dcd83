import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { lastWords, NO_GIT, startGit } from './git-process.js';
import type { GitRun } from './git-process.js';
import { MAX_FILE_BYTES } from './disk.js';

/** What git has under a name. `missing`: it has no such object, or none that it can tell from others. */
export type StoredObject =
  | { readonly kind: 'blob'; readonly bytes: Buffer }
  /** More bytes than a source has; they are not kept. */
  | { readonly kind: 'large'; readonly size: number }
  | { readonly kind: 'other' }
  | { readonly kind: 'missing' };

type Answered = (object: StoredObject | { readonly why: string }) => void;

/** Names that are asked for ahead of the answers: enough that git never waits, and no answer is held for long. */
const AHEAD = 64;

/**
 * One `git cat-file --batch` for all objects of a run: starting git costs more than reading a thousand of them.
 * It is started when the first object is asked for, and ended by `close` or the signal of the run.
 */
export class GitObjects {
  readonly #run: GitRun;
  #child: ChildProcessWithoutNullStreams | undefined;
  /** Who waits for an answer, in the order git gives them. */
  readonly #waiting: Answered[] = [];
  readonly #parts: Buffer[] = [];
  #held = 0;
  /** Bytes of the blob that is being read, whose first line has come. */
  #size: number | undefined;
  /** Bytes that nobody wants and that are still to come. */
  #unwanted = 0;
  #ended: string | undefined;

  constructor(run: GitRun) {
    this.#run = run;
  }

  /**
   * Hands over each of the objects in the order of their names: ids, or parts of ids. Gives the reason where git cannot go
   * on, with the place of the name it got to.
   */
  async read(
    names: readonly string[],
    take: (object: StoredObject, at: number) => void,
  ): Promise<{ readonly why: string; readonly at: number } | undefined> {
    for (let from = 0; from < names.length; from += AHEAD) {
      const asked = names.slice(from, from + AHEAD);
      const objects = await Promise.all(asked.map((name) => this.#ask(name)));
      this.#run.signal?.throwIfAborted();
      for (const [index, object] of objects.entries()) {
        if ('why' in object) return { why: object.why, at: from + index };
        take(object, from + index);
      }
    }
    return undefined;
  }

  close(): void {
    this.#child?.kill();
    this.#end('it was closed');
  }

  #ask(name: string): Promise<StoredObject | { readonly why: string }> {
    // A line break would make two names of it.
    if (!/^[0-9a-f]{4,64}$/.test(name)) return Promise.resolve({ kind: 'missing' });
    if (this.#ended !== undefined) return Promise.resolve({ why: this.#ended });
    this.#child ??= this.#start();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#child) this.#end(NO_GIT);
      else this.#child.stdin.write(`${name}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams | undefined {
    const child = startGit(this.#run, ['cat-file', '--batch']);
    if (!child) return undefined;
    const said = lastWords(child);
    child.stdout.on('data', (part: Buffer) => {
      this.#parts.push(part);
      this.#held += part.length;
      this.#takeAll();
    });
    // What went wrong is told by the end of the process.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#end(error.message));
    child.on('close', (code) => this.#end(said(code)));
    return child;
  }

  /** Nobody is left waiting. */
  #end(why: string): void {
    this.#ended ??= why;
    for (const answer of this.#waiting.splice(0)) answer({ why });
  }

  #takeAll(): void {
    do this.#drop();
    while (this.#unwanted === 0 && (this.#size === undefined ? this.#takeHead() : this.#takeBlob(this.#size)));
  }

  #drop(): void {
    if (this.#unwanted === 0) return;
    const bytes = this.#joined();
    const dropped = Math.min(this.#unwanted, bytes.length);
    this.#unwanted -= dropped;
    this.#keep(bytes.subarray(dropped));
  }

  /** The line in front of an object; false where it has not all come yet. */
  #takeHead(): boolean {
    const bytes = this.#joined();
    const end = bytes.indexOf(10);
    if (end < 0) return false;
    const [, kind, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(bytes.toString('latin1', 0, end)) ?? [];
    this.#keep(bytes.subarray(end + 1));
    if (size === undefined) this.#waiting.shift()?.({ kind: 'missing' });
    else this.#begin(kind === 'blob', Number(size));
    return true;
  }

  /** A line break follows the bytes of an object. */
  #begin(isBlob: boolean, size: number): void {
    if (isBlob && size <= MAX_FILE_BYTES) {
      this.#size = size;
      return;
    }
    this.#unwanted = size + 1;
    this.#waiting.shift()?.(isBlob ? { kind: 'large', size } : { kind: 'other' });
  }

  #takeBlob(size: number): boolean {
    if (this.#held < size + 1) return false;
    const bytes = this.#joined();
    this.#size = undefined;
    this.#keep(bytes.subarray(size + 1));
    // A copy: whoever keeps a blob is not to keep what came with it as well.
    this.#waiting.shift()?.({ kind: 'blob', bytes: Buffer.from(bytes.subarray(0, size)) });
    return true;
  }

  #joined(): Buffer {
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    return bytes ?? Buffer.alloc(0);
  }

  #keep(rest: Buffer): void {
    this.#parts.splice(0, this.#parts.length, ...(rest.length > 0 ? [rest] : []));
    this.#held = rest.length;
  }
}
