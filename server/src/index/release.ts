import { parseRelease, type Release } from '@pageref/shared';
import { readSource } from '../vfs/disk.js';

/** The version lines of a kernel's top Makefile. */
export interface KernelMakefile {
  readonly version: number;
  readonly patchlevel: number;
  readonly sublevel: number | undefined;
  /** "-rc3", "" */
  readonly extraversion: string;
}

export interface DetectedRelease {
  readonly release?: Release;
  /** A sentence for a person: what was found, or why nothing was. */
  readonly detected: string;
  readonly makefile?: KernelMakefile;
}

/** U-Boot and BusyBox have the same lines in their Makefiles, with years and with ones. */
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 99;

/** Reads the release of the tree from its top Makefile. Never throws. */
export function detectRelease(root: string): DetectedRelease {
  const source = readSource(root, 'Makefile');
  if ('why' in source) return { detected: `the release is unknown: no top Makefile (${source.why})` };
  const makefile = parseMakefile(source.text);
  if (!makefile) return { detected: 'the release is unknown: the top Makefile is not a kernel Makefile' };
  const { version, patchlevel, sublevel, extraversion } = makefile;
  const text = `${version}.${patchlevel}${sublevel === undefined ? '' : `.${sublevel}`}${extraversion}`;
  const release = parseRelease(`${version}.${patchlevel}`);
  return { ...(release ? { release } : {}), detected: `Makefile says ${text}`, makefile };
}

function parseMakefile(text: string): KernelMakefile | undefined {
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(.*?)\\s*$`, 'm').exec(text)?.[1];
  const number = (name: string): number | undefined => {
    const digits = value(name);
    return digits !== undefined && /^(?:0|[1-9]\d{0,4})$/.test(digits) ? Number(digits) : undefined;
  };
  const [version, patchlevel] = [number('VERSION'), number('PATCHLEVEL')];
  if (version === undefined || patchlevel === undefined) return undefined;
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) return undefined;
  const extraversion = value('EXTRAVERSION') ?? '';
  return {
    version,
    patchlevel,
    sublevel: number('SUBLEVEL'),
    extraversion: extraversion.includes('$') ? '' : extraversion,
  };
}
