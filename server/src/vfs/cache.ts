import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of the cache folder: what a run found out, for the next one. A cache that fails costs time and nothing else. */

/** More files than this are thrown away, those first that were used longest ago. */
const MAX_FILES = 24;

/** One file of the cache: `load` gives what `save` was given, or undefined. Neither throws. */
export interface CacheFile {
  load(): string | undefined;
  save(body: string): void;
}

/**
 * The file for `what` in the folder. Its first line says what it is about, which program wrote it and a hash of the rest: one
 * that is torn, of another program or about something else is as good as none.
 */
export function cacheFile(folder: string, kind: string, what: string): CacheFile {
  const path = join(folder, `${kind}-${hashOf(what).slice(0, 20)}.cache`);
  const head = (body: string): string =>
    JSON.stringify({ pageref: kind, program: programStamp(), what, sum: hashOf(body) });
  return {
    load: () => {
      try {
        const text = readFileSync(path, 'utf8');
        const end = text.indexOf('\n');
        const body = text.slice(end + 1);
        return end >= 0 && text.slice(0, end) === head(body) ? body : undefined;
      } catch {
        return undefined;
      }
    },
    save: (body) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const temporary = `${path}.${String(process.pid)}.tmp`;
        writeFileSync(temporary, `${head(body)}\n${body}`, { mode: 0o600 });
        renameSync(temporary, path);
        removeOldest(folder);
      } catch {
        // A folder that cannot be written is no reason to fail.
      }
    },
  };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => /\.(cache|tmp)$/.test(name))
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(MAX_FILES)) rmSync(join(folder, name), { force: true });
}

let stamp: string | undefined;

/** Another text for every build of this program: its files with their sizes and times. */
function programStamp(): string {
  if (stamp !== undefined) return stamp;
  const here = dirname(fileURLToPath(import.meta.url));
  // In a bundle everything is in one folder; else this file is in one of server/dist, and the model in shared/dist.
  const folders = basename(here) === 'vfs' ? [dirname(here), join(here, '..', '..', '..', 'shared', 'dist')] : [here];
  return (stamp = hashOf(folders.map((folder) => describe(folder)).join('\n')));
}

function describe(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(c?js|wasm)$/.test(name),
  );
  return names
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
