import type { Sign } from '@pageref/shared';
import type { MacroDefinition } from '../syntax/expand-macros.js';

/** What the headers of its module define for one file. Of names that they do not define nothing is said. */
export interface HeaderDefinitions {
  /** The definitions of a macro, where one of them may jump: places are those of the header. */
  readonly jumping: (name: string) => readonly MacroDefinition[] | undefined;
  /** The sign of a constant; undefined where it is none, or where it may have several. */
  readonly constant: (name: string) => Sign | undefined;
  /** Whether a macro is defined: undefined where no header defines it, or it may be either. */
  readonly isDefined: (name: string) => boolean | undefined;
  /** True where a header has a definition of a macro, for whatever release. */
  readonly mentions: (name: string) => boolean;
}
