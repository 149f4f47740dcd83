import { deviceKindsOf } from 'pageref/dist/project/tree.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { isDescribed } from 'pageref/dist/knowledge/infer-file.js';
import { openText } from 'pageref/dist/contracts/open-text.js';
import { viewSource } from 'pageref/dist/contracts/view-source.js';
import { mayHaveContract } from 'pageref/dist/contracts/may-have-contract.js';
import { inferContract } from 'pageref/dist/contracts/infer.js';
import { countedFlow, mentionsReferences, summariseFile } from 'pageref/dist/contracts/file-summaries.js';
import { calledNames } from 'pageref/dist/contracts/file-analysis.js';

export interface Unfiltered {
  /** Functions that the syntax alone ruled out although their flow has a contract: "path:line name". */
  readonly missed: readonly string[];
  /** Functions that were ruled out, and those that were not. */
  readonly out: number;
  readonly through: number;
}

/** Asks every function of a file, with what the file's inference came to, whether the quick look at the syntax was right. */
export function askUnfiltered(tree: Tree, path: string, text: string): Unfiltered {
  const open = openText(path, text, tree.tools);
  const view = viewSource(open);
  const outside = tree.tools.contractOf;
  const { vocabulary } = open;
  const names = view.items.filter((item) => item.kind === 'function' && !item.dead).map((item) => item.name);
  const functions = [...new Set(names)].flatMap((name) => view.table.find(name));
  const file = { table: view.table, vocabulary, provenance: tree.tools.provenance };
  const asked = {
    ...file,
    outside,
    described: (name: string) => isDescribed(tree, name),
    readFirst: () => [],
    users: (name: string) => open.index.mentioning(name),
    device: deviceKindsOf(tree),
  };
  const { contractOf } = summariseFile(asked, functions);
  const counts = { out: 0, through: 0 };
  const missed = functions.filter((fn) => {
    // Without a call that means something there is no contract to miss.
    if (mayHaveContract(fn, contractOf, vocabulary)) return (counts.through++, false);
    counts.out++;
    if (!calledNames(fn).some((name) => contractOf(name) !== undefined)) return false;
    const { context, flow } = countedFlow(file, contractOf, fn);
    return flow.complete && mentionsReferences(inferContract(context, flow, { path, line: 1 }));
  });
  return { ...counts, missed: missed.map((fn) => `${path}:${String(view.table.lineOf(fn.nameAt))} ${fn.name}`) };
}
