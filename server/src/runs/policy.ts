import type { Finding, FindingSeverity, ProjectPolicy, RuleId } from '@pageref/shared';

/** What a project wants to be told of: which rules, how severe they are, and of which files. */

/** Whether a path lies in what the project names; all of it where it names nothing. */
export function isLookedAt(path: string, { paths = {} }: ProjectPolicy): boolean {
  const { include, exclude = [] } = paths;
  const isBelow = (folder: string): boolean => {
    const top = folder.replace(/\/+$/, '');
    return path === top || path.startsWith(`${top}/`);
  };
  return (include === undefined || include.some(isBelow)) && !exclude.some(isBelow);
}

/** How severe the findings of a rule are: off for a rule that nobody wants, undefined for what the rule itself says. */
export function severityIn({ rules = {} }: ProjectPolicy, rule: RuleId): FindingSeverity | 'off' | undefined {
  const asked = rules[rule];
  return asked === 'on' ? undefined : asked;
}

/**
 * The findings as the project wants them, and how many it does not.
 * @param asked rules that somebody named for this run: they are not switched off
 */
export function withPolicy(
  findings: readonly Finding[],
  policy: ProjectPolicy,
  asked: readonly RuleId[] = [],
): { readonly findings: readonly Finding[]; readonly leftOut: number } {
  const kept = findings.flatMap((finding): Finding[] => {
    const severity = severityIn(policy, finding.rule);
    if (!isLookedAt(finding.path, policy)) return [];
    if (severity === 'off') return asked.includes(finding.rule) ? [finding] : [];
    return [severity === undefined ? finding : { ...finding, severity }];
  });
  return { findings: kept, leftOut: findings.length - kept.length };
}
