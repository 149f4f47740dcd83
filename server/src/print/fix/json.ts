import { RULE_RESERVED, TOOL_VERSION } from '@pageref/shared';
import type { Fix } from '@pageref/shared';
import { stringify, unreadJson } from '../json-parts.js';
import { faultOf } from '../../runs/fix/fault.js';
import { countPlanned, plannedFindings } from './findings.js';
import type { PlannedFinding } from './findings.js';
import type { FixReport } from './report.js';

/** The contract of docs/json.md for `fix`. */
export function fixJson({ plan, done, wrote }: FixReport): string {
  const findings = plannedFindings(plan);
  const { taken, left, right } = countPlanned(findings);
  return stringify({
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: plan.release,
    root: plan.root,
    done,
    findings: findings.map(findingJson),
    wrote: [...wrote],
    unreadable: plan.unreadable.map(unreadJson),
    summary: { findings: findings.length, taken, left, rightToday: right },
  });
}

function findingJson({ fault, taken, offered, why }: PlannedFinding): unknown {
  const { path, line, column, function: name, impact, fingerprint } = faultOf(fault);
  const verdict = 'site' in fault ? fault.site.verdict : null;
  return {
    rule: 'site' in fault ? RULE_RESERVED : fault.finding.rule,
    path,
    line,
    column,
    function: name,
    verdict,
    impact,
    fingerprint,
    message: 'site' in fault ? '' : fault.finding.message,
    taken: taken ? fixOf(taken) : null,
    offered: offered.map(fixOf),
    why,
  };
}

/** Without its edits: those of several fixes do not go together, and `--format diff` is what they come to. */
function fixOf({ id, kind, title, precondition, includes }: Fix): unknown {
  return { id, kind, title, precondition, includes: [...includes] };
}
