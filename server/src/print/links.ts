import nativePath from 'node:path';
import { pathToFileURL } from 'node:url';
import { RULE_IDS } from '@pageref/shared';

/** How text for a terminal leads somewhere. */
export interface Links {
  /** Text that opens a URI when somebody clicks on it. */
  readonly link: (uri: string, text: string) => string;
  /** URI of the folder with a page for each rule; undefined where they were not installed. */
  readonly rulePages: string | undefined;
}

/**
 * A place that opens its file. In its own folder a path with a line is left alone: a terminal that finds such by itself goes to
 * the line, which a file: URI cannot say.
 * @param root absolute path of the tree that the path is relative to
 * @param cwd absolute path of the folder that a terminal resolves relative paths from
 */
export function linkedPlace(
  links: Links | undefined,
  { root, cwd, path }: { readonly root: string; readonly cwd: string | undefined; readonly path: string },
  text: string,
): string {
  if (!links || root === cwd) return text;
  return links.link(pathToFileURL(nativePath.join(root, path)).href, text);
}

const RULES_IN_BRACKETS = new RegExp(`(?<=[[ ])(${RULE_IDS.join('|')})(?=[,\\]])`, 'g');

/** Text in which each rule in brackets leads to its page. */
export function linkedRules(links: Links | undefined, text: string): string {
  const pages = links?.rulePages;
  if (!links || pages === undefined) return text;
  return text.replace(RULES_IN_BRACKETS, (rule) => links.link(`${pages}${rule}.md`, rule));
}
