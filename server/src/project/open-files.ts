import type { UnreadableFile } from '@pageref/shared';
import { openText } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import { NO_TEXTS } from '../search/held-text.js';
import type { Texts } from '../search/held-text.js';
import { readSource } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import type { SharedFiles } from './shared-files.js';
import type { Tree } from './tree.js';

/**
 * How much text stays open, in UTF-16 units. What is read of a text takes five to ten times its room, and little of it is asked
 * for again when its file is done: a check of 6.12 cuts one file in five again, and would keep a gigabyte if it cut none.
 */
const ROOM = 1_500_000;

/** What stands for files, who has read them before, and how much stays open. */
export interface OpenFilesSetup {
  readonly texts?: Texts | undefined;
  readonly shared?: SharedFiles | undefined;
  /** The files where they are not on disk. */
  readonly stored?: TreeFiles | undefined;
  /** In UTF-16 units. */
  readonly room?: number | undefined;
}

/**
 * The files of a tree that a run has opened. What is read of one serves all who ask for it, until more was opened since than
 * there is room for: whoever asks then has it opened again, and is told the same.
 */
export class OpenFiles {
  /** The one that was asked for last comes last. */
  readonly #opened = new Map<string, OpenText | UnreadableFile>();
  #size = 0;

  readonly #texts: Texts;
  readonly #room: number;

  constructor(
    private readonly tree: Pick<Tree, 'root' | 'tools'>,
    private readonly setup: OpenFilesSetup = {},
  ) {
    this.#texts = setup.texts ?? NO_TEXTS;
    this.#room = setup.room ?? ROOM;
  }

  open(path: string): OpenText | UnreadableFile {
    const known = this.#opened.get(path);
    const file = known ?? this.#read(path);
    this.#opened.delete(path);
    this.#opened.set(path, file);
    if (known === undefined) {
      this.#size += sizeOf(file);
      this.#makeRoom(path);
    }
    return file;
  }

  #makeRoom(last: string): void {
    for (const [path, file] of this.#opened) {
      if (this.#size <= this.#room || path === last) return;
      if (sizeOf(file) === 0) continue;
      this.#opened.delete(path);
      this.#size -= sizeOf(file);
    }
  }

  /** A file that nobody will ask for again. */
  look(path: string): OpenText | UnreadableFile {
    return this.#opened.get(path) ?? this.#read(path);
  }

  #read(path: string): OpenText | UnreadableFile {
    const held = this.#texts.get(path);
    const { tree } = this;
    const { shared, stored } = this.setup;
    const onDisk = (): ReturnType<typeof readSource> =>
      stored?.read(path) ?? shared?.read(tree.root, path) ?? readSource(tree.root, path);
    const source = held ? { text: held.text() } : onDisk();
    if ('why' in source) return { path, why: source.why };
    return openText(path, source.text, tree.tools, shared && ((...asked) => shared.cut(...asked)));
  }
}

/** Of what cannot be read only the reason is kept. */
function sizeOf(file: OpenText | UnreadableFile): number {
  return 'why' in file ? 0 : file.text.length;
}
