import { DEFAULT_SETTINGS, SAFE_CLASS } from '@pageref/shared';
import type { Settings, Severity } from '@pageref/shared';
import { defectsIn, severityIn } from '../editor/workspace.js';
import type { EditorDefect, EditorFinding, KnownTree, TextAnalysis } from '../editor/workspace.js';

/** What decides on how findings are shown. */
export interface Taste {
  readonly settings: Settings;
  readonly tree: KnownTree;
}

/** What is shown of an analysis: one thing that is wrong once, by its loudest finding; in the order of the text. */
export function shownDefects(analysis: TextAnalysis, taste: Taste): readonly EditorDefect[] {
  const findings = analysis.findings.filter((finding) => severityOf(finding, taste) !== 'off');
  return defectsIn({ ...analysis, findings }, (finding) => {
    const severity = severityOf(finding, taste);
    return severity === 'error' || severity === 'warning' ? severity : 'information';
  });
}

/** What a person has set in the editor wins over the project's configuration, and that over what the rule says. */
export function severityOf(finding: EditorFinding, { settings, tree }: Taste): Severity {
  const set = settings.severities[finding.class];
  if (set !== DEFAULT_SETTINGS.severities[finding.class]) return set;
  const project = severityIn(tree.tree.userModel.policy, finding.rule);
  // What is undecided or right is no problem of the rule: the project may switch it off, and not make it louder.
  const isQuiet = finding.class === 'unclear' || finding.class === SAFE_CLASS;
  return isQuiet && project !== 'off' ? set : (project ?? set);
}
