import { stepText } from '@pageref/shared';
import type { RelatedPlace, StepText } from '@pageref/shared';
import type { Turn } from '../flow/cfg/decisions.js';
import type { SourceFile } from '../contracts/source-file.js';

/** A step of the way to a finding, or another place that explains it. */
export function placeOf(
  file: SourceFile,
  at: number,
  id: StepText,
  values?: Readonly<Record<string, string>>,
): RelatedPlace {
  return { ...file.place(at), text: stepText(id, values) };
}

/** A condition that the way went by. */
export function turnPlace(file: SourceFile, { condition, holds }: Turn): RelatedPlace {
  const text = file.text.slice(condition.start, condition.end);
  return placeOf(file, condition.start, holds ? 'true' : 'false', { condition: text });
}
