import type { OwnershipModel } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import type { StandIns } from '../../contracts/stand-ins.js';
import { wordOf } from '../../ownership/calls.js';
import { namesAt } from '../../syntax/index.js';

/** Functions of a file that may take for their callers. */

/** Functions of the file whose code mentions one of the names: they may take for their callers. */
export function holdersOf(
  file: SourceFile,
  standIns: StandIns,
  model: OwnershipModel,
  names: readonly string[],
): string[] {
  const known = HOLDERS.get(file) ?? mentionsIn(file, namesOf(model, [...standIns.names]));
  HOLDERS.set(file, known);
  const asked = new Set(names);
  return [...new Set(known.flatMap(({ word, holder }) => (asked.has(word) ? [holder] : [])))];
}

interface Mention {
  readonly word: string;
  readonly holder: string;
}

/** All rules that follow references ask for names of the same few hundred: a text is looked through for them once. */
const HOLDERS = new WeakMap<SourceFile, readonly Mention[]>();

/** The names of a model with those of the file that somebody asked for last. */
const LAST_NAMES = new WeakMap<OwnershipModel, { readonly own: string; readonly names: ReadonlySet<string> }>();

function namesOf(model: OwnershipModel, own: readonly string[]): ReadonlySet<string> {
  const about = own.join();
  const last = LAST_NAMES.get(model);
  if (last?.own === about) return last.names;
  const names = new Set([...[...model.acts.keys()].map(wordOf), ...own]);
  LAST_NAMES.set(model, { own: about, names });
  return names;
}

function mentionsIn(file: SourceFile, names: ReadonlySet<string>): readonly Mention[] {
  return namesAt(file.text, names).flatMap(({ word, start }) => {
    const item = file.itemAt(start);
    return item?.kind === 'function' ? [{ word, holder: item.name }] : [];
  });
}
