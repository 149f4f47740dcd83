import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { SUPPRESSIONS_FILE, NEWEST_RELEASE, TOOL_VERSION, USER_MODEL_FILE } from '@pageref/shared';
import type { Release } from '@pageref/shared';
import { detectRelease } from '../kernel/release.js';
import { FactReader, isFactFile } from '../kernel/tree-facts.js';
import { zoneDeviceArches } from '../kernel/kconfig/zone-device.js';
import type { KconfigCache } from '../kernel/kconfig/symbols.js';
import type { ZoneDeviceArch } from '../kernel/kconfig/zone-device.js';
import type { CParser } from '../syntax/index.js';
import { filesBelow, isWithin, pathInside } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { SuppressionStore } from './suppression-store.js';
import { judgedRelease, nearestKnown } from '../project/release-choice.js';
import type { JudgedRelease } from '../project/release-choice.js';
import { openParser } from '../project/open-parser.js';
import { makeTree } from '../project/tree.js';
import { loadUserModel } from '../project/user-model/load.js';
import { NO_USER_MODEL } from '../project/user-model/user-model.js';
import type { UserModel } from '../project/user-model/user-model.js';
import type { Tree } from '../project/tree.js';

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
  readonly files: TreeFiles;
  facts: FactReader;
  kconfig: KconfigCache;
  arches: readonly ZoneDeviceArch[] | undefined;
  /** What the Kconfig files said before one of them changed. */
  archesBefore: readonly ZoneDeviceArch[] | undefined;
  kconfigVersion: number;
  /** Goes up when a file changes on which verdicts of others may rest. */
  farVersion: number;
  userModel: Promise<UserModel> | undefined;
  stale: boolean;
  known: KnownTree | undefined;
  opening: Promise<KnownTree> | undefined;
}

export interface TreeEvents {
  /** Told of mistakes in files of the user, which are left out then. */
  readonly log?: (message: string) => void;
  /** Documents may be judged otherwise than before: another tree, release or fact. */
  readonly onChange?: () => void;
  /** A sentence on a tree that was opened, or is another one than before. */
  readonly onOpen?: (message: string) => void;
}

/** The trees of an editor session: one for each root and release asked for, opened when they are needed. */
export class TreeStore {
  private readonly entries = new Map<string, Entry>();
  private readonly tops = new Map<string, boolean>();
  /** Folders whose Makefile may have changed. */
  private readonly staleTops = new Set<string>();
  /** Texts that stand for the files at these absolute paths. */
  private readonly buffers = new Map<string, string>();
  private parser: Promise<CParser> | undefined;
  private folders: readonly string[] = [];
  private rereading: NodeJS.Immediate | undefined;

  /** What people have judged in each tree. */
  readonly suppressions: SuppressionStore;

  constructor(private readonly events: TreeEvents = {}) {
    this.suppressions = new SuppressionStore(this.buffers, events);
  }

