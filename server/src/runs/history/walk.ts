import type { RevisionResult } from '@pageref/shared';
import { readMaintainers } from '../../kernel/maintainers.js';
import type { Maintainers } from '../../kernel/maintainers.js';
import { detectRelease } from '../../kernel/release.js';
import { ContentResults } from '../../project/content-results.js';
import type { ResultShelves } from '../../project/content-results.js';
import { CannotRun } from '../../project/options.js';
import { found, orCannotRun } from '../../project/stored.js';
import { StoredSource } from '../../search/stored-searches.js';
import { filesOfTree } from '../../vfs/index.js';
import type { Repository } from '../../vfs/index.js';
import { lookAt } from './look.js';
import type { LookOptions } from './look.js';
import type { Revision } from './revisions.js';

/** Results of whole revisions that earlier runs have stored. */
export interface RevisionShelf {
  load(tree: string): RevisionResult | undefined;
  save(tree: string, result: RevisionResult): void;
}

/**
 * Looks at revisions of one repository, one after the other. What is the same in two of them is found out once: blobs are known by
 * what they hold, and going from a revision to the next costs what differs between the two.
 */
export class RevisionWalk {
  readonly #repository: Repository;
  readonly #root: string;
  readonly #options: LookOptions;
  readonly #source: StoredSource;
  readonly #results: ContentResults;
  readonly #shelf: RevisionShelf | undefined;
  readonly #known = new Map<string, RevisionResult>();
  /** The tree that the files are of now. */
  #at: string | undefined;
  #maintainers: { readonly id: string | undefined; readonly of: Maintainers } | undefined;
  /** Revisions that were analysed, and not known. */
  looked = 0;

  /** @param root absolute path of the repository, or of a folder in it that is the top of a kernel */
  constructor(
    repository: Repository,
    root: string,
    options: LookOptions,
    shelves?: { readonly files?: ResultShelves; readonly revisions?: RevisionShelf },
  ) {
    this.#repository = repository;
    this.#root = root;
    this.#options = options;
    this.#source = new StoredSource(repository.reading);
    this.#results = new ContentResults(this.#source.files, shelves?.files);
    this.#shelf = shelves?.revisions;
  }

  close(): void {
    this.#source.close();
  }

  get source(): StoredSource {
    return this.#source;
  }

  /** Stores what was found out of files. */
  save(): void {
    this.#results.save();
  }

  /** Throws CannotRun for a revision that is no kernel, and where the repository is without a file of it. */
  async look(revision: Pick<Revision, 'name' | 'tree'>): Promise<RevisionResult> {
    const { name, tree } = revision;
    const known = this.#known.get(tree) ?? this.#shelf?.load(tree);
    const result = known ?? (await orCannotRun(name, this.#analyse(name, tree)));
    if (!known) this.#shelf?.save(tree, result);
    this.#known.set(tree, result);
    return result;
  }

  async #analyse(name: string, tree: string): Promise<RevisionResult> {
    await this.#move(name, tree);
    const { files } = this.#source;
    const { release, detected } = detectRelease(files);
    this.#source.throwIfLost();
    if (release === undefined) throw new CannotRun(`${name}: this revision is no kernel: ${detected}`);
    const targets = { root: this.#root, files: undefined, named: [], unreadable: [], alone: false };
    const stored = {
      files,
      searches: this.#source.searches(this.#options),
      resultsOf: this.#results.resultsOf.bind(this.#results),
    };
    const result = await lookAt(targets, this.#options, stored, () => this.#maintainersNow());
    this.#source.throwIfLost();
    this.looked++;
    return result;
  }

  async #move(name: string, tree: string): Promise<void> {
    const differences =
      this.#at === undefined
        ? await filesOfTree(this.#repository, tree)
        : await this.#repository.differing(this.#at, tree);
    this.#source.files.move(found(differences, name));
    this.#at = tree;
    this.#results.moved();
  }

  #maintainersNow(): Maintainers {
    const { files } = this.#source;
    const id = files.idOf('MAINTAINERS');
    if (this.#maintainers?.id !== id || !this.#maintainers) this.#maintainers = { id, of: readMaintainers(files) };
    return this.#maintainers.of;
  }
}
