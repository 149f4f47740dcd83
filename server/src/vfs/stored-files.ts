import type { FolderListing, SourceText } from './disk.js';
import type { Difference } from './git.js';
import type { TreeFiles } from './tree-files.js';

/** Gives the text of a blob. */
export type ReadBlob = (id: string, path: string) => SourceText;

interface Folder {
  readonly folders: Set<string>;
  readonly files: Set<string>;
}

/** Texts that are kept, so that what every revision asks for is not read again for each. Characters. */
const MOST_KEPT = 32 * 1024 * 1024;

const NOT_THERE = { why: 'no such file or folder' };

/** The files of a revision, by the ids of their blobs. It moves to another revision by what differs between the two. */
export class StoredFiles implements TreeFiles {
  readonly #read: ReadBlob;
  readonly #ids = new Map<string, string>();
  readonly #folders = new Map<string, Folder>([['', { folders: new Set(), files: new Set() }]]);
  /** By id, those that were read last at the end. */
  readonly #texts = new Map<string, SourceText>();
  #held = 0;

  constructor(read: ReadBlob) {
    this.#read = read;
  }

  /** Moves to another revision. */
  move(differences: readonly Difference[]): void {
    for (const { path, after } of differences) {
      if (typeof after === 'object') this.#enter(path, after.id);
      else if (this.#ids.delete(path)) this.#leave(path);
    }
  }

  /** The id of the blob at a path; undefined where there is none. */
  idOf(path: string): string | undefined {
    return this.#ids.get(path);
  }

  /** Paths with the ids of their blobs, in no particular order. */
  get ids(): ReadonlyMap<string, string> {
    return this.#ids;
  }

  get folderCount(): number {
    return this.#folders.size;
  }

  read(path: string): SourceText {
    const id = this.#ids.get(path);
    if (id === undefined) return NOT_THERE;
    const text = this.#texts.get(id) ?? this.#read(id, path);
    this.#keep(id, text);
    return text;
  }

  list(folder: string): FolderListing | { readonly why: string } {
    const found = this.#folders.get(folder);
    return found ? { folders: [...found.folders], files: [...found.files] } : NOT_THERE;
  }

  #keep(id: string, text: SourceText): void {
    if (!this.#texts.delete(id)) this.#held += sizeOf(text);
    this.#texts.set(id, text);
    for (const [old, kept] of this.#texts) {
      if (this.#held <= MOST_KEPT) return;
      this.#texts.delete(old);
      this.#held -= sizeOf(kept);
    }
  }

  #enter(path: string, id: string): void {
    const isNew = !this.#ids.has(path);
    this.#ids.set(path, id);
    if (isNew) this.#folderOf(folderAbove(path)).files.add(nameIn(path));
  }

  #leave(path: string): void {
    const above = folderAbove(path);
    this.#folders.get(above)?.files.delete(nameIn(path));
    for (let folder = above; folder !== ''; folder = folderAbove(folder)) {
      const found = this.#folders.get(folder);
      if (!found || found.files.size + found.folders.size > 0) return;
      this.#folders.delete(folder);
      this.#folders.get(folderAbove(folder))?.folders.delete(nameIn(folder));
    }
  }

  #folderOf(path: string): Folder {
    const known = this.#folders.get(path);
    if (known) return known;
    const made = { folders: new Set<string>(), files: new Set<string>() };
    this.#folders.set(path, made);
    this.#folderOf(folderAbove(path)).folders.add(nameIn(path));
    return made;
  }
}

function sizeOf(text: SourceText): number {
  return 'text' in text ? text.text.length : 0;
}

function folderAbove(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
