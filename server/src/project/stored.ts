import { isFactFile } from '../kernel/tree-facts.js';
import { isKconfigName, MissingObject, Repository } from '../vfs/index.js';
import type { RevisionFiles } from '../vfs/index.js';
import { CannotRun } from './options.js';

/** What git has stored of a tree, or a CannotRun that says why there is nothing. */

/** @param source what asks for it, for messages: a revision, or the name of a patch */
export async function openRepository(root: string, source: string, signal?: AbortSignal): Promise<Repository> {
  return found(await Repository.open(root, signal), source);
}

export async function commitOf(repository: Repository, name: string): Promise<string> {
  return found(await repository.commit(name), name);
}

/** The tree at a commit, with the files that tell what tree it is. */
export async function treeAt(repository: Repository, commit: string, source: string): Promise<RevisionFiles> {
  const files = found(await repository.filesAt(commit), source);
  await orCannotRun(
    source,
    files.load((path) => path === 'Makefile' || isFactFile(path) || isKconfigName(path)),
  );
  return files;
}

/** What git answered. */
export function found<Answer>(answer: Answer | { readonly why: string }, source: string): Answer {
  if (isFailure(answer)) throw new CannotRun(`${source}: ${answer.why}`);
  return answer;
}

function isFailure(answer: unknown): answer is { readonly why: string } {
  return typeof answer === 'object' && answer !== null && 'why' in answer;
}

/** An object that the clone is without ends the run: what it would have said is not known. */
export async function orCannotRun<Result>(source: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof MissingObject ? new CannotRun(`${source}: ${error.message}`) : error;
  }
}
