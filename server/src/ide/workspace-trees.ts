import { createHash } from 'node:crypto';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { NEWEST_RELEASE, TOOL_VERSION } from '@pageref/shared';
import type { Release, TreeFacts } from '@pageref/shared';
import { detectRelease, isFactFile, readTreeFacts, zoneDeviceArches } from '../index/index.js';
import type { ZoneDeviceArch } from '../index/index.js';
import { createWasmParser } from '../syntax/index.js';
import type { CParser } from '../syntax/index.js';
import { judgedRelease, nearestKnown } from './judged-release.js';
import type { JudgedRelease } from './judged-release.js';
import { makeTree } from './tree.js';
import type { Tree } from './tree.js';

/** How a person names a release in an editor. */
const SETTING = 'pageref.kernelRelease';

/** A tree as editors see it. The object stays the same as long as nothing that decides a verdict has changed. */
export interface KnownTree {
  /** Absolute path; undefined for documents that are in no tree. */
  readonly root: string | undefined;
  readonly tree: Tree;
  /** Hash of everything but the document that a result depends on. */
  readonly id: string;
}

/** What was read of a tree, and what has to be read again before it is used. */
interface Entry {
  readonly root: string | undefined;
  readonly asked: Release | undefined;
  facts: TreeFacts | undefined;
  arches: readonly ZoneDeviceArch[] | undefined;
  stale: boolean;
  known: KnownTree | undefined;
  opening: Promise<KnownTree> | undefined;
}

/** The trees of an editor session: one for each root and release asked for, opened when they are needed. */
export class TreeStore {
  private readonly entries = new Map<string, Entry>();
  private readonly tops = new Map<string, boolean>();
  private parser: Promise<CParser> | undefined;
  private folders: readonly string[] = [];

  /** Absolute paths of the workspace's folders. What is known of trees outside of them is dropped. */
  setFolders(folders: readonly string[]): void {
    this.folders = folders;
    for (const [key, { root }] of this.entries) {
      const used = root === undefined || folders.some((folder) => isInside(folder, root) || isInside(root, folder));
      if (!used) this.entries.delete(key);
    }
  }

  /**
   * The tree a file belongs to: the nearest folder above it that is the top of a kernel, so that a folder with several
   * kernels in it, or one folder of a kernel, work as well; else the workspace folder it is in.
   */
  rootOf(path: string): string | undefined {
    return this.rootFrom(dirname(path));
  }

  /** The same for a folder that is to be looked at as a whole: the tree it is the top of or lies in, else itself. */
  rootOfFolder(path: string): string {
    const folder = resolve(path);
    return this.rootFrom(folder) ?? folder;
  }

  private rootFrom(start: string): string | undefined {
    for (let folder = start; ; folder = dirname(folder)) {
      if (this.isTop(folder)) return folder;
      if (folder === dirname(folder)) break;
    }
    const around = this.folders.filter((folder) => isInside(folder, start));
    return around.sort((a, b) => b.length - a.length)[0];
  }

  private isTop(folder: string): boolean {
    let known = this.tops.get(folder);
    if (known === undefined) {
      known = detectRelease(folder).release !== undefined;
      this.tops.set(folder, known);
    }
    return known;
  }

  /** @param asked release to judge by instead of the tree's own */
  open(root: string | undefined, asked: Release | undefined): Promise<KnownTree> {
    const key = `${root ?? ''}\0${asked ?? ''}`;
    let entry = this.entries.get(key);
    if (!entry) {
      entry = { root, asked, facts: undefined, arches: undefined, stale: true, known: undefined, opening: undefined };
      this.entries.set(key, entry);
    }
    if (!entry.stale && entry.known) return Promise.resolve(entry.known);
    entry.opening ??= this.read(entry);
    return entry.opening;
  }

  private async read(entry: Entry): Promise<KnownTree> {
    try {
      for (;;) {
        entry.stale = false;
        const { root } = entry;
        const found = releaseOf(entry);
        // Another release is another branch: nothing that was read before is of it.
        if (entry.known && entry.known.tree.detected !== found.detected)
          [entry.facts, entry.arches] = [undefined, undefined];
        const [facts, arches, parser] = await Promise.all([
          entry.facts ?? (root === undefined ? {} : readTreeFacts(root)),
          entry.arches ?? (root === undefined ? [] : zoneDeviceArches(root)),
          (this.parser ??= createWasmParser()),
        ]);
        // What changed while it was read is read again.
        if (this.isStale(entry)) continue;
        [entry.facts, entry.arches] = [facts, arches];
        const known = knownTree(root, found, facts, arches, parser);
        entry.known = entry.known?.id === known.id ? entry.known : known;
        return entry.known;
      }
    } finally {
      entry.opening = undefined;
    }
  }

  /** A method, because the flag is set by events while `read` waits. */
  private isStale(entry: Entry): boolean {
    return entry.stale;
  }

  /** Notes that a file on disk changed; true when that may change what is known of a tree. Reads nothing. */
  changed(path: string): boolean {
    const name = basename(path);
    if (name === 'Makefile') this.tops.delete(dirname(path));
    let touched = false;
    for (const entry of this.entries.values()) {
      const inside = entry.root === undefined ? undefined : pathInside(entry.root, path);
      if (inside === undefined) continue;
      const [facts, arches] = [inside === '.git/HEAD' || isFactFile(inside), inside === '.git/HEAD' || isKconfig(name)];
      if (facts) entry.facts = undefined;
      if (arches) entry.arches = undefined;
      if (!facts && !arches && inside !== 'Makefile') continue;
      entry.stale = true;
      touched = true;
    }
    return touched || name === 'Makefile';
  }

  /** For editors that do not tell of files: looks at the Makefiles again, which is cheap and shows a branch switch. */
  recheckReleases(): void {
    this.tops.clear();
    for (const entry of this.entries.values()) entry.stale = true;
  }

  /** Everything may have changed: many files at once, or a folder that came or went. */
  changedAll(): void {
    this.tops.clear();
    for (const entry of this.entries.values()) {
      [entry.facts, entry.arches, entry.stale] = [undefined, undefined, true];
    }
  }
}

function releaseOf({ root, asked }: Entry): JudgedRelease {
  return root === undefined ? nowhere(asked) : judgedRelease(root, asked, SETTING);
}

function knownTree(
  root: string | undefined,
  { release, judgedBy, detected }: JudgedRelease,
  facts: TreeFacts,
  arches: readonly ZoneDeviceArch[],
  parser: CParser,
): KnownTree {
  const tree = makeTree({ root: root ?? '', release, judgedBy, detected, facts, arches }, parser);
  const identity = JSON.stringify([TOOL_VERSION, root, release, judgedBy, detected, facts, arches]);
  return { root, tree, id: createHash('sha256').update(identity).digest('hex').slice(0, 16) };
}

/** A document that is in no tree is judged by the release that was asked for, or the newest one. */
function nowhere(asked: Release | undefined): JudgedRelease {
  const judgedBy = nearestKnown(asked ?? NEWEST_RELEASE);
  const how = asked === undefined ? 'no kernel tree is open' : `given with ${SETTING}`;
  return { release: asked, judgedBy, detected: `${how}, judged as ${judgedBy}` };
}

function isKconfig(name: string): boolean {
  return name.startsWith('Kconfig');
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Path relative to the root with forward slashes; undefined for one outside. */
export function pathInside(root: string, path: string): string | undefined {
  if (!isInside(root, path) || path === root) return undefined;
  return relative(root, path).split(sep).join('/');
}

export function pathBelow(root: string, path: string): string {
  return join(root, ...path.split('/'));
}
