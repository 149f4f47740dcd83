import { diffLines } from 'diff';
import { RULE_RESERVED } from '@pageref/shared';
import type { RuleId, TextEdit } from '@pageref/shared';
import { treeHeaders } from '../kernel/headers.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Headers } from '../rules/fixes/index.js';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import type { RuleWorld } from '../rules/rule.js';
import { filesBelow } from '../vfs/index.js';
import { archVerdict } from '../kernel/arch.js';
import { fixedText, preferred } from '../runs/fix/text.js';
import type { Choose } from '../runs/fix/text.js';
import { fixesIn } from '../runs/fix/fixes.js';
import { faultOf } from '../runs/fix/fault.js';
import type { Fixable } from '../runs/fix/fault.js';
import { REPAIRED_RULES, repairsIn } from '../runs/fix/repairs.js';
import type { TextToRepair } from '../runs/fix/repairs.js';
import type { KnownTree } from './trees.js';

/** Fixes for one text of an editor: kept until the text or what is known of its tree changes. */
export class TextFixes {
  private readonly found = new Map<string, Fixable | undefined>();
  private all: { readonly of: string; readonly edits: readonly TextEdit[] } | undefined;

  private readonly arch: ArchVerdict | undefined;
  private readonly reserved: JudgedMentions;

  constructor(
    private readonly tree: KnownTree,
    private readonly file: SourceFile,
    private readonly world: RuleWorld,
  ) {
    this.arch = archVerdict(tree.tree, file.path, undefined);
    this.reserved = new JudgedMentions(file, { deviceKinds: tree.tree.deviceKinds, arch: this.arch });
  }

  /** What can be done about the finding of a rule that begins at an offset; undefined where there is none to be fixed. */
  at(rule: RuleId, start: number): Fixable | undefined {
    const key = `${rule} ${String(start)}`;
    if (!this.found.has(key)) this.found.set(key, this.find(rule, start));
    return this.found.get(key);
  }

  private find(rule: RuleId, start: number): Fixable | undefined {
    if (rule === RULE_RESERVED) return fixesIn(this.given(), start)[0];
    return REPAIRED_RULES.includes(rule) ? repairsIn(this.given(), { rule, start })[0] : undefined;
  }

  /**
   * Edits that apply every safe fix; none where there is none.
   * @param left fingerprints of findings that are to be left alone
   */
  everything(left: ReadonlySet<string>): readonly TextEdit[] {
    const of = [...left].sort().join();
    if (this.all?.of !== of) {
      const choose: Choose = (finding) => (left.has(faultOf(finding).fingerprint) ? undefined : preferred(finding));
      this.all = { of, edits: editsBetween(this.file.original, fixedText(this.given(), choose).text) };
    }
    return this.all.edits;
  }

  private given(): TextToRepair {
    const { tree } = this.tree;
    const { file, reserved, arch, world } = this;
    const { path, original: text } = file;
    return {
      tree,
      headers: headersOf(this.tree),
      path,
      text,
      arch,
      world,
      judged: { file, reserved },
      judgedByRules: { file, reserved },
    };
  }
}

const NO_TREE: Headers = {
  present: false,
  declaring: () => undefined,
  includesOf: () => new Set(),
  exported: () => false,
};

const known = new WeakMap<KnownTree, Headers>();

/** The headers of a tree, read once for as long as nothing that decides a verdict has changed in it. */
function headersOf(tree: KnownTree): Headers {
  let headers = known.get(tree);
  if (!headers) {
    headers = tree.root === undefined ? NO_TREE : treeHeaders(filesBelow(tree.root));
    known.set(tree, headers);
  }
  return headers;
}

/** The lines that differ between two texts, as edits of the first. */
export function editsBetween(before: string, after: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  for (const { added, removed, value } of diffLines(before, after)) {
    const last = edits.at(-1);
    const joined = last?.end === at ? last : undefined;
    if (removed) edits.push({ start: at, end: at + value.length, text: '' });
    else if (added && joined) edits[edits.length - 1] = { ...joined, text: joined.text + value };
    else if (added) edits.push({ start: at, end: at, text: value });
    if (!added) at += value.length;
  }
  return edits;
}
