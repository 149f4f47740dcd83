import { TOOL_VERSION } from '@pageref/shared';
import { stringify } from '../json-parts.js';
import type { Explained } from './explained.js';

/** The contract of docs/json.md for `explain`. */
export function explainJson({ name, title, meaning, action, rule, impacts }: Explained): string {
  return stringify({
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    name,
    title,
    meaning,
    action,
    rule: rule ? ruleJson(rule) : null,
    impacts: impacts.map((impact) => ({ name: impact.name, meaning: impact.meaning })),
  });
}

function ruleJson({ kind, severity, confidence, since, until, trial }: NonNullable<Explained['rule']>): unknown {
  return { kind, severity, confidence, since, until, trial };
}
