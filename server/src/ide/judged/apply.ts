import type { Finding, PlacedJudgement, SuppressedFinding } from '@pageref/shared';

/** What judgements make of findings. */
export interface Applied {
  readonly open: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Judgements of findings that could have been found in this run and were not. */
  readonly unused: readonly PlacedJudgement[];
}

export interface Judgements {
  /** Of the tree's own file. */
  readonly tree: readonly PlacedJudgement[];
  /** Of the file given with --baseline. */
  readonly baseline: readonly PlacedJudgement[];
}

/** @param looked whether a rule ran on a file in this run */
export function applyJudgements(
  findings: readonly Finding[],
  { tree, baseline }: Judgements,
  looked: (rule: string, path: string) => boolean,
): Applied {
  const byKey = new Map<string, { readonly by: PlacedJudgement; readonly baseline: boolean }>();
  for (const by of baseline) byKey.set(judgementKey(by.judgement), { by, baseline: true });
  for (const by of tree) byKey.set(judgementKey(by.judgement), { by, baseline: false });
  const used = new Set<string>();
  const open: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const key = judgementKey(finding);
    const found = byKey.get(key);
    if (!found) open.push(finding);
    else {
      used.add(key);
      suppressed.push({ finding, ...found });
    }
  }
  const unused = [...tree, ...baseline].filter(
    ({ judgement }) => !used.has(judgementKey(judgement)) && looked(judgement.rule, judgement.path),
  );
  return { open, suppressed, unused };
}

/** The fingerprint has all of it; the words beside it are for people, and a line whose words were changed speaks of nothing. */
export function judgementKey(one: { rule: string; path: string; function: string; fingerprint: string }): string {
  return [one.rule, one.path, one.function, one.fingerprint].join('\0');
}
