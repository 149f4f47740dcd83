import type { RuleWorld } from '../../rules/rule.js';
import { standsFor } from '../stands-for.js';
import type { Content } from './api.js';

/** What a macro that a header of the module defines stands for; undefined for any other name. */
export function headerMacroCard(
  name: string,
  { model: { entries, release }, tree: { macros } }: RuleWorld,
): Content | undefined {
  const stands = standsFor(name, macros, (one) => entries.has(one));
  if (!macros.has(name) || stands.length === 0) return undefined;
  return {
    title: name,
    about: `macro of a header, Linux ${release}`,
    paragraphs: [`It stands for ${stands.map((one) => `${one}()`).join(', ')}.`],
    rows: stands.map((one) => ({ label: one, text: entries.get(one)?.summary ?? '' })),
  };
}
