import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders with the files of this program: in a bundle one, else all of server/dist, and the model in shared/dist. */
export function programFolders(): readonly string[] {
  const here = dirname(fileURLToPath(import.meta.url));
  return basename(here) === 'vfs' ? [dirname(here), join(here, '..', '..', '..', 'shared', 'dist')] : [here];
}

export function programFilesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(c?js|wasm)$/.test(name)).sort();
}

let hash: string | undefined;

/** The same on every machine that has the same build of this program, whenever it was installed. */
export function programHash(): string {
  if (hash !== undefined) return hash;
  const sum = createHash('sha256');
  for (const folder of programFolders()) {
    for (const name of programFilesIn(folder)) sum.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return (hash = sum.digest('hex'));
}
