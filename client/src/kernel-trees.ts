import { FileType, Uri, workspace } from 'vscode';
import type { WorkspaceFolder } from 'vscode';
import { parseKernelMakefile, SETTINGS_SECTION } from '@pageref/shared';

/** A tree the audit can be asked for. */
export interface KernelTree {
  readonly root: Uri;
  /** As its Makefile says it; undefined for a folder that is no kernel but was given a release. */
  readonly release: string | undefined;
}

/**
 * The kernel trees of the workspace: each folder that is the top of one or lies in one, the folders right below it that
 * are, and a folder that is told its release (an out-of-tree module). Only looks; starts nothing.
 */
export async function kernelTrees(folders = workspace.workspaceFolders ?? []): Promise<KernelTree[]> {
  const found = (await Promise.all(folders.map(treesOf))).flat();
  const byRoot = new Map(found.map((tree) => [tree.root.toString(), tree]));
  return [...byRoot.values()];
}

async function treesOf({ uri }: WorkspaceFolder): Promise<KernelTree[]> {
  const above = await treeAround(uri);
  if (above) return [above];
  const below = (await Promise.all((await foldersIn(uri)).map(treeAt))).filter((tree) => tree !== undefined);
  if (below.length > 0) return below;
  const release = workspace.getConfiguration(SETTINGS_SECTION, uri).get<string>('kernelRelease');
  return release ? [{ root: uri, release: undefined }] : [];
}

/** The tree a folder or file lies in. */
export async function treeAround(uri: Uri): Promise<KernelTree | undefined> {
  if (uri.scheme !== 'file') return undefined;
  for (let at = uri; ; at = Uri.joinPath(at, '..')) {
    const tree = await treeAt(at);
    if (tree) return tree;
    if (Uri.joinPath(at, '..').path === at.path) return undefined;
  }
}

async function treeAt(root: Uri): Promise<KernelTree | undefined> {
  try {
    const text = new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(root, 'Makefile')));
    const makefile = parseKernelMakefile(text);
    return makefile && { root, release: `${makefile.version}.${makefile.patchlevel}` };
  } catch {
    return undefined;
  }
}

async function foldersIn(uri: Uri): Promise<Uri[]> {
  try {
    const entries = await workspace.fs.readDirectory(uri);
    const folders = entries.filter(([name, type]) => (type & FileType.Directory) !== 0 && !name.startsWith('.'));
    return folders.slice(0, MOST_FOLDERS).map(([name]) => Uri.joinPath(uri, name));
  } catch {
    return [];
  }
}

/** A folder of thousands of folders is no place where somebody keeps kernels side by side. */
const MOST_FOLDERS = 200;
