import { isFlag, isNumber, isText, listOf, maybe, oneOf, orNull, readShaped, record } from '@pageref/shared';
import { FINDING_SEVERITIES, IMPACTS, RULE_IDS, SITE_KINDS, VERDICTS } from '@pageref/shared';
import type { RevisionFinding, RevisionResult, RevisionTest, Shape, UnreadableFile } from '@pageref/shared';
import { isKeptResult } from '../../project/content-results.js';
import type { KeptResult, ResultShelves } from '../../project/content-results.js';
import type { StoredSource } from '../../search/stored-searches.js';
import { gunzip, gzip, Store, StoreTrouble, sumOf } from '../../vfs/index.js';
import type { StoreRoom } from '../../vfs/index.js';
import type { LookOptions } from './look.js';
import type { RevisionShelf, RevisionWalk } from './walk.js';

/** What a store holds of a history: results of revisions, of files, and which words are in which blobs. */

/** What a result rests on beside the tree: all that a person asked for. */
export function askedOf({ rules, asked, release, models, defines }: LookOptions, texts: readonly string[]): string {
  return JSON.stringify([rules, asked ?? null, release ?? null, models ? texts : null, defines ?? null]);
}

/** @param asked tells runs apart whose results are of no use to one another */
export function revisionShelf(store: Store, asked: string): RevisionShelf {
  const keyOf = (tree: string): string => `${asked}\n${tree}`;
  return {
    load: (tree) => {
      const bytes = store.load('revision', keyOf(tree));
      const text = bytes && gunzip(bytes);
      return text === undefined ? undefined : readShaped(text, isRevision);
    },
    save: (tree, result) => store.save('revision', keyOf(tree), gzip(JSON.stringify(result))),
  };
}

/** Results of files go into a file of their own for each run: nobody writes what another one reads. */
export function fileShelves(store: Store): ResultShelves {
  return {
    load: (base) =>
      store.loadAll('files', base).flatMap((bytes) => {
        const text = gunzip(bytes);
        return (text === undefined ? undefined : readShaped(text, listOf(isKeptResult))) ?? [];
      }),
    save: (base, added: readonly KeptResult[]) => {
      const body = gzip(JSON.stringify(added));
      store.save('files', base, body, sumOf(body));
    },
  };
}

/** A store beside a run: it spares time, so what goes wrong with it is told, and the run goes on. */
export class RunShelves {
  readonly revisions: RevisionShelf;
  readonly files: ResultShelves;
  readonly #store: Store;
  /** Why something could not be kept. */
  trouble: string | undefined;

  constructor(folder: string, asked: string) {
    this.#store = new Store(folder);
    const revisions = revisionShelf(this.#store, asked);
    const files = fileShelves(this.#store);
    this.revisions = {
      load: (tree) => revisions.load(tree),
      save: (...one) => this.#try(() => revisions.save(...one)),
    };
    this.files = { load: (base) => files.load(base), save: (...one) => this.#try(() => files.save(...one)) };
  }

  know(source: StoredSource): void {
    knowWords(this.#store, source);
  }

  /** Keeps what a walk has found out of files, and throws out what is old. */
  async keep(walk: RevisionWalk, room: StoreRoom): Promise<void> {
    walk.save();
    try {
      await keepWords(this.#store, walk.source);
    } catch (error) {
      this.#note(error);
    }
    this.#try(() => void this.#store.prune(room));
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    if (!(error instanceof StoreTrouble)) throw error;
    this.trouble ??= error.message;
  }
}

const WORDS = 'all';

interface WordsHead {
  readonly blobs: readonly string[];
  readonly lengths: readonly number[];
}

/** Tells a source which words are in blobs that an earlier run has read. */
export function knowWords(store: Store, source: StoredSource): void {
  const isHead = record<WordsHead>({ blobs: listOf(isText), lengths: listOf(isNumber) });
  for (const bytes of store.loadAll('words', WORDS)) {
    const end = bytes.indexOf(10);
    const head = end < 0 ? undefined : readShaped(bytes.toString('utf8', 0, end), isHead);
    const rest = Uint8Array.from(bytes.subarray(end + 1));
    const size = head?.lengths.reduce((sum, one) => sum + one, 0) ?? -1;
    if (!head || size * 4 !== rest.length || head.blobs.length !== head.lengths.length) continue;
    source.know({ ...head, words: new Uint32Array(rest.buffer) });
  }
}

export async function keepWords(store: Store, source: StoredSource): Promise<void> {
  const { blobs, lengths, words } = await source.takeFilters();
  if (blobs.length === 0) return;
  const head = Buffer.from(`${JSON.stringify({ blobs, lengths } satisfies WordsHead)}\n`);
  const body = Buffer.concat([head, Buffer.from(words.buffer, words.byteOffset, words.byteLength)]);
  store.save('words', WORDS, body, sumOf(body));
}

const MARKED = {
  path: isText,
  line: isNumber,
  column: isNumber,
  mark: isText,
  fingerprint: isText,
  function: isText,
  subsystem: isText,
  silent: isFlag,
} as const;

const isUnreadable: Shape<UnreadableFile> = record<UnreadableFile>({ path: isText, why: isText, named: maybe(isFlag) });

const isRevision = record<RevisionResult>({
  release: orNull(isText) as Shape<RevisionResult['release']>,
  tests: listOf(
    record<RevisionTest>({
      ...MARKED,
      kind: oneOf(SITE_KINDS),
      statement: isText,
      verdict: oneOf(VERDICTS),
      impact: orNull(oneOf(IMPACTS)),
      confidence: oneOf(['high', 'medium', 'low']),
    }),
  ),
  findings: listOf(
    record<RevisionFinding>({
      ...MARKED,
      rule: oneOf(RULE_IDS),
      severity: oneOf(FINDING_SEVERITIES),
      impact: orNull(oneOf(IMPACTS)),
      message: isText,
    }),
  ),
  files: record<RevisionResult['files']>({ read: isNumber, unreadable: listOf(isUnreadable) }),
  notAnalysed: isNumber,
});
