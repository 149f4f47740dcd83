import { isText, listOf, maybe, record } from '@pageref/shared';
import type { Shape } from '@pageref/shared';
import type { StoredFiles } from '../vfs/index.js';
import type { RunMemory } from './result-cache.js';
import { baseOf, FarReach } from './stored-tree.js';
import type { ResultsSetup } from './stored-tree.js';
import type { Tree } from './tree.js';

/** What the analysis of a file came to, kept by what the file holds: of use in every revision that has the same file. */

interface KeptByContent {
  readonly blob: string;
  readonly path: string;
  /** What else it rests on, beside the base. */
  readonly key: string;
  /** The code of other files that it rests on: who asked for it, and what they were told it of. */
  readonly far?: { readonly askers: readonly string[]; readonly reach: string } | undefined;
  readonly result: unknown;
}

export type KeptResult = KeptByContent;

export const isKeptResult: Shape<KeptByContent> = record<KeptByContent>({
  blob: isText,
  path: isText,
  key: isText,
  far: maybe(record<NonNullable<KeptByContent['far']>>({ askers: listOf(isText), reach: isText })),
  result: (value): value is unknown => value !== undefined,
});

/** Results that rest on the same model and facts. */
interface Shelf {
  readonly kept: Map<string, { readonly one: KeptByContent; used: number }>;
  /** Of those, what nobody has stored. */
  added: KeptByContent[];
}

/** Where results come from that earlier runs have stored, and go to. */
export interface ResultShelves {
  load(base: string): readonly KeptByContent[];
  save(base: string, added: readonly KeptByContent[]): void;
}

/** Revisions after which a result that none of them used is let go of in this process. */
const MOST_IDLE = 40;

export class ContentResults {
  readonly #files: StoredFiles;
  readonly #shelves: ResultShelves | undefined;
  readonly #byBase = new Map<string, Shelf>();
  #reach: FarReach;
  #turn = 0;

  constructor(files: StoredFiles, shelves?: ResultShelves) {
    this.#files = files;
    this.#shelves = shelves;
    this.#reach = new FarReach(files);
  }

  /** The files are those of another revision now. */
  moved(): void {
    this.#reach = new FarReach(this.#files);
    this.#turn++;
    if (this.#turn % MOST_IDLE === 0) this.#forget();
  }

  /** Stores what is new. */
  save(): void {
    for (const [base, shelf] of this.#byBase) {
      if (shelf.added.length > 0) this.#shelves?.save(base, shelf.added);
      shelf.added = [];
    }
  }

  resultsOf<Result>(tree: Tree, setup: ResultsSetup<Result>): RunMemory<Result> {
    const shelf = this.#shelf(baseOf(tree, setup));
    return {
      isOn: true,
      find: (path, key = '') => this.#find(shelf, path, key, setup.shape),
      note: (path, result, key = '') => this.#note(shelf, tree, { path, key, result }),
      remember: () => Promise.resolve(),
    };
  }

  #shelf(base: string): Shelf {
    const known = this.#byBase.get(base);
    if (known) return known;
    const stored = this.#shelves?.load(base) ?? [];
    const shelf: Shelf = { kept: new Map(stored.map((one) => [idOf(one), { one, used: this.#turn }])), added: [] };
    this.#byBase.set(base, shelf);
    return shelf;
  }

  #find<Result>(shelf: Shelf, path: string, key: string, shape: Shape<Result>): Result | undefined {
    const blob = this.#files.idOf(path);
    const known = blob === undefined ? undefined : shelf.kept.get(idOf({ blob, path, key }));
    if (!known) return undefined;
    const { far, result } = known.one;
    if (far && this.#reach.of(far.askers) !== far.reach) return undefined;
    if (!shape(result)) return undefined;
    known.used = this.#turn;
    return result;
  }

  #note(shelf: Shelf, tree: Tree, { path, key, result }: Omit<KeptByContent, 'blob'>): void {
    const blob = this.#files.idOf(path);
    if (blob === undefined) return;
    const askers = tree.far?.askersFor(path) ?? [];
    const far = askers.length > 0 && { far: { askers, reach: this.#reach.of(askers) } };
    const one: KeptByContent = { blob, path, key, ...far, result };
    shelf.kept.set(idOf(one), { one, used: this.#turn });
    if (this.#shelves) shelf.added.push(one);
  }

  #forget(): void {
    for (const { kept } of this.#byBase.values()) {
      for (const [id, { used }] of kept) if (this.#turn - used > MOST_IDLE) kept.delete(id);
    }
  }
}

function idOf({ blob, path, key }: Pick<KeptByContent, 'blob' | 'path' | 'key'>): string {
  return `${blob}\n${path}\n${key}`;
}
