/** Verbs of functions that belong together by their names: what takes a reference, and what drops it. */
const VERBS = [
  ['get', 'put'],
  ['get', 'release'],
  ['pin', 'unpin'],
  ['pin', 'put'],
  ['acquire', 'release'],
  ['grab', 'put'],
  ['hold', 'drop'],
] as const;

/** The names under which a function that takes references would belong to one that drops them: `put_foo` gives `get_foo`. */
export function acquireNames(release: string): readonly string[] {
  const words = release.split('_');
  return VERBS.flatMap(([take, drop]) =>
    words.flatMap((word, at) =>
      word === drop ? [[...words.slice(0, at), take, ...words.slice(at + 1)].join('_')] : [],
    ),
  );
}
