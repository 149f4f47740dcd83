import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError, type Io } from './io.js';
import { absolute, quoted } from './readers.js';
import { unbroken } from './signals.js';

/** Where a report goes. It is opened before the work starts, so that a mistyped path does not cost a whole run. */
export interface Output {
  /** Writes the whole report; a reader of the file sees the old text or the new, never half of it. */
  write(text: string | Uint8Array): Promise<void>;
}

/**
 * @param path the value of the option; standard output when it is missing or "-"
 */
export async function openOutput(io: Io, path: string | undefined): Promise<Output> {
  if (path === undefined || path === '-') return standardOutput(io);
  const target = await notWritable(path, () => resolveTarget(absolute(io.cwd, path)));
  return {
    write: (text) =>
      notWritable(path, () =>
        target.replace ? unbroken(() => replaceFile(target.path, text)) : writeFile(target.path, text),
      ),
  };
}

function standardOutput(io: Io): Output {
  return {
    write: (text) => {
      io.stdout.write(text);
      return Promise.resolve();
    },
  };
}

interface Target {
  readonly path: string;
  /** False for devices and pipes such as /dev/null, which must be written to and not be replaced by a file. */
  readonly replace: boolean;
}

async function resolveTarget(path: string): Promise<Target> {
  const real = await realpath(path).catch(() => path);
  const found = await stat(real).catch(() => undefined);
  if (found?.isDirectory()) throw new Error('it is a folder');
  const replace = found === undefined || found.isFile();
  if (found) await access(real, constants.W_OK);
  if (replace) await access(dirname(real), constants.W_OK);
  return { path: real, replace };
}

async function replaceFile(path: string, text: string | Uint8Array): Promise<void> {
  // A name nobody can know before: a file that is there already is somebody else's, and stays.
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(text).finally(() => file.close());
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function notWritable<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `--output: cannot write ${quoted(path)}: ${why}`,
      'Give a file in a folder that exists and that you may write to.',
    );
  }
}

/** Writes new files into a folder, which is made where it is missing. Throws before the first of them when one is there already. */
export async function writeNewFiles(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const there = new Set(await readdir(folder));
    const taken = files.find(({ name }) => there.has(name));
    if (taken) throw new Error(`${taken.name} is there already`);
    await unbroken(async () => {
      for (const { name, bytes } of files) await writeFile(join(folder, name), bytes, { flag: 'wx' });
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--series: cannot write to ${quoted(folder)}: ${why}`, 'Give a folder that is new or empty.');
  }
}
