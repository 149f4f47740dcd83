import type { Defines, ProjectPolicy, UserModelFile, UserModelSummary } from '@pageref/shared';
import { lineStarts, positionAt } from '../../syntax/index.js';
import { checkEntries, modelEntry } from './check.js';
import type { PlacedEntry } from './check.js';
import { problemLine, readJson } from './json.js';
import type { JsonProblem, ReadJson } from './json.js';
import { NO_USER_MODEL } from './user-model.js';
import type { UserModel } from './user-model.js';
import { USER_MODEL } from './schema.js';

/** The text of one file, or why there is none. */
export type UserModelText = { readonly shown: string } & ({ readonly text: string } | { readonly why: string });

interface Read {
  readonly shown: string;
  readonly text: string;
  readonly json: ReadJson<UserModelFile>;
  readonly entries: readonly PlacedEntry[];
}

/** Reads and checks files together: names must not be given twice. One mistake, and none of them counts. */
export function readUserModels(texts: readonly UserModelText[]): UserModel {
  const files = texts.map(readOne);
  const read = files.flatMap((file) => ('json' in file ? [file] : []));
  const problems = [...files.flatMap((file) => ('problems' in file ? file.problems : [])), ...togetherProblems(read)];
  if (problems.length > 0) return { ...NO_USER_MODEL, problems };
  return {
    entries: read.flatMap(({ entries }) => entries.map(modelEntry)),
    defines: Object.assign({}, ...read.map(({ json }) => json.value.defines ?? {})) as Defines,
    policy: Object.assign({}, ...read.map(({ json }) => policyOf(json.value))) as ProjectPolicy,
    files: read.map(summaryOf),
    problems,
  };
}

function policyOf({ rules, paths, failOn }: UserModelFile): ProjectPolicy {
  return { ...(rules && { rules }), ...(paths && { paths }), ...(failOn && { failOn }) };
}

function readOne(file: UserModelText): Read | { readonly problems: readonly string[] } {
  const { shown } = file;
  if ('why' in file) return { problems: [`${shown}: ${file.why}`] };
  const { text } = file;
  const json = readJson(text, USER_MODEL);
  if ('problems' in json) return { problems: json.problems.map((one) => problemLine(shown, text, one)) };
  return { shown, text, json, entries: placedEntries(shown, text, json) };
}

/** The mistakes of one text by themselves, for an editor. */
export function userModelProblems(text: string): readonly JsonProblem[] {
  const json = readJson(text, USER_MODEL);
  if ('problems' in json) return json.problems;
  return checkEntries(placedEntries('line', text, json))
    .map(({ index, path, message }) => ({ ...json.at(['model', index, ...path]), message }))
    .sort((a, b) => a.offset - b.offset);
}

function placedEntries(shown: string, text: string, { value, at }: Read['json']): PlacedEntry[] {
  const starts = lineStarts(text);
  return (value.model ?? []).map((entry, index) => ({
    entry,
    place: `${shown}:${positionAt(starts, at(['model', index]).offset).line}`,
  }));
}

function togetherProblems(read: readonly Read[]): string[] {
  const all = read.flatMap((file) => file.entries.map((placed, index) => ({ file, placed, index })));
  const found = checkEntries(all.map(({ placed }) => placed)).flatMap(({ index, path, message }) => {
    const one = all[index];
    return one ? [{ file: one.file, message, ...one.file.json.at(['model', one.index, ...path]) }] : [];
  });
  return read.flatMap((file) =>
    found
      .filter((one) => one.file === file)
      .sort((a, b) => a.offset - b.offset)
      .map((one) => problemLine(file.shown, file.text, one)),
  );
}

function summaryOf({ shown, entries }: Read): UserModelSummary {
  return {
    path: shown,
    entries: entries.length,
    overrides: entries.filter(({ entry }) => entry.override === true).length,
  };
}
