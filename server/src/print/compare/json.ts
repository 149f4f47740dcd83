import type { ComparedTree, CompareReport, Explanation, FunctionChange, SiteChange } from '@pageref/shared';
import { siteJson, stringify, unreadJson, writerJson } from '../json-parts.js';

/** The contract of docs/json.md for `audit --compare`. */
export function compareJson(report: CompareReport): string {
  const { schemaVersion, tool, before, after, changes, explanations, functions, writers, summary } = report;
  const { unchanged, worse, better, added, removed, changed } = summary;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    before: treeJson(before),
    after: treeJson(after),
    changes: changes.map(changeJson),
    explanations: explanations.map(explanationJson),
    functions: functions.map(functionJson),
    writers: { added: writers.added.map(writerJson), removed: writers.removed.map(writerJson) },
    summary: { unchanged, worse, better, added, removed, changed },
  });
}

function functionJson({ what, change, path, function: name, gone, come }: FunctionChange): FunctionChange {
  return { what, change, path, function: name, gone, come };
}

function treeJson(tree: ComparedTree): ComparedTree {
  const { root, release, detected, mentions, tests, suppressed, notAnalysed, unreadable } = tree;
  const unread = unreadable.map(unreadJson);
  return { root, release, detected, mentions, tests, suppressed, notAnalysed, unreadable: unread };
}

function changeJson({ change, trend, differs, before, after, explainedBy }: SiteChange): SiteChange {
  return { change, trend, differs, before: before && siteJson(before), after: after && siteJson(after), explainedBy };
}

function explanationJson({ name, text, gone, come, history }: Explanation): Explanation {
  const entries = history.map(({ release, commit, subject, effect }) => ({ release, commit, subject, effect }));
  return { name, text, gone, come, history: entries };
}
