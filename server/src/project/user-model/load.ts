import { dirname, join } from 'node:path';
import { USER_MODEL_FILE } from '@pageref/shared';
import { detectRelease } from '../../kernel/release.js';
import { CannotRun } from '../options.js';
import { exists, filesBelow, readGiven, readSource } from '../../vfs/index.js';
import type { TreeFiles } from '../../vfs/index.js';
import { NO_USER_MODEL } from './user-model.js';
import type { UserModel } from './user-model.js';

/** Larger files are not written by people. Bytes. */
const MOST_BYTES = 1024 * 1024;

interface Place {
  /** Absolute path. */
  readonly path: string;
  /** Given by a person, who may point anywhere; one that lies in a tree must not lead out of it. */
  readonly given: boolean;
}

/**
 * Reads the files a person gave, or else the one of the project that `folder` lies in. Total: what cannot be read is a
 * problem.
 * @param folder absolute path of a tree's root, or of a folder in a project
 * @param given absolute paths; with any the project's own file is not read
 * @param stored the files of the folder, where they are not on disk
 */
export async function loadUserModel(
  folder: string,
  given: readonly string[] = [],
  stored?: TreeFiles,
): Promise<UserModel> {
  if (given.length === 0 && stored) return await storedUserModel(stored);
  const found = given.length > 0 ? [...new Set(given)].map((path) => ({ path, given: true })) : projectFile(folder);
  if (found.length === 0) return NO_USER_MODEL;
  const { readUserModels } = await import('./read.js');
  return readUserModels(found.map((place) => ({ shown: shownPath(folder, place), ...readPlace(place) })));
}

async function storedUserModel(files: TreeFiles): Promise<UserModel> {
  const top = files.list('');
  if ('why' in top || !top.files.includes(USER_MODEL_FILE)) return NO_USER_MODEL;
  const { readUserModels } = await import('./read.js');
  return readUserModels([{ shown: USER_MODEL_FILE, ...files.read(USER_MODEL_FILE) }]);
}

/** Throws CannotRun where a file of the user has mistakes: a run without it would say something else than was asked. */
export async function userModelOf(
  folder: string,
  given: readonly string[] | undefined,
  stored?: TreeFiles,
): Promise<UserModel> {
  const userModel = await loadUserModel(folder, given, stored);
  if (userModel.problems.length === 0) return userModel;
  const head = userModel.problems.length === 1 ? 'a mistake' : `${userModel.problems.length} mistakes`;
  throw new CannotRun(
    `${head} in the user model:\n${userModel.problems.join('\n')}\ndocs/user-model.md says what can stand in it.`,
  );
}

/** The nearest one going up from the folder, inside of the project: a repository or a kernel tree. */
function projectFile(start: string): Place[] {
  const folders = [start];
  for (let folder = start; !isTop(folder); folder = dirname(folder)) {
    if (folder === dirname(folder)) return [start].flatMap(fileIn);
    folders.push(dirname(folder));
  }
  return folders.flatMap(fileIn).slice(0, 1);
}

function fileIn(folder: string): Place[] {
  const path = join(folder, USER_MODEL_FILE);
  return exists(path) ? [{ path, given: false }] : [];
}

function isTop(folder: string): boolean {
  return exists(join(folder, '.git')) || detectRelease(filesBelow(folder)).release !== undefined;
}

function readPlace({ path, given }: Place): { readonly text: string } | { readonly why: string } {
  return given ? readGiven(path, MOST_BYTES) : readSource(dirname(path), USER_MODEL_FILE, MOST_BYTES);
}

/** Like every path of a report relative to the tree, where it lies in it; a file a person gave can be anywhere. */
function shownPath(folder: string, { path, given }: Place): string {
  return given || dirname(path) !== folder ? path : USER_MODEL_FILE;
}
