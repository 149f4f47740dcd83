import type { UnreadableFile } from '@pageref/shared';
import { openText } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import { NO_TEXTS } from '../search/held-text.js';
import type { Texts } from '../search/held-text.js';
import { readSource } from '../vfs/index.js';
import type { SharedFiles } from './shared-files.js';
import type { Tree } from './tree.js';

/** The files of a tree that a run has opened: each is read and cut once, and what is read of it serves all of the run. */
export class OpenFiles {
  readonly #opened = new Map<string, OpenText | UnreadableFile>();

  constructor(
    private readonly tree: Pick<Tree, 'root' | 'tools'>,
    private readonly texts: Texts = NO_TEXTS,
    private readonly shared?: SharedFiles,
  ) {}

  open(path: string): OpenText | UnreadableFile {
    let file = this.#opened.get(path);
    if (!file) this.#opened.set(path, (file = this.#read(path)));
    return file;
  }

  /** A file that nobody will ask for again. */
  look(path: string): OpenText | UnreadableFile {
    return this.#opened.get(path) ?? this.#read(path);
  }

  #read(path: string): OpenText | UnreadableFile {
    const held = this.texts.get(path);
    const { tree, shared } = this;
    const onDisk = (): ReturnType<typeof readSource> => shared?.read(tree.root, path) ?? readSource(tree.root, path);
    const source = held ? { text: held.text() } : onDisk();
    if ('why' in source) return { path, why: source.why };
    return openText(path, source.text, tree.tools, shared && ((...asked) => shared.cut(...asked)));
  }
}
