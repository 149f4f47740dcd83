import type { KindSet, NotAnalysed, Site, WhatIf, Writer } from '@pageref/shared';
import type { ArchVerdict } from './judge.js';
import { JudgedMentions } from './judged.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Item } from '../../syntax/index.js';
import { fingerprints, siteIdentity } from '../fingerprint.js';
import { openSource } from '../../contracts/open-text.js';
import type { SourceTools } from '../../contracts/open-text.js';

/** What one file gives to an audit. */
export interface FileAudit {
  readonly sites: readonly Site[];
  readonly writers: readonly Writer[];
  readonly whatIf: readonly WhatIf[];
  /** Functions and macro bodies that hold a mention in their code, and those among them that could not be read. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
}

/** What judging takes from the tree a file is in. */
export interface JudgedTree {
  /** ZONE_DEVICE kinds that exist in the tree. */
  readonly deviceKinds: KindSet;
  readonly tools: SourceTools;
}

/** Judges the mentions of one file. Total: any text gives a result. */
export function auditFile(tree: JudgedTree, path: string, text: string, arch: ArchVerdict | undefined): FileAudit {
  const file = openSource(path, text, tree.tools);
  return auditMentions(file, new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch }));
}

/** The verdicts on all mentions of a file. */
export function auditMentions(file: SourceFile, reserved: JudgedMentions): FileAudit {
  const { path } = file;
  const { mentions, writers } = reserved;
  const judged = mentions.map((mention) => reserved.of(mention));
  const whatIf = judged.flatMap(({ site, whatIf: change }): WhatIf[] =>
    change === undefined ? [] : [{ path, ...fieldsOf(site), change }],
  );
  const holders = new Set<Item>();
  for (const mention of mentions) {
    const item = mention.kind === 'comment' || mention.kind === 'string' ? undefined : file.itemAt(mention.start);
    if (item?.kind === 'function') holders.add(item);
  }
  const notAnalysed = [...holders].flatMap((item) => unreadFunction(file, item));
  const marks = fingerprints(judged.map(({ site }) => siteIdentity(site, path)));
  const sites = judged.map(({ site }, at) => ({ ...site, fingerprint: marks[at] ?? '' }));
  return { sites, writers, whatIf, functions: holders.size, notAnalysed };
}

function fieldsOf({
  line,
  column,
  function: fn,
  verdict,
  impact,
}: Omit<Site, 'fingerprint'>): Omit<WhatIf, 'path' | 'change'> {
  return { line, column, function: fn, verdict, impact };
}

function unreadFunction(file: SourceFile, item: Item): NotAnalysed[] {
  const unread = file.unread(item);
  return unread ? [{ ...file.place(unread.start), function: unread.name, why: unread.why }] : [];
}
