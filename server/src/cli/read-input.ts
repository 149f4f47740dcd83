import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';

/**
 * All bytes of a file or pipe that a person named: a patch may come from `<(git diff)`. Rejects for everything else, and for a
 * pipe that nobody has open to write.
 */
export async function readInput(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK the open of a pipe waits until somebody writes to it.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFIFO()) return await readPipe(fd);
  closeSync(fd);
  if (stat.isDirectory()) throw new Error('it is a folder');
  if (!stat.isFile()) throw new Error('it is neither a file nor a pipe');
  return await readFile(path);
}

async function readPipe(fd: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [firstPart(fd)];
  const pipe = new Socket({ fd, readable: true, writable: false });
  for await (const part of pipe) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

/** What is in the pipe already. One that has no writer ends here: no event would ever tell of it. */
function firstPart(fd: number): Uint8Array {
  const part = Buffer.alloc(64 * 1024);
  try {
    const length = readSync(fd, part);
    if (length > 0) return part.subarray(0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return new Uint8Array();
    throw error;
  }
  closeSync(fd);
  throw new Error('it is a pipe that nobody writes to');
}
