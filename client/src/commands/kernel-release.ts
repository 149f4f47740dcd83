import { ConfigurationTarget, window, workspace } from 'vscode';
import type { WorkspaceFolder } from 'vscode';
import { RELEASES, SETTINGS_SECTION } from '@pageref/shared';

/** Writes `pageref.kernelRelease` for a folder. */
export async function selectKernelRelease(): Promise<void> {
  const folder = await chooseFolder();
  if (folder === null) return;
  const settings = workspace.getConfiguration(SETTINGS_SECTION, folder?.uri);
  const now = settings.get<string>('kernelRelease') ?? '';
  const releases = RELEASES.toReversed();
  const items = [
    { label: "What the tree's Makefile says", release: '' },
    ...releases.map((release) => ({ label: `Linux ${release}`, release })),
  ].map((item) => ({ ...item, description: item.release === now ? 'chosen now' : '' }));
  const title = folder ? `Kernel release of ${folder.name}` : 'Kernel release';
  const chosen = await window.showQuickPick(items, { title, placeHolder: 'Release to judge by' });
  if (!chosen) return;
  const target = folder ? ConfigurationTarget.WorkspaceFolder : ConfigurationTarget.Global;
  await settings.update('kernelRelease', chosen.release === '' ? undefined : chosen.release, target);
}

/** Undefined where no folder is open, null where nobody chose. */
async function chooseFolder(): Promise<WorkspaceFolder | undefined | null> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0];
  return (await window.showWorkspaceFolderPick({ placeHolder: 'Folder to set the kernel release of' })) ?? null;
}
