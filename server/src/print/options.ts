import type { Links } from './links.js';
import type { Paint } from './paint.js';

/** What a reader asked for beside the format; a printer takes of it what it knows to use. */
export interface PrintOptions {
  /** Also related places, arches, unreadable files and the functions that were not analysed. */
  readonly verbose: boolean;
  readonly paint: Paint;
  /** Notes as well as problems; when left out, problems alone for people and all for programs. */
  readonly shown?: 'problems' | 'all';
  /** How much is said of the run beside what was found; a line or two when left out. */
  readonly summary?: 'none' | 'short' | 'full';
  /** Columns that a line for people may have. */
  readonly width?: number;
  /** How text leads to files and pages; it does not when left out. */
  readonly links?: Links;
  /** Absolute path of the folder a reader resolves relative paths from. */
  readonly cwd: string;
}
