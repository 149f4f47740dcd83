import { parseKernelMakefile, parseRelease, type KernelMakefile, type Release } from '@pageref/shared';
import type { TreeFiles } from '../vfs/tree-files.js';

export interface DetectedRelease {
  readonly release?: Release;
  /** A sentence for a person: what was found, or why nothing was. */
  readonly detected: string;
  readonly makefile?: KernelMakefile;
}

/** RHEL_RELEASE_CODE of a tree that says so in Makefile.rhelver (major * 256 + minor); undefined for any other tree. */
export function rhelCodeOf(files: TreeFiles): number | undefined {
  const source = files.read('Makefile.rhelver');
  if ('why' in source) return undefined;
  const number = (name: string): number | undefined => {
    const digits = new RegExp(`^${name}[ \\t]*=[ \\t]*(\\d{1,2})[ \\t]*$`, 'm').exec(source.text)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const [major, minor] = [number('RHEL_MAJOR'), number('RHEL_MINOR')];
  return major === undefined || minor === undefined ? undefined : major * 0x100 + minor;
}

/** Where a build says what it is of: the headers that distributions ship have these, and a Makefile that leads elsewhere. */
const BUILT = [
  { path: 'include/config/kernel.release', says: /^\s*(\d+\.\d+\S*)\s*$/ },
  { path: 'include/generated/utsrelease.h', says: /^#define UTS_RELEASE "(\d+\.\d+[^"\s]*)"/m },
];

function builtRelease(files: TreeFiles): DetectedRelease {
  for (const { path, says } of BUILT) {
    const source = files.read(path);
    const text = 'why' in source ? undefined : says.exec(source.text)?.[1];
    const release = text === undefined ? undefined : parseRelease(text);
    if (text !== undefined && release) return { release, detected: `${path} says ${text}` };
  }
  return { detected: 'the release is unknown: the top Makefile is not a kernel Makefile' };
}

/** Reads the release of the tree from its top Makefile, or from what a build has left. Never throws. */
export function detectRelease(files: TreeFiles): DetectedRelease {
  const source = files.read('Makefile');
  if ('why' in source) return { detected: `the release is unknown: no top Makefile (${source.why})` };
  const makefile = parseKernelMakefile(source.text);
  if (!makefile) return builtRelease(files);
  const { version, patchlevel, sublevel, extraversion } = makefile;
  const text = `${version}.${patchlevel}${sublevel === undefined ? '' : `.${sublevel}`}${extraversion}`;
  const release = parseRelease(`${version}.${patchlevel}`);
  return { ...(release ? { release } : {}), detected: `Makefile says ${text}`, makefile };
}
