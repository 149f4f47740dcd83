import { parentPort, workerData } from 'node:worker_threads';
import { BlockReader, readFolder } from '../vfs/block-reader.js';
import { isSourceName } from '../vfs/path.js';
import { stampOf } from '../vfs/stamp.js';
import { buildMatcher, type Matcher } from './matcher.js';
import { FILES_PER_UNIT } from './scan-protocol.js';
import type { Batch, BatchResult, FileStamp, FileBatch, WorkerSetup } from './scan-protocol.js';

/**
 * The worker thread of the scan: lists folders, reads files, and says which names each holds.
 * Keep its imports few: loading them is a good part of a short run.
 */

/** A batch goes back after about this much work, so that all workers stay busy to the end. Bytes. */
const BUDGET = 3 * 1024 * 1024;
/** What opening a file or listing a folder costs, in bytes searched in the same time. */
const OPEN_COST = 12 * 1024;

const setup = workerData as WorkerSetup;
const reader = new BlockReader();
const currentLength = new Int32Array(setup.current, 0, 1);
const currentPath = Buffer.from(setup.current, 4);
let matcher: Matcher = buildMatcher([]);

type Draft = { -readonly [K in keyof BatchResult]: BatchResult[K] } & {
  rest: FileBatch[];
  matches: { path: string; names: number[] }[];
  unreadable: { path: string; why: string }[];
  stamps: FileStamp[];
};

parentPort?.on('message', (batch: Batch) => {
  if (batch.names) matcher = buildMatcher(batch.names);
  parentPort?.postMessage(work(batch));
});

function work({ id, units, skip, stampBefore }: Batch): BatchResult {
  const rest = [...units].reverse();
  const result: Draft = { id, rest, matches: [], unreadable: [], filesRead: 0, bytesRead: 0, stamps: [] };
  let left = BUDGET;
  while (left > 0) {
    const unit = result.rest.pop();
    if (!unit) break;
    left -= OPEN_COST;
    if (!unit.files) {
      list(unit.folder, result);
      continue;
    }
    const { files } = unit;
    let at = 0;
    for (; at < files.length && left > 0; at++) {
      const path = unit.folder + (files[at] ?? '');
      left -= OPEN_COST;
      if (stampBefore === undefined) left -= scanFile(path, skip, result);
      else result.stamps.push([path, stampOf(setup.root + path, stampBefore)]);
    }
    if (at < files.length) result.rest.push({ folder: unit.folder, files: files.slice(at) });
  }
  currentLength[0] = 0;
  return result;
}

/** The C files and the subfolders of a folder become work, the files first. */
function list(folder: string, result: Draft): void {
  const listing = readFolder(setup.root + folder, isSourceName);
  if (typeof listing === 'string') {
    result.unreadable.push({ path: folder === '' ? '.' : folder.slice(0, -1), why: listing });
    return;
  }
  const { folders, files } = listing;
  for (const name of folders) result.rest.push({ folder: `${folder}${name}/` });
  for (let at = 0; at < files.length; at += FILES_PER_UNIT) {
    result.rest.push({ folder, files: files.slice(at, at + FILES_PER_UNIT) });
  }
}

/** Gives the number of bytes searched. */
function scanFile(path: string, skip: readonly string[], result: Draft): number {
  if (skip.length > 0 && skip.includes(path)) return 0;
  currentLength[0] = currentPath.write(path);
  const names = new Set<number>();
  const length = reader.read(setup.root + path, (block) => {
    for (const name of matcher.match(reader.buffer, block)) names.add(name);
  });
  if (typeof length === 'string') {
    result.unreadable.push({ path, why: length });
    return 0;
  }
  result.filesRead++;
  result.bytesRead += length;
  if (names.size > 0) result.matches.push({ path, names: [...names] });
  return length;
}