  /** Absolute paths of the workspace's folders. What is known of trees outside of them is dropped. */
  setFolders(folders: readonly string[]): void {
    this.folders = folders;
    for (const [key, { root }] of this.entries) {
      const used = root === undefined || folders.some((folder) => isWithin(folder, root) || isWithin(root, folder));
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

  /** The nearest folder at or above `start` that is the top of a kernel. */
  kernelAround(start: string): string | undefined {
    for (let folder = start; ; folder = dirname(folder)) {
      if (this.isTop(folder)) return folder;
      if (folder === dirname(folder)) return undefined;
    }
  }

  private rootFrom(start: string): string | undefined {
    const kernel = this.kernelAround(start);
    if (kernel !== undefined) return kernel;
    const around = this.folders.filter((folder) => isWithin(folder, start));
    return around.sort((a, b) => b.length - a.length)[0];
  }

  private isTop(folder: string): boolean {
    let known = this.tops.get(folder);
    if (known === undefined || this.staleTops.delete(folder)) {
      known = detectRelease(filesBelow(folder, this.buffers)).release !== undefined;
      this.tops.set(folder, known);
    }
    return known;
  }

  /** @param asked release to judge by instead of the tree's own */
  open(root: string | undefined, asked: Release | undefined): Promise<KnownTree> {
    const key = `${root ?? ''}\0${asked ?? ''}`;
    let entry = this.entries.get(key);
    if (!entry) {
      entry = newEntry(root, asked, this.buffers);
      this.entries.set(key, entry);
    }
    if (!entry.stale && entry.known) return Promise.resolve(entry.known);
    entry.opening ??= this.read(entry);
    return entry.opening;
  }

  private async read(entry: Entry): Promise<KnownTree> {
    try {
      const parser = await this.loadParser();
      const userModel = await currentUserModel(entry);
      const before = entry.known;
      const known = knownTree(entry, userModel, parser);
      entry.known = known;
      for (const problem of userModel.problems) this.events.log?.(`the user model is not used: ${problem}`);
      if (before !== known) this.events.onOpen?.(openedText(known));
      if (before && before !== known) this.events.onChange?.();
      return known;
    } finally {
      entry.opening = undefined;
    }
  }

  private loadParser(): Promise<CParser> {
    return (this.parser ??= openParser());
  }

  /** A text stands for the file at an absolute path from now on; undefined for the file itself. */
  setBuffer(path: string, text: string | undefined): void {
    if (text === undefined) this.buffers.delete(path);
    else this.buffers.set(path, text);
    this.changed(path);
  }

  /** Notes that a file changed, came or went. What hangs on it is read again soon, and `onChange` told if it is other. */
  changed(path: string): void {
    const name = basename(path);
    const folder = dirname(path);
    if (name === 'Makefile' && this.tops.has(folder)) this.touch(() => this.staleTops.add(folder));
    if (name === SUPPRESSIONS_FILE) this.suppressions.changed(path);
    if (name === USER_MODEL_FILE) this.touch(() => this.forgetUserModels(folder));
    for (const entry of this.entries.values()) {
      const inside = entry.root === undefined ? undefined : pathInside(entry.root, path);
      if (inside === undefined) continue;
      if (inside === '.git/HEAD') {
        this.touch(() => forgetAll(entry));
        this.suppressions.recheck();
      } else if (isFactFile(inside)) this.touch(() => forgetFact(entry, inside));
      else if (name.startsWith('Kconfig')) this.touch(() => forgetKconfig(entry, inside));
      else if (inside === 'Makefile') this.touch(() => (entry.stale = true));
      else if (entry.known?.tree.far?.hasRead(inside)) this.touch(() => forgetFarCode(entry));
    }
  }

  private touch(forget: () => void): void {
    forget();
    this.rereading ??= setImmediate(() => {
      this.rereading = undefined;
      this.reread();
    });
  }

  /** Looks at what may have changed, without waiting for somebody to ask. A tree that cannot be read fails who asks. */
  private reread(): void {
    const moved = [...this.staleTops].filter((folder) => this.tops.get(folder) !== this.isTop(folder));
    if (moved.length > 0) this.events.onChange?.();
    for (const entry of this.entries.values()) {
      if (entry.stale && entry.known) this.open(entry.root, entry.asked).catch(() => undefined);
    }
  }

  /** A tree uses the file of a folder it lies in as well. */
  private forgetUserModels(folder: string): void {
    for (const entry of this.entries.values()) {
      if (entry.root !== undefined && isWithin(folder, entry.root)) forgetUserModel(entry);
    }
  }

  /** For editors that do not tell of files: looks at the Makefiles again, which is cheap and shows a branch switch. */
  recheckReleases(): void {
    for (const folder of this.tops.keys()) this.staleTops.add(folder);
    for (const entry of this.entries.values()) forgetUserModel(entry);
    this.suppressions.recheck();
  }

  /** Everything may have changed: many files at once, or a folder that came or went. */
  changedAll(): void {
    this.touch(() => {
      this.recheckReleases();
      for (const entry of this.entries.values()) forgetAll(entry);
    });
  }
}

function newEntry(root: string | undefined, asked: Release | undefined, buffers: ReadonlyMap<string, string>): Entry {
  const files = root === undefined ? NO_FILES : filesBelow(root, buffers);
  return {
    root,
    asked,
    files,
    facts: new FactReader(files),
    kconfig: new Map(),
    arches: undefined,
    archesBefore: undefined,
    kconfigVersion: 0,
    farVersion: 0,
    userModel: undefined,
    stale: true,
    known: undefined,
    opening: undefined,
  };
}

const NO_FILES: TreeFiles = {
  read: () => ({ why: 'it is in no tree' }),
  list: () => ({ why: 'it is in no tree' }),
};

function forgetFact(entry: Entry, path: string): void {
  entry.facts.forget(path);
  entry.stale = true;
}

function forgetKconfig(entry: Entry, path: string): void {
  entry.kconfig.delete(path);
  entry.archesBefore ??= entry.arches;
  entry.arches = undefined;
  entry.stale = true;
}

/** A verdict of another file may rest on the one that changed. */
function forgetFarCode(entry: Entry): void {
  entry.farVersion++;
  entry.stale = true;
}

function forgetUserModel(entry: Entry): void {
  entry.userModel = undefined;
  entry.stale = true;
}

/** What changes while it is read is read again. */
async function currentUserModel(entry: Entry): Promise<UserModel> {
  for (;;) {
    const reading = (entry.userModel ??=
      entry.root === undefined ? Promise.resolve(NO_USER_MODEL) : loadUserModel(entry.root));
    const userModel = await reading;
    if (entry.userModel === reading) return userModel;
  }
}

function forgetAll(entry: Entry): void {
  forgetUserModel(entry);
  entry.facts = new FactReader(entry.files);
  entry.kconfig = new Map();
  forgetKconfig(entry, '');
}

/** The tree as it is now: the same object as before when nothing came of what has changed. */
function knownTree(entry: Entry, userModel: UserModel, parser: CParser): KnownTree {
  const { root, asked, files, known } = entry;
  const found = root === undefined ? nowhere(asked) : judgedRelease(files, asked, SETTING);
  // Another release is another branch: nothing that was read before is of it.
  if (known && known.tree.detected !== found.detected) forgetAll(entry);
  entry.stale = false;
  const facts = entry.facts.read();
  const versions = [kconfigVersion(entry), entry.farVersion];
  const identity = JSON.stringify([TOOL_VERSION, root, found, facts, versions, userModel]);
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  if (known?.id === id) return known;
  const arches = (): readonly ZoneDeviceArch[] => archesOf(entry);
  return { root, tree: makeTree({ root: root ?? '', ...found, facts, files, arches, userModel }, parser), id };
}

function openedText({ root, tree: { model, detected } }: KnownTree): string {
  return `${root ?? 'files in no tree'}: Linux ${model.release} (${detected})`;
}

/** Goes up when the Kconfig files say something else than what somebody was told. */
function kconfigVersion(entry: Entry): number {
  const before = entry.archesBefore;
  entry.archesBefore = undefined;
  if (before && JSON.stringify(before) !== JSON.stringify(archesOf(entry))) entry.kconfigVersion++;
  return entry.kconfigVersion;
}

function archesOf(entry: Entry): readonly ZoneDeviceArch[] {
  return (entry.arches ??= zoneDeviceArches(entry.files, entry.kconfig));
}

/** A document that is in no tree is judged by the release that was asked for, or the newest one. */
function nowhere(asked: Release | undefined): JudgedRelease {
  const judgedBy = nearestKnown(asked ?? NEWEST_RELEASE);
  const how = asked === undefined ? 'no kernel tree is open' : `given with ${SETTING}`;
  return { release: asked, judgedBy, detected: `${how}, judged as ${judgedBy}`, isKernel: false };
}
