import { parentPort, workerData } from 'node:worker_threads';
import { GitObjects } from '../vfs/git-objects.js';
import type { StoredObject } from '../vfs/git-objects.js';
import { definedName } from './definitions.js';
import { buildMatcher } from './matcher.js';
import type { Matcher } from './matcher.js';
import { READ_STATE } from './stored-protocol.js';
import type { StoredAnswer, StoredFilters, StoredSetup, StoredTask } from './stored-protocol.js';
import { filterOf, hashOfWord, mayHold } from './word-filter.js';
import type { WordFilter } from './word-filter.js';

/**
 * The thread that reads the blobs of a run over stored files, by one git for all of them, and searches them. A blob that was
 * searched once is read again only for names that its filter lets through.
 */

const { root, settings, control } = workerData as StoredSetup;
const state = new Int32Array(control);
const objects = new GitObjects({ root, settings });
const filters = new Map<string, WordFilter>();
/** Filters that nobody was given yet. */
let fresh: string[] = [];

parentPort?.on('message', (task: StoredTask) => {
  if (task.kind === 'read') void read(task.blob, task.into);
  else if (task.kind === 'search') void search(task);
  else if (task.kind === 'know') know(task.filters);
  else answer({ kind: 'filters', filters: takeFresh() });
});

function answer(message: StoredAnswer): void {
  parentPort?.postMessage(message);
}

async function read(blob: string, into: SharedArrayBuffer): Promise<void> {
  let object: StoredObject | undefined;
  const failed = await objects.read([blob], (one) => (object = one));
  const told = failed ? READ_STATE.failed : stateOf(object, into.byteLength);
  if (object?.kind === 'blob') {
    state[1] = object.bytes.length;
    if (told === READ_STATE.read) object.bytes.copy(new Uint8Array(into));
  }
  Atomics.store(state, 0, told);
  Atomics.notify(state, 0);
}

function stateOf(object: StoredObject | undefined, room: number): number {
  if (object?.kind === 'blob') return object.bytes.length > room ? READ_STATE.short : READ_STATE.read;
  return READ_STATE[object?.kind ?? 'missing'];
}

/** Blobs that are read before others get their turn. */
const AT_ONCE = 512;

async function search({ id, blobs, names }: Extract<StoredTask, { kind: 'search' }>): Promise<void> {
  const matcher = buildMatcher(names);
  const hashes = Uint32Array.from(names, (name) => hashOfWord(definedName(name) ?? name));
  const wanted = blobs.flatMap((blob, at) => (mayHoldAny(blob, hashes) ? [at] : []));
  const found: Draft = { hits: [], unread: [], bytesRead: 0 };
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const failed = await readAll(some, blobs, matcher, found);
    if (failed) {
      answer({ kind: 'lost', id, ...failed });
      return;
    }
  }
  answer({ kind: 'found', id, ...found });
}

interface Draft {
  readonly hits: (readonly [number, readonly number[]])[];
  readonly unread: (readonly [number, string])[];
  bytesRead: number;
}

async function readAll(
  wanted: readonly number[],
  blobs: readonly string[],
  matcher: Matcher,
  found: Draft,
): Promise<{ readonly blob: number; readonly why: string | undefined } | undefined> {
  let missing: number | undefined;
  const failed = await objects.read(
    wanted.map((at) => blobs[at] ?? ''),
    (object, place) => {
      const at = wanted[place] ?? 0;
      if (object.kind === 'missing') missing ??= at;
      else if (object.kind === 'blob') look(object.bytes, at, blobs[at] ?? '', matcher, found);
      else found.unread.push([at, object.kind === 'large' ? `it has ${object.size} bytes` : 'it is no file']);
    },
  );
  if (failed) return { blob: wanted[failed.at] ?? 0, why: failed.why };
  return missing === undefined ? undefined : { blob: missing, why: undefined };
}

function look(bytes: Uint8Array, at: number, blob: string, matcher: Matcher, found: Draft): void {
  if (!filters.has(blob)) {
    filters.set(blob, filterOf(bytes));
    fresh.push(blob);
  }
  found.bytesRead += bytes.length;
  const held = [...matcher.match(bytes, bytes.length)];
  if (held.length > 0) found.hits.push([at, held.sort((a, b) => a - b)]);
}

/** True as well for a blob that nobody has looked at. */
function mayHoldAny(blob: string, hashes: Uint32Array): boolean {
  const filter = filters.get(blob);
  return filter === undefined || hashes.some((hash) => mayHold(filter, hash));
}

function know({ blobs, lengths, words }: StoredFilters): void {
  let at = 0;
  blobs.forEach((blob, index) => {
    const end = at + (lengths[index] ?? 0);
    filters.set(blob, words.subarray(at, end));
    at = end;
  });
}

function takeFresh(): StoredFilters {
  const blobs = fresh;
  fresh = [];
  const lengths = blobs.map((blob) => filters.get(blob)?.length ?? 0);
  const words = new Uint32Array(lengths.reduce((sum, one) => sum + one, 0));
  let at = 0;
  for (const blob of blobs) {
    const filter = filters.get(blob);
    if (filter) words.set(filter, at);
    at += filter?.length ?? 0;
  }
  return { blobs, lengths, words };
}
